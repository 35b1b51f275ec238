import { type Context, context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { contextOf } from '../../tracing/traceparent';
import { startSpan } from '../../tracing/tracer';
import { isEventStream, routeOf } from './metrics';

/**
 * Each request is a span, below the one that the caller names in `traceparent`. It is told by its route: an address
 * may hold the token of a share. What has no credentials and no answer of its own (health, metrics) is not told.
 */
export function registerRequestTraces(app: FastifyInstance): void {
  const traced = new WeakMap<FastifyRequest, { readonly span: Span; readonly within: Context }>();
  app.addHook('onRequest', (request, _reply, done) => {
    const route = routeOf(request);
    if (route === '/metrics' || route.startsWith('/health')) {
      done();
      return;
    }
    const parent = contextOf(request.headers.traceparent) ?? context.active();
    const attributes = {
      'http.request.method': request.method,
      'http.route': route,
      'longhaul.request_id': request.id,
    };
    const span = startSpan({ name: `${request.method} ${route}`, kind: SpanKind.SERVER, attributes }, parent);
    const within = trace.setSpan(parent, span);
    traced.set(request, { span, within });
    context.with(within, done);
  });
  // A body is read in the context of its connection: what comes after it is brought back.
  app.addHook('preValidation', (request, _reply, done) => {
    const found = traced.get(request);
    if (found === undefined) done();
    else context.with(found.within, done);
  });
  const end = (request: FastifyRequest, status: number) => {
    const found = traced.get(request);
    if (found === undefined) return;
    traced.delete(request);
    found.span.setAttribute('http.response.status_code', status);
    if (status >= 500) found.span.setStatus({ code: SpanStatusCode.ERROR });
    found.span.end();
  };
  // The span of a stream ends when it begins: it may stay open for days.
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (isEventStream(reply)) end(request, reply.statusCode);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    end(request, reply.statusCode);
    done();
  });
}
