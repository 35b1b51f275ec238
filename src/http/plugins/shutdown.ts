import type { FastifyInstance } from 'fastify';

/**
 * Decorates the app with `shutdownSignal`, aborted when it begins to close, so that long polls and event streams end.
 * Connections that are still open after `graceMs` are cut.
 */
export function registerShutdown(app: FastifyInstance, graceMs: number): void {
  const controller = new AbortController();
  let cut: NodeJS.Timeout | undefined;
  app.decorate('shutdownSignal', controller.signal);
  app.addHook('preClose', () => {
    controller.abort(new Error('the façade is closing'));
    cut = setTimeout(() => {
      app.server.closeAllConnections();
    }, graceMs).unref();
    return Promise.resolve();
  });
  app.addHook('onClose', () => {
    clearTimeout(cut);
    return Promise.resolve();
  });
}
