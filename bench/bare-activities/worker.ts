import { NativeConnection, Worker } from '@temporalio/worker';
import { Pool } from 'pg';
import { createBareActivities } from './activities';

/** The same as the worker of Longhaul takes at once, with the settings that it has by default. */
const ACTIVITIES_AT_ONCE = 16;
const CONNECTIONS = 20;

async function main(): Promise<void> {
  const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: CONNECTIONS });
  const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  const worker = await Worker.create({
    connection,
    taskQueue: 'bare',
    workflowsPath: require.resolve('./workflows'),
    activities: createBareActivities(pool),
    maxConcurrentActivityTaskExecutions: ACTIVITIES_AT_ONCE,
  });
  process.stdout.write('the bare worker runs\n');
  await worker.run();
  await connection.close();
  await pool.end();
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
