import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { registerFormBody } from '../../plugins/form-body';
import type { PagesDependencies } from '../dependencies';
import { actionPageRoutes } from './action-page-routes';
import { createLayouts } from './layouts';
import { runActionRoutes } from './run-action-routes';
import { runPageRoutes } from './run-page-routes';

/** Inputs may be JSON of some length. */
const MAX_FORM_BYTES = 256 * 1_024;

/** `/actions` and `/runs`, in a scope of their own: what is written into their forms may have lines. */
export function actionRoutes(dependencies: PagesDependencies): FastifyPluginAsyncZod {
  const layoutOf = createLayouts();
  return async (app) => {
    app.removeContentTypeParser('application/x-www-form-urlencoded');
    registerFormBody(app, { maxBytes: MAX_FORM_BYTES, lines: true });
    await app.register(actionPageRoutes(dependencies, layoutOf));
    await app.register(runPageRoutes(dependencies, layoutOf));
    await app.register(runActionRoutes(dependencies, layoutOf));
  };
}
