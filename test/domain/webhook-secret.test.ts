import { parseWebhookSecret, toWebhookSecret } from '../../src/domain/webhook-secret';

const of = (bytes: number) => toWebhookSecret(Buffer.alloc(bytes, 7));

it.each([24, 25, 32, 64])('a secret of %d bytes is taken as it is', (bytes) => {
  expect(parseWebhookSecret(of(bytes))).toEqual(Buffer.alloc(bytes, 7));
});

it.each([
  ['', 'nothing'],
  ['whsec_', 'no bytes'],
  [of(23), 'too few bytes'],
  [of(65), 'too many bytes'],
  [of(32).slice(6), 'no prefix'],
  [`WHSEC_${of(32).slice(6)}`, 'another prefix'],
  [`${of(32)}\n`, 'a line break'],
  [of(32).replace('=', ''), 'no padding'],
  [`whsec_${'-_'.repeat(16)}`, 'base64url'],
  [`whsec_${'A'.repeat(42)}B=`, 'bits behind the last byte'],
  [`whsec_${'A'.repeat(1_000_000)}`, 'a million characters'],
])('%j is refused: %s', (text) => {
  expect(parseWebhookSecret(text)).toBeNull();
});
