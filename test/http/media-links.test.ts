import { createMediaLinks, type GivenLink, type LinkTarget } from '../../src/http/media-links';

const NOON = Date.parse('2026-03-04T12:00:00Z');
const KEY = Buffer.alloc(32, 1);
const ORIGINAL: LinkTarget = { mediaId: '7', variant: 'original', filename: 'a b.jpg' };

let nowMs = NOON;
const now = () => new Date(nowMs);
const links = createMediaLinks({ key: KEY, publicUrl: 'https://dam.example', now });

beforeEach(() => {
  nowMs = NOON;
});

function parse(address: string): GivenLink {
  const url = new URL(address);
  const [, , mediaId = '', variant = ''] = url.pathname.split('/');
  return { mediaId, variant, query: Object.fromEntries(url.searchParams) };
}

const changed = (change: Partial<GivenLink>, query: Record<string, string> = {}) => {
  const link = parse(links.sign(ORIGINAL));
  return links.verify({ ...link, ...change, query: { ...link.query, ...change.query, ...query } });
};

it.each<LinkTarget>([
  ORIGINAL,
  { mediaId: '9223372036854775807', variant: 'small', filename: null },
  { mediaId: '1', variant: 'original', filename: 'Ünï "&?#%+=/\\ 你.pdf' },
  { mediaId: '1', variant: 'original', filename: '' },
])('a link leads to what it was signed for: %j', (target) => {
  const address = links.sign(target);
  expect(address.startsWith(`https://dam.example/media/${target.mediaId}/${target.variant}?expires=`)).toBe(true);
  expect(links.verify(parse(address))).toMatchObject({ kind: 'valid', target });
});

it('is good for an hour, and for five minutes more at most', () => {
  for (let second = 0; second < 600; second += 7) {
    nowMs = NOON + second * 1_000 + 999;
    const verdict = links.verify(parse(links.sign(ORIGINAL)));
    const left = verdict.kind === 'valid' ? verdict.secondsLeft : 0;
    expect(left).toBeGreaterThanOrEqual(3_600);
    expect(left).toBeLessThan(3_900);
  }
});

it('is the same for some minutes, so that it can be cached', () => {
  nowMs = NOON + 1_000;
  const first = links.sign(ORIGINAL);
  nowMs = NOON + 299_000;
  expect(links.sign(ORIGINAL)).toBe(first);
  nowMs = NOON + 301_000;
  expect(links.sign(ORIGINAL)).not.toBe(first);
});

it('expires to the second', () => {
  const link = parse(links.sign(ORIGINAL));
  nowMs = NOON + 3_600_000 - 1;
  expect(links.verify(link)).toEqual({ kind: 'valid', target: ORIGINAL, secondsLeft: 1 });
  nowMs = NOON + 3_600_000;
  expect(links.verify(link)).toEqual({ kind: 'expired' });
});

it('is refused when anything of it was changed', () => {
  const { query } = parse(links.sign(ORIGINAL));
  const signature = query['signature'] ?? '';
  const forged = [
    changed({ mediaId: '8' }),
    changed({ mediaId: '07' }),
    changed({ variant: 'small' }),
    changed({ variant: 'original ' }),
    changed({ variant: '__proto__' }),
    changed({}, { expires: String(Number(query['expires']) + 300) }),
    changed({}, { expires: ` ${query['expires'] ?? ''}` }),
    changed({}, { expires: '' }),
    changed({}, { filename: 'a b.exe' }),
    changed({}, { more: '1' }),
    changed({}, { signature: '' }),
    changed({}, { signature: signature.slice(1) }),
    changed({}, { signature: `${signature}A` }),
    changed({}, { signature: 'A'.repeat(43) }),
    changed({}, { signature: `${signature.slice(0, -1)}=` }),
    changed({}, { signature: 'ü'.repeat(43) }),
    links.verify({ ...ORIGINAL, query: {} }),
    links.verify({ ...ORIGINAL, query: { expires: query['expires'] ?? '', signature } }),
  ];
  expect(forged).toEqual(forged.map(() => ({ kind: 'forged' })));
});

it('is refused with the signature of another key, also when it has expired', () => {
  const others = createMediaLinks({ key: Buffer.alloc(32, 2), publicUrl: 'https://dam.example', now });
  const link = parse(others.sign(ORIGINAL));
  expect(links.verify(link)).toEqual({ kind: 'forged' });
  nowMs += 10_000_000;
  expect(links.verify(link)).toEqual({ kind: 'forged' });
});

it('is not signed without a whole key', () => {
  for (const key of [Buffer.alloc(0), Buffer.alloc(31), Buffer.from('')]) {
    expect(() => createMediaLinks({ key, publicUrl: '', now })).toThrow(/32 bytes/);
  }
});
