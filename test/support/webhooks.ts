import type { JobState } from '../../src/domain/job';
import { toJobEventData } from '../../src/domain/sync';
import { inOneTransaction } from '../../src/store/contention';
import type { Database } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { appendSyncEvents } from '../../src/store/sync';
import { createWebhook, type WebhookRecord } from '../../src/store/webhooks';
import { createWebhookSeals } from '../../src/webhook-key';
import { createProject, createUser, type TestThing, type TestUser } from './fixtures';

export const testSeals = createWebhookSeals('a-data-secret-for-tests-only-00000');

export interface TestWebhook {
  readonly webhook: WebhookRecord;
  readonly secret: string;
  readonly project: TestThing;
  readonly owner: TestUser;
}

/** A webhook of a project of its own, or of the one given. */
export async function createTestWebhook(
  db: Database,
  url: string,
  { events = ['*'], secret = null, ...given }: Partial<{ events: string[]; secret: string | null; project: TestThing; owner: TestUser }> = {}, // prettier-ignore
): Promise<TestWebhook> {
  const project = given.project ?? (await createProject(db));
  const owner = given.owner ?? (await createUser(db));
  const order = { project, createdBy: owner.id, url, events, secret, idempotency: null, now: new Date() };
  const creation = await createWebhook(db, order, testSeals);
  if (creation.kind !== 'created' || creation.secret === null) throw new Error(`no webhook was made: ${creation.kind}`);
  return { webhook: creation.webhook, secret: creation.secret, project, owner };
}

/** Has the sync log of a project tell that a bulk move ended (or stands) so; answers its token. */
export async function tellJob(
  db: Database,
  project: TestThing,
  state: JobState = 'done',
  token = newUuid(),
): Promise<string> {
  const data = toJobEventData({
    projectUuid: project.uuid,
    kind: 'bulk_move_assets',
    state,
    outcome: state === 'done' ? 'succeeded' : null,
    counts: { total: 3, succeeded: 3, skipped: 0, failed: 0, remaining: 0 },
    createdAt: new Date(),
    updatedAt: new Date(),
  });
  await inOneTransaction(db, (tx) => appendSyncEvents(tx, project.id, [{ action: 'UPDATE', dataType: 'jobs', dataKey: token, data }])); // prettier-ignore
  return token;
}
