import { resolve } from 'node:path';
import { ConfigError, loadConfig } from '../../src/config';

const SECRET = 'a-secret-of-more-than-thirty-two-characters';

const KEY = `a:${Buffer.alloc(32).toString('base64')}`;

it('needs nothing: the embedded stack and the loopback are the default', () => {
  expect(loadConfig({})).toMatchObject({
    production: false,
    host: '127.0.0.1',
    port: 3000,
    publicUrl: 'http://127.0.0.1:3000',
    dataDir: resolve('.data'),
    databaseUrl: undefined,
    jwtSecret: undefined,
    jwks: undefined,
    temporal: { address: undefined, namespace: 'default', embedded: { port: 7233, uiPort: 8233 }, payloadKeys: [] },
    logLevel: 'info',
  });
});

it('takes an empty variable for an absent one', () => {
  expect(loadConfig({ PORT: '', DATABASE_URL: '', JWT_SECRET: '' })).toMatchObject({
    port: 3000,
    databaseUrl: undefined,
  });
});

it.each([
  ['PORT', 'eighty'],
  ['PORT', '70000'],
  ['PORT', '-1'],
  ['PORT', '0x50'],
  ['TEMPORAL_PORT', '1e3'],
  ['DATABASE_URL', 'mysql://x'],
  ['PUBLIC_URL', 'longhaul.example'],
  ['PUBLIC_URL', 'ftp://longhaul.example'],
  ['JWT_SECRET', 'short'],
  ['SESSION_SECRET', 'short'],
  ['DATA_SECRET', 'short'],
  ['LOG_LEVEL', 'loud'],
  ['DATABASE_POOL_SIZE', '1'],
  ['TEMPORAL_UI_URL', 'nowhere'],
  ['SYNC_EVENT_RETENTION_DAYS', '0'],
  ['TRASH_RETENTION', '14'],
  ['TRASH_RETENTION', '0d'],
  ['TRASH_RETENTION', '-1d'],
  ['TRASH_RETENTION', '1.5h'],
  ['TRASH_RETENTION', '2w'],
  ['TRASH_RETENTION', '3651d'],
  ['JOB_RETENTION', '0d'],
  ['JOB_RETENTION', 'never'],
  ['HISTORY_RETENTION', '3651d'],
  ['METRICS_PORT', '1.5'],
  ['SDK_METRICS_PORT', '70000'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['PAYLOAD_KEYS', 'a:short'],
  ['PAYLOAD_KEYS', `${KEY},${KEY}`],
  ['OUTBOUND_PORTS', '80,http'],
  ['OUTBOUND_PORTS', '0'],
  ['OUTBOUND_ALLOW', '0.0.0.0/0'],
  ['OUTBOUND_ALLOW', 'http://files'],
  ['MAX_INGEST_BYTES', '50GB'],
  ['INGEST_CONNECT_TIMEOUT_MS', '0'],
  ['INGEST_HEADER_TIMEOUT_MS', '-1'],
  ['INGEST_IDLE_TIMEOUT_MS', 'never'],
  ['INGEST_MIN_BYTES_PER_SECOND', '0'],
  ['INGEST_MAX_ATTEMPTS', '0'],
  ['INGEST_CONCURRENCY', '0'],
  ['SHUTDOWN_DELAY_MS', '5s'],
  ['INGEST_SLOTS', 'many'],
  ['MEDIA_PROCESSES', '0'],
  ['WORKER_ROLES', 'store,media'],
  ['STORE_CONCURRENCY', '0'],
  ['WORKFLOW_CACHE_SIZE', '-1'],
])('refuses %s=%s, naming the variable', (variable, value) => {
  expect(() => loadConfig({ [variable]: value })).toThrow(ConfigError);
  expect(() => loadConfig({ [variable]: value })).toThrow(variable);
});

it.each([
  [undefined, 14 * 86_400_000],
  ['14d', 14 * 86_400_000],
  ['36h', 36 * 3_600_000],
  ['90m', 90 * 60_000],
  ['30s', 30_000],
])('reads TRASH_RETENTION=%s as %d ms', (text, ms) => {
  expect(loadConfig({ TRASH_RETENTION: text })).toMatchObject({ trashRetentionMs: ms });
});

it('keeps details of jobs for 90 days and history for ever, unless told otherwise', () => {
  expect(loadConfig({}).retention).toEqual({ jobMs: 90 * 86_400_000, historyMs: null });
  const told = loadConfig({ JOB_RETENTION: 'forever', HISTORY_RETENTION: '365d' });
  expect(told.retention).toEqual({ jobMs: null, historyMs: 365 * 86_400_000 });
});

it('names every bad variable at once', () => {
  expect(() => loadConfig({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT.*LOG_LEVEL/);
});

it('does not repeat a secret that it refuses', () => {
  expect(() => loadConfig({ JWT_SECRET: 'hunter2' })).not.toThrow(/hunter2/);
  expect(() => loadConfig({ PAYLOAD_KEYS: 'a:hunter2' })).not.toThrow(/hunter2/);
});

it('refuses to start in production without a way to verify tokens', () => {
  expect(() => loadConfig({ NODE_ENV: 'production' })).toThrow(/JWT_SECRET/);
  const secrets = { JWT_SECRET: SECRET, SESSION_SECRET: SECRET, DATA_SECRET: SECRET };
  expect(loadConfig({ NODE_ENV: 'production', ...secrets }).production).toBe(true);
});

it('refuses to start in production without a secret to sign sessions with, also beside an identity provider', () => {
  const provider = { JWKS_URL: 'https://id.example/keys', JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'longhaul' };
  expect(() => loadConfig({ NODE_ENV: 'production', JWT_SECRET: SECRET })).toThrow(/SESSION_SECRET/);
  expect(() => loadConfig({ NODE_ENV: 'production', ...provider })).toThrow(/SESSION_SECRET/);
  const secrets = { SESSION_SECRET: SECRET, DATA_SECRET: SECRET };
  expect(loadConfig({ NODE_ENV: 'production', ...provider, ...secrets }).sessionSecret).toBe(SECRET);
});

it('refuses to start in production without a secret to seal addresses and sign links with', () => {
  const secrets = { JWT_SECRET: SECRET, SESSION_SECRET: SECRET };
  expect(() => loadConfig({ NODE_ENV: 'production', ...secrets })).toThrow(/DATA_SECRET/);
  expect(loadConfig({ NODE_ENV: 'production', ...secrets, DATA_SECRET: SECRET }).dataSecret).toBe(SECRET);
});

it('takes the keys of an identity provider with its issuer and audience, and never beside a secret', () => {
  const provider = { JWKS_URL: 'https://id.example/keys', JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'longhaul' };
  expect(loadConfig(provider).jwks).toEqual({
    url: provider.JWKS_URL,
    issuer: provider.JWT_ISSUER,
    audience: 'longhaul',
  });
  expect(() => loadConfig({ JWKS_URL: provider.JWKS_URL })).toThrow(/JWT_ISSUER and JWT_AUDIENCE/);
  expect(() => loadConfig({ ...provider, JWT_SECRET: SECRET })).toThrow(/not both/);
});

it('reads a list of proxies, and a public address without its last slash', () => {
  const config = loadConfig({ TRUST_PROXY: '10.0.0.1, 10.0.0.2,', PUBLIC_URL: 'https://dam.example/' });
  expect(config).toMatchObject({ trustProxy: ['10.0.0.1', '10.0.0.2'], publicUrl: 'https://dam.example' });
});

describe('the object store', () => {
  const place = (variables: Record<string, string>) => loadConfig(variables).objectStore;

  it('is a folder of DATA_DIR by default', () => {
    expect(place({ DATA_DIR: '/data' })).toEqual({ kind: 'folder', path: '/data/objects' });
    expect(place({ DATA_DIR: '/data', OBJECT_STORE_URL: '', AWS_ACCESS_KEY_ID: 'half' })).toMatchObject({ kind: 'folder' }); // prettier-ignore
  });

  it('is a bucket of AWS in us-east-1, with the credentials that the SDK finds, when no more is said', () => {
    expect(place({ OBJECT_STORE_URL: 's3://my-bucket' })).toEqual({
      kind: 's3',
      bucket: 'my-bucket',
      prefix: '',
      endpoint: undefined,
      region: 'us-east-1',
      pathStyle: false,
      credentials: undefined,
    });
  });

  it('is a bucket of another service, below a prefix, with credentials of its own', () => {
    const url = 's3://bucket/some/prefix?endpoint=http://127.0.0.1:9000/&region=eu-central-1';
    const credentials = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };
    expect(place({ OBJECT_STORE_URL: url, ...credentials })).toEqual({
      kind: 's3',
      bucket: 'bucket',
      prefix: 'some/prefix/',
      endpoint: 'http://127.0.0.1:9000',
      region: 'eu-central-1',
      pathStyle: true,
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' },
    });
    expect(place({ OBJECT_STORE_URL: `${url}&path_style=false` })).toMatchObject({ pathStyle: false });
    expect(place({ OBJECT_STORE_URL: 's3://bucket/a/' })).toMatchObject({ prefix: 'a/' });
  });

  it.each([
    'bucket',
    'https://bucket',
    's3://',
    's3://Bucket_Of_Mine',
    's3://b',
    's3://bucket:9000',
    's3://bucket/.hidden',
    's3://bucket/a//b',
    's3://bucket/%00',
    's3://bucket?endpoint=host:9000',
    's3://bucket?endpoint=ftp://host',
    's3://bucket?endpoint=http://hunter2:hunter2@host',
    's3://bucket?region=a b',
    's3://bucket?path_style=yes',
    's3://bucket?secret=hunter2',
    's3://id:hunter2@bucket',
  ])('is not at %s, which is refused with its variable and without a word of it', (url) => {
    expect(() => loadConfig({ OBJECT_STORE_URL: url })).toThrow(ConfigError);
    expect(() => loadConfig({ OBJECT_STORE_URL: url })).toThrow(/OBJECT_STORE_URL: m/);
    expect(() => loadConfig({ OBJECT_STORE_URL: url })).not.toThrow(/hunter2/);
  });

  it('needs both halves of the credentials, or neither', () => {
    for (const half of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
      const load = () => loadConfig({ OBJECT_STORE_URL: 's3://bucket', [half]: 'hunter2' });
      expect(load).toThrow(/AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/);
      expect(load).not.toThrow(/hunter2/);
    }
  });
});

it('has addresses of users lead to the usual ports of the Internet, and to what is allowed by name', () => {
  expect(loadConfig({}).outbound).toEqual({ ports: [80, 443, 8080, 8443], allow: { hosts: [], ranges: [] } });
  const { outbound } = loadConfig({ OUTBOUND_PORTS: '443', OUTBOUND_ALLOW: 'files.internal, 127.0.0.1:9000' });
  expect(outbound.ports).toEqual([443]);
  expect(outbound.allow.hosts).toEqual([
    { hostname: 'files.internal', port: null },
    { hostname: '127.0.0.1', port: 9000 },
  ]);
});

it('reads the keys that encrypt what Temporal keeps, and has its page ask the codec then', () => {
  const { payloadKeys, embedded } = loadConfig({ PAYLOAD_KEYS: `${KEY},b:${Buffer.alloc(32, 1).toString('base64')}` }).temporal; // prettier-ignore
  expect(payloadKeys.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(embedded.uiCodecEndpoint).toBe('http://127.0.0.1:3000/api/temporal-codec');
  expect(loadConfig({}).temporal.embedded.uiCodecEndpoint).toBeUndefined();
});

it.each([
  ['', ['store', 'ingest']],
  ['store', ['store']],
  [' ingest , store,', ['store', 'ingest']],
  ['ingest,ingest', ['ingest']],
])('reads WORKER_ROLES=%j', (text, roles) => {
  expect(loadConfig({ WORKER_ROLES: text }).worker.roles).toEqual(roles);
});

it('takes as many activities of the store as the pool has connections to spare, unless it is told', () => {
  expect(loadConfig({}).worker).toMatchObject({ storeSlots: 16, cachedWorkflows: 300, ingestSlots: 'fixed' });
  expect(loadConfig({ DATABASE_POOL_SIZE: '2' }).worker.storeSlots).toBe(2);
  expect(loadConfig({ STORE_CONCURRENCY: '40' }).worker.storeSlots).toBe(40);
});
