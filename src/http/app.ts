import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { CredentialVerifier } from './credential-verifier';
import { registerAddressCheck } from './plugins/address';
import { registerAnswerHeaders, setAnswerHeaders } from './plugins/answer-headers';
import { registerCredentials } from './plugins/credentials';
import { createDialectOf, registerErrors, sendError } from './plugins/errors';
import { createHealthRoutes } from './plugins/health';
import { registerJsonBody } from './plugins/json-body';
import { registerMetricsRoute, registerRequestMetrics } from './plugins/metrics';
import { registerOpenApi, registerReferencePages } from './plugins/openapi';
import { registerRequestTraces } from './plugins/request-traces';
import { registerRouteGroups } from './plugins/route-groups';
import { registerShutdown } from './plugins/shutdown';
import { parseQueryString } from './query-string';
import { createReadiness, type ReadinessCheck } from './readiness';
import { toRequestId } from './request-id';
import { REDACTED_PATHS, RequestLog } from './request-log';
import type { RouteGroup } from './route-group';
import { createSocketErrorHandler } from './socket-errors';
import { validatorCompiler } from './validation';

export interface AppDependencies {
  readonly log: Logger;
  /** The address that callers see, without a slash at its end. */
  readonly publicUrl: string;
  /** Addresses of proxies whose X-Forwarded-* headers are believed; none by default. */
  readonly trustProxy?: readonly string[] | undefined;
  readonly credentials: CredentialVerifier;
  /** True once it is about to close: it says that it is not ready, and serves on. False when absent. */
  readonly isLeaving?: () => boolean;
  /** What must answer for the façade to be ready, by name (`postgres`, `temporal`). */
  readonly readiness: Readonly<Record<string, ReadinessCheck>>;
  /** The dialects. */
  readonly routes: readonly RouteGroup[];
  readonly metrics: Registry;
  /** Serves `/metrics` here too; false where a port of its own does (`METRICS_PORT`). True by default. */
  readonly servesMetrics?: boolean;
  /** How long open connections may last once the app closes, in ms; 10 s by default. */
  readonly shutdownGraceMs?: number;
  /** Tells a span for each request; false by default. */
  readonly traces?: boolean;
}

const READINESS_DEADLINE_MS = 2_000;
const SHUTDOWN_GRACE_MS = 10_000;
/** The longest name of a thing has 36 characters. */
const MAX_PARAMETER_LENGTH = 128;

/**
 * The façade, ready to listen or to be injected into. It answers nothing without credentials but health, metrics and
 * the reference pages; `close()` ends long polls and streams first (`app.shutdownSignal`).
 */
export async function buildApp(deps: AppDependencies): Promise<FastifyInstance> {
  const dialectOf = createDialectOf(deps.routes);
  const log: FastifyBaseLogger = deps.log.child({ component: 'http' }, { redact: REDACTED_PATHS });
  const app = fastify({
    loggerInstance: log,
    logController: new RequestLog(),
    genReqId: toRequestId,
    trustProxy: deps.trustProxy === undefined ? false : [...deps.trustProxy],
    // Connections that are open when the app closes are served to the end of their request.
    return503OnClosing: false,
    requestTimeout: 60_000,
    keepAliveTimeout: 72_000,
    http: { headersTimeout: 20_000, connectionsCheckingInterval: 5_000 },
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH, querystringParser: parseQueryString },
    frameworkErrors: (error, request, reply) => {
      setAnswerHeaders(request, reply);
      sendError(dialectOf(request.url), error, request, reply);
    },
    clientErrorHandler: createSocketErrorHandler(dialectOf),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  registerShutdown(app, deps.shutdownGraceMs ?? SHUTDOWN_GRACE_MS);
  registerErrors(app, dialectOf);
  registerAnswerHeaders(app);
  registerRequestMetrics(app, deps.metrics);
  if (deps.traces === true) registerRequestTraces(app);
  registerCredentials(app, deps.credentials);
  registerJsonBody(app);
  registerAddressCheck(app);
  await registerOpenApi(app, deps.publicUrl);

  const readinessOf = createReadiness({
    checks: deps.readiness,
    deadlineMs: READINESS_DEADLINE_MS,
    onFault: (part, error) => {
      log.warn({ part, err: error }, 'not ready');
    },
    // A connection that is kept open is answered also while the app closes.
    isLeaving: () => app.shutdownSignal.aborted || (deps.isLeaving?.() ?? false),
  });
  await app.register(createHealthRoutes(readinessOf));
  if (deps.servesMetrics ?? true) registerMetricsRoute(app, deps.metrics);
  await registerReferencePages(app);
  await registerRouteGroups(app, deps.routes);
  await app.ready();
  return app;
}
