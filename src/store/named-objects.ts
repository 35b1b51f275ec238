import { sql } from 'kysely';
import type { Database } from './database';

/** An object that media name, with the size that they say it has. */
export interface NamedObject {
  readonly key: string;
  readonly sizeBytes: number;
}

const PAGE = 5_000;

/** Every object that media name, once each, in the order of the bytes of their keys. Holds one page at a time. */
export async function* readNamedObjects(db: Database): AsyncGenerator<NamedObject, void, undefined> {
  const session = await db.startTransaction().setAccessMode('read only').execute();
  try {
    await sql`declare named_objects no scroll cursor for
      select distinct on (object_key collate "C") object_key as key, size_bytes::text as size
      from media order by object_key collate "C"`.execute(session);
    for (;;) {
      const { rows } = await sql<{ key: string; size: string }>`fetch ${sql.lit(PAGE)} from named_objects`.execute(session); // prettier-ignore
      for (const { key, size } of rows) yield { key, sizeBytes: Number(size) };
      if (rows.length < PAGE) return;
    }
  } finally {
    await session.rollback().execute();
  }
}
