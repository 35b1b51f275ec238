import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMailDelivery } from '../src/mail-delivery';
import { deriveKey } from '../src/secrets';
import { newUuid } from '../src/store/ids';
import { createUrlSeal } from '../src/store/url-seal';

const SECRET = 'a secret of at least thirty-two characters';
const LINK = 'https://longhaul.example.test/s/token-of-the-link';
const seal = createUrlSeal(deriveKey(SECRET, 'share links'));

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'longhaul-delivery-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

function send(change: Record<string, unknown> = {}, template = 'share_invitation') {
  const uuid = newUuid();
  const shareUuid = newUuid();
  const delivery = createMailDelivery({ mail: { smtp: null, from: 'Longhaul <longhaul@example.test>' }, publicUrl: 'https://longhaul.example.test', dataDir }, SECRET); // prettier-ignore
  const data = {
    share: { uuid: shareUuid, name: 'Rushes' },
    ...{ from: { name: null, email: 'ada@example.test' }, message: null, expiresAt: null, timeZone: 'UTC' },
    linkSealed: seal.seal(LINK, shareUuid).toString('base64'),
    ...change,
  };
  const mail = { id: '1', uuid, template, recipient: 'reader@example.test', data, attempts: 1, createdAt: new Date() };
  return delivery.send(mail);
}

const written = () =>
  readdirSync(dataDir, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.eml'));

test('the sealed link is opened for the mail alone', async () => {
  expect(await send()).toEqual({ kind: 'sent' });
  const [name] = written();
  expect(readFileSync(join(dataDir, name ?? ''), 'utf8').replaceAll('=\r\n', '')).toContain('token-of-the-link');
});

test.each([
  ['of an unknown template', {}, 'share_lost'],
  ['whose link was sealed for another share', { linkSealed: seal.seal(LINK, newUuid()).toString('base64') }, undefined],
  ['without a link', { linkSealed: undefined }, undefined],
  ['with garbage for a link', { linkSealed: 'xx' }, undefined],
])('a mail %s is refused, not tried for ever', async (_, change, template) => {
  expect(await send(change, template)).toMatchObject({ kind: 'refused' });
  expect(written()).toEqual([]);
});
