import { decideWebhookAttempt, WEBHOOK_TRIED_FOR_MS, type WebhookAttempt } from '../../src/domain/webhook-delivery';

const HOUR_MS = 3_600_000;
const answered = (status: number, retryAfterMs?: number): WebhookAttempt => ({
  kind: 'answered',
  status,
  retryAfterMs,
});
const first = { tries: 1, triedSinceMs: 0, failuresInRow: 0 };

it.each([200, 201, 204, 299])('%d is delivered', (status) => {
  expect(decideWebhookAttempt(answered(status), first, 0, 0.5)).toEqual({ kind: 'delivered' });
});

it('410 is the end of the webhook', () => {
  expect(decideWebhookAttempt(answered(410), first, 0, 0.5)).toEqual({ kind: 'gone', fault: 'gone' });
});

it.each([
  [answered(301), 'redirected', null],
  [answered(307), 'redirected', null],
  [answered(400), 'bad_status', null],
  [answered(404), 'bad_status', null],
  [answered(408), 'bad_status', 4_500],
  [answered(429), 'bad_status', 4_500],
  [answered(500), 'bad_status', 4_500],
  [answered(502), 'bad_status', 4_500],
  [answered(503), 'bad_status', 4_500],
  [answered(504), 'bad_status', 4_500],
  [{ kind: 'unanswered', fault: 'connect_failed' } as const, 'connect_failed', 4_500],
  [{ kind: 'unanswered', fault: 'total_timeout' } as const, 'total_timeout', 4_500],
])('%j is tried again as %s, and the endpoint rests %p ms', (attempt, fault, restMs) => {
  expect(decideWebhookAttempt(attempt, first, 1_000, 0.5)).toEqual({ kind: 'again', fault, atMs: 6_000, restMs });
});

it('what a receiver asks for by Retry-After counts, up to an hour', () => {
  expect(decideWebhookAttempt(answered(503, 60_000), first, 0, 0.5)).toMatchObject({ atMs: 60_000, restMs: 60_000 });
  expect(decideWebhookAttempt(answered(429, 9 * HOUR_MS), first, 0, 0.5)).toMatchObject({ atMs: HOUR_MS, restMs: HOUR_MS }); // prettier-ignore
});

it('an endpoint that stays out of order rests longer each time, five minutes at most', () => {
  const rests = [0, 1, 2, 3, 10, 1_000].map((failuresInRow) => {
    const verdict = decideWebhookAttempt(answered(500), { ...first, failuresInRow }, 0, 1);
    return verdict.kind === 'again' ? verdict.restMs : null;
  });
  expect(rests).toEqual([5_000, 10_000, 20_000, 40_000, 300_000, 300_000]);
});

it.each([0, 0.5, 1])('with the chance %p there are some fifteen attempts, each later than the last, over exactly three days', (chance) => {
  const delays: number[] = [];
  let nowMs = 0;
  for (let tries = 1; ; tries += 1) {
    const verdict = decideWebhookAttempt(answered(500), { ...first, tries }, nowMs, chance);
    if (verdict.kind !== 'again') {
      expect(verdict).toMatchObject({ kind: 'given_up', fault: 'bad_status' });
      break;
    }
    delays.push(verdict.atMs - nowMs);
    nowMs = verdict.atMs;
  }
  expect(nowMs).toBe(WEBHOOK_TRIED_FOR_MS);
  expect(delays.length).toBeGreaterThanOrEqual(13);
  expect(delays.length).toBeLessThanOrEqual(20);
  const grown = delays.slice(0, -1);
  expect(grown).toEqual([...grown].sort((a, b) => a - b));
  expect(Math.max(...delays)).toBeLessThan(10 * HOUR_MS);
}); // prettier-ignore
