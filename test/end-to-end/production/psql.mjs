/**
 * As much of psql as deploy/postgres/01-roles.sh uses: SQL on standard input, with `:'name'` for a quoted variable.
 * Called `psql`, it serves the script on machines that have the server of Postgres and not its client.
 */
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import pg from 'pg';

const { values } = parseArgs({
  options: { set: { type: 'string', multiple: true }, username: { type: 'string' }, dbname: { type: 'string' } },
});
const variables = Object.fromEntries((values.set ?? []).map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
const client = new pg.Client({ user: values.username, database: values.dbname });
const statements = (await text(process.stdin)).replaceAll(/:'(\w+)'/g, (_all, name) => {
  if (variables[name] === undefined) throw new Error(`the variable ${name} is not set`);
  return pg.escapeLiteral(variables[name]);
});
await client.connect();
try {
  // One after the other: some of them must not run inside a transaction, which several at once would be.
  for (const statement of statements.split(';').filter((each) => each.trim() !== '')) await client.query(statement);
} finally {
  await client.end();
}
