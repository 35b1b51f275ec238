import { createServer, type ServerResponse } from 'node:http';
import { Client } from 'pg';
import { toEventText } from '../src/http/event-stream';
import { SYNC_CHANNEL } from '../src/store/sync';

interface Row {
  readonly cursor: string;
  readonly action: string;
  readonly data_type: string;
  readonly data_key: string;
  readonly data: unknown;
}

/**
 * The least that an event stream costs: it hears of new events by the same notification, reads them by one query and
 * writes the same bytes to everybody who is there. No credentials, no cursors, no heartbeats, no bounds for slow readers.
 */
async function serve(): Promise<void> {
  const client = new Client({ connectionString: process.env['DATABASE_URL'] });
  const projectId = process.env['PROJECT_ID'] ?? '';
  await client.connect();
  let cursor = process.env['CURSOR'] ?? '0';
  const readers = new Set<ServerResponse>();
  let isReading = false;
  let hasNews = false;

  const tell = async () => {
    hasNews = true;
    if (isReading) return;
    isReading = true;
    while (hasNews) {
      hasNews = false;
      const { rows } = await client.query<Row>(
        'select cursor, action, data_type, data_key, data from sync_events where project_id = $1 and cursor > $2 order by cursor',
        [projectId, cursor],
      );
      cursor = rows.at(-1)?.cursor ?? cursor;
      const texts = rows.map((row) => toEventText(row.cursor, { type: 'cc', ...row, cursor: Number(row.cursor) }));
      if (rows.length === 0) continue;
      const bytes = Buffer.from(texts.join(''));
      for (const reader of readers) reader.write(bytes);
    }
    isReading = false;
  };
  client.on('notification', ({ payload }) => {
    if (payload?.startsWith(`${projectId}:`) === true) void tell();
  });
  await client.query(`listen ${SYNC_CHANNEL}`);

  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('retry: 2000\n\n');
    readers.add(response);
    response.on('close', () => readers.delete(response));
  });
  server.listen(Number(process.env['PORT']), '127.0.0.1', () => {
    process.stdout.write('listening\n');
  });
  process.once('SIGTERM', () => {
    server.close();
    server.closeAllConnections();
    void client.end();
  });
}

void serve();
