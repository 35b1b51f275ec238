/**
 * Server settings of the embedded Postgres: a busy box of one machine, shared with a Temporal server and the worker,
 * whose data must survive kill -9 and power loss.
 */
export const POSTGRES_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '256MB',
  max_connections: '100',
  work_mem: '32MB',
  maintenance_work_mem: '256MB',
  // At the automatic size of 8 MB, an UPDATE of 100,000 rows finds it full 11,000 times and writes it out itself.
  wal_buffers: '32MB',
  // Checkpoints are rare, so that a bulk job writes few full-page images: each page costs one after each checkpoint.
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  // These programs are built without lz4, and pglz makes an UPDATE of 100,000 rows take 1.6 times as long.
  wal_compression: 'off',
  // Local disks are solid state: a random page costs about as much as a sequential one.
  random_page_cost: '1.1',
  effective_io_concurrency: '64',
  // Compiling takes longer than our short statements; a wrong row estimate would make one of them pay for it.
  jit: 'off',
  autovacuum: 'on',
  // Messages are read by us (log tails in errors), whatever the language of the machine.
  lc_messages: 'C',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Replaces the durable settings for a server whose data is thrown away, as in tests. Never for data to keep. */
export const THROWAWAY_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};
