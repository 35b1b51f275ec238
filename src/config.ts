import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type PayloadKey, parsePayloadKeys } from './codec/payload-keys';
import { toWorkerRoles, type WorkerRole } from './domain/worker-role';
import { type ObjectStorePlace, ObjectStoreUrlError, parseObjectStoreUrl } from './objects/object-store-place';
import { type AllowList, parseAllowList } from './outbound/allow-list';

/** Thrown when the environment holds a value that cannot be used; the message names each variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const wholeNumber = (least: number, most: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.int().min(least).max(most));
const port = wholeNumber(0, 65_535);
const DAY_MS = 24 * 60 * 60 * 1_000;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS };
/** In ms. */
const duration = (mostMs: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}[smhd]$/, 'must be a duration such as 14d, 36h, 90m or 30s')
    .transform((text) => Number(text.slice(0, -1)) * (UNIT_MS[text.slice(-1)] ?? Number.NaN))
    .pipe(z.number().max(mostMs, `must be ${String(mostMs / DAY_MS)}d at most`));
/** In ms; null: for ever. */
const retention = z.union([z.literal('forever').transform(() => null), duration(3650 * DAY_MS)], {
  error: 'must be forever, or a duration such as 90d',
});
/** Where the façade serves the codec for the Temporal UI. */
const CODEC_PATH = '/api/temporal-codec';
const HOUR_MS = 60 * 60 * 1_000;
/**
 * Activities beside the connections that the rest needs. A slice of files wants four of them: when there are fewer, its
 * lanes take turns, which a chunk of some ten milliseconds makes short.
 */
const SPARE_CONNECTIONS = 4;
const list = z.string().transform((text) => text.split(',').map((part) => part.trim()).filter(Boolean)); // prettier-ignore

const variables = z.object({
  NODE_ENV: z.string().default('development'),
  PATH: z.string().default(''),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.prefault('3000'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must start with postgres://').optional(), // prettier-ignore
  DATABASE_POOL_SIZE: wholeNumber(2, 500).prefault('20'),
  TEMPORAL_ADDRESS: z.string().min(1).optional(),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_UI_URL: z.url({ protocol: /^https?$/ }).optional(),
  TEMPORAL_CLI_PATH: z.string().min(1).optional(),
  TEMPORAL_PORT: port.prefault('7233'),
  TEMPORAL_UI_PORT: port.prefault('8233'),
  TEMPORAL_WORKFLOW_BUNDLE: z.string().min(1).optional(),
  TEMPORAL_START_TIMEOUT_MS: wholeNumber(0, DAY_MS).prefault('60000'),
  TEMPORAL_BUILD_ID: z.string().min(1).optional(),
  PAYLOAD_KEYS: list.prefault('').transform(toPayloadKeys),
  OBJECT_STORE_URL: z.string().optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  JWT_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  SESSION_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  DATA_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  JWKS_URL: z.url({ protocol: /^https?$/ }).optional(),
  JWT_ISSUER: z.string().min(1).optional(),
  JWT_AUDIENCE: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  METRICS_PORT: port.optional(),
  SDK_METRICS_PORT: port.optional(),
  TRUST_PROXY: list.optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_SERVICE_NAME: z.string().min(1).optional(),
  SYNC_EVENT_RETENTION_DAYS: wholeNumber(1, 3650).prefault('30'),
  TRASH_RETENTION: duration(3650 * DAY_MS).prefault('14d'),
  JOB_RETENTION: retention.prefault('90d'),
  HISTORY_RETENTION: retention.prefault('forever'),
  OUTBOUND_PORTS: list.prefault('80,443,8080,8443').pipe(z.array(port.refine((number) => number > 0, 'must be ports'))),
  OUTBOUND_ALLOW: list.prefault('').transform(toAllowList),
  MAX_INGEST_BYTES: wholeNumber(1, Number.MAX_SAFE_INTEGER).prefault(String(50 * 1024 ** 3)),
  INGEST_CONNECT_TIMEOUT_MS: wholeNumber(1, HOUR_MS).prefault('10000'),
  INGEST_HEADER_TIMEOUT_MS: wholeNumber(1, HOUR_MS).prefault('30000'),
  INGEST_IDLE_TIMEOUT_MS: wholeNumber(1, HOUR_MS).prefault('30000'),
  INGEST_MIN_BYTES_PER_SECOND: wholeNumber(1, 1_000_000_000).prefault('1024'),
  INGEST_MAX_ATTEMPTS: wholeNumber(1, 100).prefault('5'),
  INGEST_CONCURRENCY: wholeNumber(1, 500).prefault('16'),
  INGEST_SLOTS: z.enum(['fixed', 'load'], 'must be fixed or load').default('fixed'),
  MEDIA_PROCESSES: wholeNumber(1, 256).optional(),
  SHUTDOWN_DELAY_MS: wholeNumber(0, 40_000).prefault('0'),
  WORKER_ROLES: z.string().default('').transform(toRoles),
  STORE_CONCURRENCY: wholeNumber(1, 500).optional(),
  WORKFLOW_CACHE_SIZE: wholeNumber(0, 100_000).prefault('300'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be smtp://… or smtps://…' })
    .transform(toSmtpServer)
    .optional(),
  MAIL_FROM: z
    .string()
    .min(3)
    .regex(/^[^\r\n]*$/, 'must be one line')
    .default('Longhaul <longhaul@localhost>'),
});

export type Config = ReturnType<typeof loadConfig>;

/**
 * Reads the configuration from the environment (see README, "Configuration"). An empty variable counts as absent.
 * @throws ConfigError naming every variable with a bad value
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>) {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const read = variables.safeParse(given);
  if (!read.success) {
    const faults = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`bad configuration: ${faults.join('; ')}`);
  }
  const values = read.data;
  const production = values.NODE_ENV === 'production';
  if (values.JWKS_URL !== undefined && (values.JWT_ISSUER === undefined || values.JWT_AUDIENCE === undefined)) {
    throw new ConfigError('bad configuration: JWKS_URL needs JWT_ISSUER and JWT_AUDIENCE');
  }
  if (values.JWKS_URL !== undefined && values.JWT_SECRET !== undefined) {
    throw new ConfigError('bad configuration: give JWT_SECRET or JWKS_URL, not both');
  }
  if (production && values.JWKS_URL === undefined && values.JWT_SECRET === undefined) {
    throw new ConfigError(
      'bad configuration: production needs JWT_SECRET, or JWKS_URL with JWT_ISSUER and JWT_AUDIENCE',
    );
  }
  if (production && values.SESSION_SECRET === undefined) {
    throw new ConfigError('bad configuration: production needs SESSION_SECRET');
  }
  if (production && values.DATA_SECRET === undefined) {
    throw new ConfigError('bad configuration: production needs DATA_SECRET');
  }
  const dataDir = resolve(values.DATA_DIR);
  const publicUrl = values.PUBLIC_URL?.replace(/\/+$/, '') ?? `http://${values.HOST}:${String(values.PORT)}`;
  return {
    production,
    host: values.HOST,
    port: values.PORT,
    publicUrl,
    dataDir,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    temporal: {
      address: values.TEMPORAL_ADDRESS,
      namespace: values.TEMPORAL_NAMESPACE,
      uiUrl: values.TEMPORAL_UI_URL,
      /** The server that is started where no address is given. */
      embedded: {
        port: values.TEMPORAL_PORT,
        uiPort: values.TEMPORAL_UI_PORT,
        cliPath: values.TEMPORAL_CLI_PATH,
        uiCodecEndpoint: values.PAYLOAD_KEYS.length === 0 ? undefined : `${publicUrl}${CODEC_PATH}`,
      },
      workflowBundle: values.TEMPORAL_WORKFLOW_BUNDLE,
      startTimeoutMs: values.TEMPORAL_START_TIMEOUT_MS,
      buildId: values.TEMPORAL_BUILD_ID,
      /** The first one encrypts what Temporal keeps; none: it is kept as it is. */
      payloadKeys: values.PAYLOAD_KEYS,
    },
    objectStore: toObjectStorePlace(values, dataDir),
    jwtSecret: values.JWT_SECRET,
    sessionSecret: values.SESSION_SECRET,
    /** Seals addresses of files that are being ingested, and signs the links to files: all processes need the same. */
    dataSecret: values.DATA_SECRET,
    jwks:
      values.JWKS_URL === undefined
        ? undefined
        : { url: values.JWKS_URL, issuer: values.JWT_ISSUER ?? '', audience: values.JWT_AUDIENCE ?? '' },
    jwtIssuer: values.JWT_ISSUER,
    jwtAudience: values.JWT_AUDIENCE,
    logLevel: values.LOG_LEVEL,
    metricsPort: values.METRICS_PORT,
    /** Where façade and worker are one process: for what a worker serves at METRICS_PORT. */
    sdkMetricsPort: values.SDK_METRICS_PORT,
    /** Spans go to the collector there; without one nothing is traced. */
    tracing: { endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT, serviceName: values.OTEL_SERVICE_NAME },
    /** Where programs are looked for. */
    searchPath: values.PATH,
    trustProxy: values.TRUST_PROXY,
    syncEventRetentionDays: values.SYNC_EVENT_RETENTION_DAYS,
    /** How long what is trashed can be restored. */
    trashRetentionMs: values.TRASH_RETENTION,
    /** How long the details of ended jobs are kept, and what happened to assets and shares; null: for ever. */
    retention: { jobMs: values.JOB_RETENTION, historyMs: values.HISTORY_RETENTION },
    /** Without a server mails are files below DATA_DIR/mail. */
    mail: { smtp: values.SMTP_URL ?? null, from: values.MAIL_FROM },
    /** Where requests to addresses that users give may go. */
    outbound: { ports: values.OUTBOUND_PORTS, allow: values.OUTBOUND_ALLOW },
    /** How long a façade that is told to stop says that it is not ready before it stops listening. */
    shutdownDelayMs: values.SHUTDOWN_DELAY_MS,
    worker: {
      roles: values.WORKER_ROLES,
      /** Activities of the store at once. */
      storeSlots: values.STORE_CONCURRENCY ?? Math.max(2, values.DATABASE_POOL_SIZE - SPARE_CONNECTIONS),
      cachedWorkflows: values.WORKFLOW_CACHE_SIZE,
      /** `fixed`: as many steps of files as `ingest.concurrency` says; `load`: fewer while the machine is busy. */
      ingestSlots: values.INGEST_SLOTS,
      /** That look into files at once; as many as there are cores when absent. */
      mediaProcesses: values.MEDIA_PROCESSES,
    },
    ingest: {
      maxBytes: values.MAX_INGEST_BYTES,
      connectMs: values.INGEST_CONNECT_TIMEOUT_MS,
      headersMs: values.INGEST_HEADER_TIMEOUT_MS,
      idleMs: values.INGEST_IDLE_TIMEOUT_MS,
      leastBytesPerSecond: values.INGEST_MIN_BYTES_PER_SECOND,
      /** At a server that keeps failing. */
      maxAttempts: values.INGEST_MAX_ATTEMPTS,
      /** Steps of files, or slices of jobs of many, that one worker has under way. */
      concurrency: values.INGEST_CONCURRENCY,
    },
  };
}

function toAllowList(entries: readonly string[], context: z.RefinementCtx): AllowList {
  try {
    return parseAllowList(entries);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
}

function toPayloadKeys(entries: readonly string[], context: z.RefinementCtx): readonly PayloadKey[] {
  try {
    return parsePayloadKeys(entries);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
}

function toRoles(text: string, context: z.RefinementCtx): readonly WorkerRole[] {
  try {
    return toWorkerRoles(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
}

function toSmtpServer(address: string) {
  const { protocol, hostname, port: portText, username, password } = new URL(address);
  const secure = protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: portText === '' ? (secure ? 465 : 587) : Number(portText),
    secure,
    user: username === '' ? null : decodeURIComponent(username),
    password: password === '' ? null : decodeURIComponent(password),
  };
}

function toObjectStorePlace(values: z.output<typeof variables>, dataDir: string): ObjectStorePlace {
  if (values.OBJECT_STORE_URL === undefined) return { kind: 'folder', path: join(dataDir, 'objects') };
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = values; // prettier-ignore
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    throw new ConfigError('bad configuration: give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither');
  }
  const credentials =
    accessKeyId === undefined || secretAccessKey === undefined
      ? undefined
      : { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  try {
    return { ...parseObjectStoreUrl(values.OBJECT_STORE_URL), credentials };
  } catch (error) {
    if (!(error instanceof ObjectStoreUrlError)) throw error;
    throw new ConfigError(`bad configuration: OBJECT_STORE_URL: ${error.message}`);
  }
}
