/** Variables of the machine that would change what the roots do. */
const FOREIGN = /^(npm_|TEMPORAL_(?!CLI_PATH$)|JWT_|JWKS_|SESSION_|DATABASE_|JEST_|SYNC_|METRICS_|AWS_|DATA_SECRET|INGEST_|OTEL_|SDK_METRICS_|OBJECT_|OUTBOUND_|WORKER_|STORE_|MEDIA_|PAYLOAD_|SHUTDOWN_)|^(NODE_ENV|NODE_OPTIONS|HOST|PORT|PUBLIC_URL|DATA_DIR|LOG_LEVEL|TRUST_PROXY)$/; // prettier-ignore

/** The environment of this process without them, for processes that get settings of their own. */
export function machineEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || FOREIGN.test(name) ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
