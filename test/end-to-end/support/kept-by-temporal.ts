import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import type { Installation } from './installation';

/** All that the Temporal server of an installation has written down, byte for byte: its files, or its rows. */
export async function readKept(installation: Installation): Promise<readonly Buffer[]> {
  const { temporalDatabases } = installation;
  if (temporalDatabases.length > 0) {
    return (await Promise.all(temporalDatabases.map((databaseUrl) => readRows(databaseUrl)))).flat();
  }
  const directory = join(installation.dataDir, 'temporal');
  return readdirSync(directory).map((name) => readFileSync(join(directory, name)));
}

async function readRows(databaseUrl: string): Promise<readonly Buffer[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    );
    const kept: Buffer[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<unknown[]>({ text: `select * from ${escapeIdentifier(name)}`, rowMode: 'array' }); // prettier-ignore
      for (const value of rows.flat()) kept.push(Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value ?? null))); // prettier-ignore
    }
    return kept;
  } finally {
    await client.end();
  }
}
