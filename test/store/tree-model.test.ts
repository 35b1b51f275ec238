import fc from 'fast-check';
import { sql } from 'kysely';
import { DAG_RUN_TABLES } from '../support/dag-actions';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser, type TestThing, type TestUser } from '../support/fixtures';
import { Comparison } from '../support/trash-comparison';
import { TrashModel } from '../support/trash-model';
import { steps, trees } from '../support/trash-steps';
import { plantTrees } from '../support/trash-world';

/** Runs of the suite; TREE_MODEL_RUNS=2000 for a long one, and TREE_MODEL_SEED to repeat one. */
const RUNS = Number(process.env['TREE_MODEL_RUNS'] ?? 60);
const SEED = Number(process.env['TREE_MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

let database: TestDatabase;
let user: TestUser;
let projects: readonly TestThing[];

const db = () => database.store.db;

beforeAll(async () => {
  database = await createTestDatabase();
  user = await createUser(db(), { admin: true });
  projects = [await createProject(db()), await createProject(db())];
});
afterAll(() => database.drop());

it(`does random things to random trees as a simple model does (TREE_MODEL_SEED=${String(SEED)})`, async () => {
  await fc.assert(
    fc.asyncProperty(trees, steps, async (assets, taken) => {
      const ids = projects.map(({ id }) => id);
      const planted = await plantTrees(db(), ids, user.id, assets);
      const comparison = new Comparison(new TrashModel(structuredClone(assets)), {
        store: database.store,
        user,
        places: projects,
        assets: planted,
        projects: ids,
      });
      try {
        for (const step of taken) {
          await comparison.take(step);
          await comparison.compare();
        }
      } finally {
        await sql`delete from assets`.execute(db());
        await sql`truncate jobs, job_selections, job_chunks, job_steps, ingests, history, purges, purge_chunks, review_orders, review_requests, reviews, ${DAG_RUN_TABLES}`.execute(
          db(),
        );
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 3_600_000);
