import { addApiKey } from '../../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createUser } from '../../support/fixtures';
import { buildMediaPocketApp } from '../media-pocket-app';
import { ARRANGEMENTS } from './arrangements';
import { EXAMPLES, type Example, partsOf, pathWith } from './examples';
import type { Library } from './library';
import { toLikeness } from './likeness';

const EXAMPLES_OF_THE_PAGE = 65;

let database: TestDatabase;
let library: Library;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  const caller = await createUser(db, { email: 'caller@example.com' });
  const [callerKey, other] = [await addApiKey(db, caller.id), await createUser(db)];
  library = { db, facade: await buildMediaPocketApp(database.store), caller, callerKey, other };
});
afterAll(async () => {
  await library.facade.app.close();
  await database.drop();
});

describe('the examples of the page', () => {
  it('are all there', () => {
    expect(EXAMPLES).toHaveLength(EXAMPLES_OF_THE_PAGE);
    expect(new Set(EXAMPLES.map(({ name }) => name)).size).toBe(EXAMPLES_OF_THE_PAGE);
  });

  it('are each run', () => {
    expect(Object.keys(ARRANGEMENTS).sort()).toEqual(EXAMPLES.map(({ name }) => name).sort());
  });
});

describe('is answered as the page shows it', () => {
  it.each(EXAMPLES.map((example) => [example.name, example] as const))('%s', async (name, example) => {
    const { facade, caller, callerKey } = library;
    const arranged = await ARRANGEMENTS[name]?.(library);
    if (arranged === undefined) throw new Error(`nothing is arranged for ${name}`);
    const request = example.request === undefined ? undefined : { ...example.request, ...arranged.request };
    const answer = await facade.call(callerKey, example.method, pathWith(example, arranged.parts), request);

    const names = namesOf(arranged.parts['asset_id'], [caller.email]);
    expect({ status: answer.statusCode, body: toText(JSON.parse(answer.body), names) }).toEqual({
      status: example.status,
      body: toText(example.response, pageNamesOf(example)),
    });
    // Nothing was lost by parsing it: no white space, no second member of one name, no number of another form.
    expect(answer.body).toBe(JSON.stringify(JSON.parse(answer.body)));
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });
});

/** As a text, so that the order of members counts. */
function toText(body: unknown, names: ReadonlyMap<string, string>): string {
  return JSON.stringify(toLikeness(body, names), null, 2);
}

/** The asset of the path has to be the one of the answer, and the one user of an example is its caller. */
function namesOf(assetId: string | undefined, emails: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map(emails.map((email) => [email, '<caller>']));
  return assetId === undefined || assetId === '' ? names : names.set(assetId, '<asset>');
}

function pageNamesOf(example: Example): ReadonlyMap<string, string> {
  const emails = JSON.stringify(example.response).match(/admin-user-\d+@example\.com/g) ?? [];
  const assetId = partsOf(example)['asset_id'];
  return namesOf(/^[\w-]{20}$/.test(assetId ?? '') ? assetId : undefined, emails);
}
