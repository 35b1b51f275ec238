import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { openStore } from '../../src/store/database';
import { migrate } from '../../src/store/migrate';

/** Makes a migrated database that each test file clones, and answers its name. */
export async function createTemplateDatabase(serverUrl: string): Promise<string> {
  const name = `longhaul_test_${randomBytes(6).toString('hex')}`;
  await runOn(serverUrl, `create database ${name}`);
  const store = openStore({
    databaseUrl: databaseUrlOf(serverUrl, name),
    maxConnections: 2,
    applicationName: 'longhaul-test-setup',
    onIdleError: (error) => {
      throw error;
    },
  });
  try {
    await migrate(store.db);
  } finally {
    await store.close();
  }
  return name;
}

/** Drops the template and all its clones. Answers the clones: each is a test file that forgot to drop its own. */
export async function dropTemplateDatabase(serverUrl: string, template: string): Promise<readonly string[]> {
  const found = await runOn(serverUrl, `select datname from pg_database where datname like '${template}%'`);
  const names = found.map((row) => String(row['datname']));
  for (const name of names) await runOn(serverUrl, `drop database if exists ${name} with (force)`);
  return names.filter((name) => name !== template);
}

/** The URL of another database of the same server. */
export function databaseUrlOf(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** One statement on a connection of its own: CREATE and DROP DATABASE take no part in transactions or pools. */
export async function runOn(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, application_name: 'longhaul-test-setup' });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
