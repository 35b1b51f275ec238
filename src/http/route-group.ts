import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Principal } from '../domain/credentials';
import type { Caller } from '../store/caller';
import type { Dialect } from './dialect';

/**
 * The routes of one dialect. A new dialect is a folder `dialects/<name>/` with `errors.ts` (its {@link Dialect}) and a
 * `create…Routes(dependencies): RouteGroup`; the composition root names it in the `routes` of `buildApp`.
 *
 * Each route of a group needs credentials and finds `request.user`. A query is refused unless its schema knows it, errors
 * are worded by `dialect`, and the OpenAPI document has the error statuses that any route can answer (400, 401, 413, …):
 * the route declares only its own, by `...dialect.errors(403, 404)`.
 */
export interface RouteGroup {
  readonly dialect: Dialect;
  /** Paths below these (`/api/p`) belong to the dialect, also where no route is: errors there are worded by it. */
  readonly prefixes: readonly string[];
  readonly register: FastifyPluginAsyncZod;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Open to everybody. Every other route needs credentials. */
    public?: boolean;
    dialect?: Dialect;
    /** Accepts `Authorization: <key>` without a scheme; by default what the dialect says. */
    bareAuthorization?: boolean;
    /**
     * Its statement checks an API key by itself, as it reads for `request.caller`; the handler then calls `identify`,
     * before anything else is answered. Saves a way to the store and back.
     */
    identifies?: boolean;
    /** Other origins whose pages may have a browser session change something here. */
    alsoFromOrigins?: readonly string[];
    /** Levels of nesting that a JSON body may have; 64 by default. */
    maxJsonDepth?: number;
    /**
     * Members of its JSON body whose texts it judges itself; `all` where a bad one must not refuse the rest.
     */
    judgesTexts?: 'all' | readonly string[];
  }

  interface FastifyRequest {
    /** Who calls. Absent on public routes, and on those that identify until they have done so. */
    user: Principal;
    /** For whom statements read. */
    caller: Caller;
  }

  interface FastifyInstance {
    /** Aborted when the app begins to close: long polls and event streams end then. */
    readonly shutdownSignal: AbortSignal;
  }
}
