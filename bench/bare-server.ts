import fastify from 'fastify';
import { Pool } from 'pg';

/** (d): the least that a durable answer costs. One handler, one row, committed; no credentials, checks or log. */
async function serve(): Promise<void> {
  const pool = new Pool({
    connectionString: process.env['DATABASE_URL'],
    max: Number(process.env['DATABASE_POOL_SIZE']),
  });
  const app = fastify({ logger: false });
  app.post('/rows', async (request) => {
    const { rows } = await pool.query<{ id: string }>('insert into bench_rows (body) values ($1) returning id', [
      JSON.stringify(request.body),
    ]);
    return { id: rows[0]?.id };
  });
  await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
  process.stdout.write('listening\n');
  process.once('SIGTERM', () => {
    void app.close().then(() => pool.end());
  });
}

void serve();
