// Made from the OpenAPI document of the façade by `npm run client:generate`. Do not edit.

export interface paths {
    "/actions/projects/{project_id}/assets/share": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Share or unshare all assets of a project, or a list of them
         * @description Unsharing also takes the assets off the page of every share link. Answers 202 with the job when it is not over within the time to wait; follow it at /api/jobs/{token}.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key and body again answer the same job */
                    "idempotency-key"?: string;
                    /** @description wait=n: wait n seconds for the end, 60 at most, 10 by default; respond-async: do not wait (RFC 7240) */
                    prefer?: string;
                };
                path: {
                    /** @description The project: its uuid, key or id */
                    project_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["KitsuShareRequestInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KitsuShareAnswer"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/asset/{assetId}/share": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a share of an asset, or change one
         * @description The link is answered once: only a hash of it is kept. Needs `write` on each asset.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its uuid, key or id */
                    assetId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/*+json": components["schemas"]["NomadShareRequestInput"];
                    "application/json": components["schemas"]["NomadShareRequestInput"];
                    "application/json-patch+json": components["schemas"]["NomadShareRequestInput"];
                    "text/json": components["schemas"]["NomadShareRequestInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NomadShare"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/asset/{assetId}/shares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The shares that show an asset or did so, newest first: your own, and all for who manages its project */
        get: {
            parameters: {
                query?: {
                    /** @description nextCursor of the page before */
                    cursor?: string;
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description The asset: its uuid, key or id */
                    assetId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NomadShareList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dag_actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The actions, by category and name
         * @description Each at its newest version. Needs the permission ACTIONS_VIEW.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ActionVersionList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dag_actions/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an action says
         * @description With everything filled in, and the text that was applied. Needs the permission ACTIONS_VIEW.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Absent: the newest one */
                    version?: string;
                };
                header?: never;
                path: {
                    /** @description Its name; to read it, its id or uuid does as well */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ActionVersionDetails"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /**
         * Apply an action
         * @description Makes the action, or a new version of it when it says something else than the newest one; runs keep to the version that they began with. The body is YAML or JSON, 512 KiB at most, and calls itself as the path does. Faults are told all at once, with line and column. For administrators and holders of ACTIONS_MANAGE.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its name; to read it, its id or uuid does as well */
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                    } & {
                        [key: string]: unknown;
                    };
                    /**
                     * @example name: Publish
                     *     nodes:
                     *       - id: meta
                     *         uses: extract_metadata
                     */
                    "application/x-yaml": string;
                    /**
                     * @example name: Publish
                     *     nodes:
                     *       - id: meta
                     *         uses: extract_metadata
                     */
                    "application/yaml": string;
                    /**
                     * @example name: Publish
                     *     nodes:
                     *       - id: meta
                     *         uses: extract_metadata
                     */
                    "text/yaml": string;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AppliedDagAction"];
                    };
                };
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AppliedDagAction"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dag_actions/schema.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The JSON Schema of the file of an action
         * @description For editors. Open to everybody.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The jobs that you may see, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description next_cursor of the page before */
                    cursor?: string;
                    kind?: "bulk_move_assets" | "trash_assets" | "restore_assets" | "assign_assets" | "delete_assets" | "ingest_media" | "bulk_ingest_media" | "set_shared" | "review_request" | "force_approve" | "dag_action_run";
                    limit?: number;
                    /** @description Any name of a project */
                    project?: string;
                    state?: "queued" | "running" | "paused" | "done" | "cancelled" | "failed" | "rejected";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One job; while it has not ended, Retry-After says when to ask again */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description wait=n: answer when the job has ended, or after n seconds, 60 at most (RFC 7240) */
                    prefer?: string;
                };
                path: {
                    /** @description The job token; the key and id do as well */
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{token}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a job; what was done stays done and what was not stays listed as remaining */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The job token; the key and id do as well */
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{token}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One job as an event stream: as it is, after each change, and at its end, which ends the stream */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The id of the last event seen, as event source clients send it. What is no id of this job counts as nothing seen */
                    "last-event-id"?: string;
                };
                path: {
                    /** @description The job token; the key and id do as well */
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The Job as JSON in the data of each event; event ids are its versions */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description The job has ended and its last event was seen: event sources stop here */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{token}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of each item of a job, while it runs and after */
        get: {
            parameters: {
                query?: {
                    /** @description next_cursor of the page before. Pages of JSON only */
                    cursor?: string;
                    /** @description Wins over the Accept header, for links */
                    format?: "json" | "csv" | "ndjson";
                    /** @description Items of a page, 1 to 1000. Pages of JSON only */
                    limit?: number;
                    /** @description Only items of this status; all when absent */
                    status?: "moved" | "succeeded" | "skipped" | "failed" | "remaining";
                };
                header?: never;
                path: {
                    /** @description The job token; the key and id do as well */
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of items as JSON, or all of them as CSV or NDJSON. Pages and lines come chunk by chunk in the order in which the job takes them up. CSV and NDJSON take neither cursor nor limit; a connection that breaks before its end means an incomplete report. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobItemPage"];
                        "application/x-ndjson": string;
                        "text/csv": string;
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Acceptable */
                406: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Gone */
                410: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{token}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause a job, queued or running; no chunk begins after the answer */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The job token; the key and id do as well */
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{token}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a paused job go on */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The job token; the key and id do as well */
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{token}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try the failed items of an ended job again, in a job of their own */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key and body again answer the same job */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The job token; the key and id do as well */
                    token: string;
                };
                cookie?: never;
            };
            /** @description None is needed */
            requestBody: {
                content: {
                    "application/json": Record<string, never> | null;
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{token}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put the moved items of an ended job back where they came from, in a job of their own */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key and body again answer the same job */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The job token; the key and id do as well */
                    token: string;
                };
                cookie?: never;
            };
            /** @description None is needed */
            requestBody: {
                content: {
                    "application/json": Record<string, never> | null;
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/p/{gid}/assets/bulk/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move assets in bulk
         * @description Starts a job that moves all assets of the selection under the new parent. Follow it by its token in the sync events, or at /api/jobs/{token}.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key and body again answer the same job */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The project: its uuid, key or id */
                    gid: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["UnicatBulkMoveRequestInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatJobAnswer"];
                    };
                };
                /** @description Bad request - missing parameters or wrong type or value. With code 1006: Selection error - selection or cursor parameter is invalid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Unauthorized - missing or expired JWT */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Forbidden - not a member of this project */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/p/{gid}/media/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fetch many files from URLs
         * @description Starts a job that fetches each file into a new asset at the root of the project: up to 100,000 lines, and 32 MiB of body. A bad line, such as one with a refused address, fails by itself and makes no asset; the items of the job tell of each line. Follow it by its token in the sync events, or at /api/jobs/{token}.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key and body again answer the same job */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The project: its uuid, key or id */
                    gid: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": (components["schemas"]["BulkIngestLineInput"] | unknown)[];
                    /**
                     * @example file_url,filename,title
                     *     https://cdn.example.com/a.jpg,a.jpg,"Harbour, at dawn"
                     */
                    "text/csv": string;
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatJobAnswer"];
                    };
                };
                /** @description Bad request - missing parameters or wrong type or value. With code 1006: Selection error - selection or cursor parameter is invalid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Unauthorized - missing or expired JWT */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Forbidden - not a member of this project */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/p/{gid}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sync events after a cursor, waiting for one if asked to */
        get: {
            parameters: {
                query?: {
                    /** @description The cursor after which to continue; absent or 0: from the first event */
                    cursor?: string;
                    /** @description Events at most, 1 to 1000 */
                    limit?: number;
                    /** @description Seconds to wait for the first event when there is none yet, 0 to 60 */
                    wait?: number;
                };
                header?: never;
                path: {
                    /** @description The project: its uuid, key or id */
                    gid: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatSyncAnswer"];
                    };
                };
                /** @description Bad request - missing parameters or wrong type or value. With code 1006: Selection error - selection or cursor parameter is invalid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Unauthorized - missing or expired JWT */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Forbidden - not a member of this project */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/p/{gid}/sync/cursors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The newest cursor of the project */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The project: its uuid, key or id */
                    gid: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": Record<string, never> | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatCursorsAnswer"];
                    };
                };
                /** @description Bad request - missing parameters or wrong type or value. With code 1006: Selection error - selection or cursor parameter is invalid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Unauthorized - missing or expired JWT */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Forbidden - not a member of this project */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/p/{gid}/sync/get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sync events after a cursor, asked for in a body */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The project: its uuid, key or id */
                    gid: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["UnicatSyncRequestInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatSyncAnswer"];
                    };
                };
                /** @description Bad request - missing parameters or wrong type or value. With code 1006: Selection error - selection or cursor parameter is invalid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Unauthorized - missing or expired JWT */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Forbidden - not a member of this project */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/p/{gid}/sync/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sync events as an event stream; the event id is the cursor */
        get: {
            parameters: {
                query?: {
                    /** @description The cursor after which to continue; absent or 0: from the first event. A Last-Event-ID header wins over it */
                    cursor?: string;
                };
                header?: {
                    /** @description The id of the last event seen, as event source clients send it */
                    "last-event-id"?: string;
                };
                path: {
                    /** @description The project: its uuid, key or id */
                    gid: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Events as they come */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description Bad request - missing parameters or wrong type or value. With code 1006: Selection error - selection or cursor parameter is invalid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Unauthorized - missing or expired JWT */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Forbidden - not a member of this project */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnicatError"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/p/{gid}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The webhooks of a project */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The project: its uuid, key or id */
                    gid: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Make a webhook
         * @description From now on what happens in the project is posted to the URL, signed as Standard Webhooks has it. The secret is answered this once: it is kept sealed. For who manages the project; at most 50 to a project.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key and body again answer the same job */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The project: its uuid, key or id */
                    gid: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewWebhookInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookWithSecret"];
                    };
                };
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookWithSecret"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/p/{gid}/webhooks/{webhook}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A webhook */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The project: its uuid, key or id */
                    gid: string;
                    /** @description The webhook: its uuid, key or id */
                    webhook: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Webhook"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Remove a webhook with its log */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The project: its uuid, key or id */
                    gid: string;
                    /** @description The webhook: its uuid, key or id */
                    webhook: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a webhook, or its secret
         * @description What is absent stays. With `rotate_secret` or `secret` the new secret is answered, once, and for 24 hours two signatures are sent. A webhook that is enabled again is told of what happens from then on.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The project: its uuid, key or id */
                    gid: string;
                    /** @description The webhook: its uuid, key or id */
                    webhook: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WebhookPatchInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookWithSecret"] | components["schemas"]["Webhook"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/p/{gid}/webhooks/{webhook}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was sent to a webhook, newest first
         * @description With each attempt, its status, how long it took, and why it failed. Kept for 30 days.
         */
        get: {
            parameters: {
                query?: {
                    /** @description nextCursor of the page before */
                    cursor?: string;
                    limit?: number;
                    state?: "waiting" | "sending" | "delivered" | "failed";
                };
                header?: never;
                path: {
                    /** @description The project: its uuid, key or id */
                    gid: string;
                    /** @description The webhook: its uuid, key or id */
                    webhook: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookDeliveryList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/p/{gid}/webhooks/{webhook}/deliveries/{delivery}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A delivery, with what was sent */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The delivery: its uuid (the webhook-id) or id */
                    delivery: string;
                    /** @description The project: its uuid, key or id */
                    gid: string;
                    /** @description The webhook: its uuid, key or id */
                    webhook: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookDeliveryWithPayload"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/p/{gid}/webhooks/{webhook}/deliveries/{delivery}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a delivery again
         * @description At once, under its webhook-id, and for three days if need be, whatever became of it before. One that is being sent at this moment is left alone; a disabled webhook is 409.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The delivery: its uuid (the webhook-id) or id */
                    delivery: string;
                    /** @description The project: its uuid, key or id */
                    gid: string;
                    /** @description The webhook: its uuid, key or id */
                    webhook: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookDelivery"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/p/{gid}/webhooks/{webhook}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event
         * @description An event of the type `webhook.test`, whatever the webhook wants else; 409 when it is disabled.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The project: its uuid, key or id */
                    gid: string;
                    /** @description The webhook: its uuid, key or id */
                    webhook: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookDelivery"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/shares/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A share */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The share: its uuid, key or id */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NomadShare"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Revoke a share, for good
         * @description Its owner may, and who manages the project. Afterwards it still reads, as revoked.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The share: its uuid, key or id */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NomadShare"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a share
         * @description What is absent stays. One that has expired opens again, by the same link, with a later expiry.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The share: its uuid, key or id */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/*+json": components["schemas"]["NomadShareRequestInput"];
                    "application/json": components["schemas"]["NomadShareRequestInput"];
                    "application/json-patch+json": components["schemas"]["NomadShareRequestInput"];
                    "text/json": components["schemas"]["NomadShareRequestInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NomadShare"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/shares/{id}/visits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who opened a share, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description nextCursor of the page before */
                    cursor?: string;
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description The share: its uuid, key or id */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NomadShareVisits"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{asset_id}/review_request": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the review of an asset stands, and who answered what
         * @description Of the newest request, open or closed; for everybody who may read the asset.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its id, uuid or key */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReviewRequest"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Cancel the review of an asset
         * @description For who asked for it, who manages the gallery, and administrators.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its id, uuid or key */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReviewRequest"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Answer the review of an asset
         * @description For those who were asked and may approve still. An answer can be changed until the review is closed.
         */
        patch: {
            parameters: {
                query?: {
                    /** @description Becomes a comment on the asset. The same answer with the same comment again changes nothing */
                    comment?: string;
                    /** @description `pending` (or 0) takes an answer back, `approved` is 1, `needs_revision` is 2 */
                    status?: "pending" | "approved" | "needs_revision" | 0 | 1 | 2;
                };
                header?: never;
                path: {
                    /** @description The asset: its id, uuid or key */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Becomes a comment on the asset. The same answer with the same comment again changes nothing */
                        comment?: string;
                        /**
                         * @description `pending` (or 0) takes an answer back, `approved` is 1, `needs_revision` is 2
                         * @enum {unknown}
                         */
                        status?: "pending" | "approved" | "needs_revision" | 0 | 1 | 2;
                    };
                    "application/x-www-form-urlencoded": {
                        /** @description Becomes a comment on the asset. The same answer with the same comment again changes nothing */
                        comment?: string;
                        /**
                         * @description `pending` (or 0) takes an answer back, `approved` is 1, `needs_revision` is 2
                         * @enum {unknown}
                         */
                        status?: "pending" | "approved" | "needs_revision" | 0 | 1 | 2;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReviewRequest"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/galleries/{gallery_id}/review_request": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Forcefully approve assets and folders
         * @description Open requests are closed as superseded; what was answered to them stays in the history. A job does it, which the headers Job-Token and Location name. Folders among the assets are left out, and so is what is in the trash.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key and body again answer the same job */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The gallery: its id, uuid or key */
                    gallery_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["StrawberryForcedApprovalInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StrawberryReviewDryRun"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StrawberryReviewJob"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        /**
         * Request approval for assets and folders from the approvers of a gallery
         * @description Assets with an undecided request are left as they are; a decided one is replaced. A job does it, which the headers Job-Token and Location name. Folders among the assets are left out, and so is what is in the trash.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key and body again answer the same job */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The gallery: its id, uuid or key */
                    gallery_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["StrawberryReviewRequestInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StrawberryReviewDryRun"];
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StrawberryReviewJob"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/galleries/{id}/effective_access_rights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All users mapped to the teams that give them access rights to a gallery
         * @description Administrators are listed when a team gives them access, with its rights. For those who manage the gallery, and administrators.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The gallery: its id, uuid or key */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GalleryEffectiveAccess"][];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/galleries/{id}/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All teams and their access rights to a gallery
         * @description For those who manage the gallery, and administrators.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The gallery: its id, uuid or key */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GalleryTeam"][];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        /**
         * Update the access rights of a team to a gallery
         * @description Gives it access with these rights and no others. For those who manage the gallery, and administrators.
         */
        put: {
            parameters: {
                query?: {
                    /** @description Its members may approve assets of the gallery. Default: false */
                    approve?: boolean;
                    /** @description Its members may manage the gallery. Default: false */
                    manage?: boolean;
                    /** @description The team: its id, uuid or key */
                    team_id?: string;
                    /** @description Access is read/write, not read-only. Default: false */
                    write?: boolean;
                };
                header?: never;
                path: {
                    /** @description The gallery: its id, uuid or key */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Its members may approve assets of the gallery. Default: false */
                        approve?: boolean;
                        /** @description Its members may manage the gallery. Default: false */
                        manage?: boolean;
                        /** @description The team: its id, uuid or key */
                        team_id?: string;
                        /** @description Access is read/write, not read-only. Default: false */
                        write?: boolean;
                    };
                    "application/x-www-form-urlencoded": {
                        /** @description Its members may approve assets of the gallery. Default: false */
                        approve?: boolean;
                        /** @description Its members may manage the gallery. Default: false */
                        manage?: boolean;
                        /** @description The team: its id, uuid or key */
                        team_id?: string;
                        /** @description Access is read/write, not read-only. Default: false */
                        write?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GalleryTeam"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/galleries/{id}/teams/{team_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove the access rights of a team to a gallery
         * @description A team that has none stays without. For those who manage the gallery, and administrators.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The gallery: its id, uuid or key */
                    id: string;
                    /** @description The team: its id, uuid or key */
                    team_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GalleryTeam"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/galleries/{id}/update_teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Bulk update of access rights to a gallery
         * @description Of all teams of one sort that have access already; who manages or approves still does. For those who manage the gallery, and administrators.
         */
        put: {
            parameters: {
                query?: {
                    /** @description Of users' own teams, or of normal teams */
                    own_teams?: boolean;
                    /** @description Take all access away, whatever `write` says. Default: false */
                    revoke?: boolean;
                    /** @description Access is read/write. Default: false, read-only */
                    write?: boolean;
                };
                header?: never;
                path: {
                    /** @description The gallery: its id, uuid or key */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Of users' own teams, or of normal teams */
                        own_teams?: boolean;
                        /** @description Take all access away, whatever `write` says. Default: false */
                        revoke?: boolean;
                        /** @description Access is read/write. Default: false, read-only */
                        write?: boolean;
                    };
                    "application/x-www-form-urlencoded": {
                        /** @description Of users' own teams, or of normal teams */
                        own_teams?: boolean;
                        /** @description Take all access away, whatever `write` says. Default: false */
                        revoke?: boolean;
                        /** @description Access is read/write. Default: false, read-only */
                        write?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GalleryRightsUpdated"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/galleries/update_teams/{team_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Bulk update of the access rights of a team to galleries
         * @description Of all galleries that the caller manages and to which the team has access already; where it manages or approves it still does. For those who manage a gallery, and administrators.
         */
        put: {
            parameters: {
                query?: {
                    /** @description Take all access away, whatever `write` says. Default: false */
                    revoke?: boolean;
                    /** @description Access is read/write. Default: false, read-only */
                    write?: boolean;
                };
                header?: never;
                path: {
                    /** @description The team: its id, uuid or key */
                    team_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Take all access away, whatever `write` says. Default: false */
                        revoke?: boolean;
                        /** @description Access is read/write. Default: false, read-only */
                        write?: boolean;
                    };
                    "application/x-www-form-urlencoded": {
                        /** @description Take all access away, whatever `write` says. Default: false */
                        revoke?: boolean;
                        /** @description Access is read/write. Default: false, read-only */
                        write?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GalleryRightsUpdated"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List assets
         * @description In the order of their ids: what is moved between two pages is neither repeated nor lost.
         */
        get: {
            parameters: {
                query?: {
                    /** @description next_cursor of the page before; absent or 0: from the first */
                    cursor?: number;
                    /** @description How many at most */
                    limit?: number;
                    /** @description `folder`, `image`, `placeholder`, … */
                    media_type?: string;
                    /** @description What lies directly in this folder, by key, uuid or id; the project itself stands for its root */
                    parent_id?: string;
                    /** @description Its key, uuid or id; absent: wherever you may read */
                    project_id?: string;
                    /** @description Words in title, description, category and tags: `word`, `+word`, `-word`, `"a phrase"`, `pre*` */
                    q?: string;
                    status?: string;
                    /** @description true: what lies in the trash, and nothing else */
                    trashed?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AssetList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Create asset
         * @description It belongs to the caller, outside any project.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Kept in lower case */
                        category?: string | null;
                        description?: string | null;
                        /** @description Unique in the whole library */
                        external_id?: string | null;
                        /**
                         * @description A placeholder for media to come when absent
                         * @enum {string}
                         */
                        media_type?: "article";
                        /** @description Kept in lower case, each once */
                        tags?: string[] | null;
                        /** @description At most 255 characters */
                        title: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AssetAnswer"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get asset
         * @description One in the trash is answered too, with the instant at which it was put there in `deleted`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AssetAnswer"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        /**
         * Update asset
         * @description What is absent stays as it is; null takes it away.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Kept in lower case */
                        category?: string | null;
                        description?: string | null;
                        /** @description Unique in the whole library */
                        external_id?: string | null;
                        /** @description Kept in lower case, each once */
                        tags?: string[] | null;
                        /** @description At most 255 characters */
                        title?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AssetAnswer"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Permanently delete an asset
         * @description With all that lies in it and all that hangs on it; what was moved to the trash bin by itself stays there. A folder with more than 1,000 assets becomes a job: the headers Job-Token and Location name it, and it is followed at /api/jobs/{token}.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketOk"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Assign an asset to a project
         * @description With all that lies in it: to the root of the project. It leaves the project that it is in.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["MediaPocketAssignRequestInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketAssignOutcome"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get collections that the asset belongs to
         * @description Public ones and your own; all of them for an administrator. Answers the newest 1000, or `limit`, oldest first. With `cursor` or `limit` the answer has a `next_cursor` (null at the end); where older ones are left, a `Link` header with `rel="next"` leads there.
         */
        get: {
            parameters: {
                query?: {
                    /** @description next_cursor of the page before, which shows what is older; absent or 0: from the newest */
                    cursor?: number;
                    /** @description How many at most, 1 to 1000; absent: 1000 */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CollectionsAnswer"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All comments
         * @description Answers the newest 1000, or `limit`, oldest first. With `cursor` or `limit` the answer has a `next_cursor` (null at the end); where older ones are left, a `Link` header with `rel="next"` leads there.
         */
        get: {
            parameters: {
                query?: {
                    /** @description next_cursor of the page before, which shows what is older; absent or 0: from the newest */
                    cursor?: number;
                    /** @description How many at most, 1 to 1000; absent: 1000 */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CommentsAnswer"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Create comment
         * @description Who may read an asset may comment on it. `@ann@example.com` in the text mentions that user.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CommentRequestInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CommentAnswer"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/comments/{comment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get comment by ID */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                    /** @description The number of the comment */
                    comment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CommentAnswer"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Update comment
         * @description Only who wrote the comment may do this, and administrators.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                    /** @description The number of the comment */
                    comment_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CommentRequestInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ChangedCommentAnswer"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        /**
         * Delete comment
         * @description Only who wrote the comment may do this, and administrators. So may whose share it was written on.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                    /** @description The number of the comment */
                    comment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CommentDeleted"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/dag_action_runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List DAG action runs for asset
         * @description Newest first: up to 1000, or `limit`. With `cursor` or `limit` the answer has a `next_cursor`; where older ones are left, a `Link` header with `rel="next"` leads there. Needs the permission ACTIONS_VIEW.
         */
        get: {
            parameters: {
                query?: {
                    /** @description next_cursor of the page before; absent or 0: from the newest */
                    cursor?: number;
                    /** @description How many at most; absent: 1000 */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DagActionRunList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/dag_action_runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One run of an action, with its nodes
         * @description Needs the permission ACTIONS_VIEW.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                    /** @description The number of the run; the token of its job does as well */
                    run_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DagActionRunDetails"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/dag_action_runs/{run_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One run as an event stream: as it is, after each change, and at its end, which ends the stream
         * @description Needs the permission ACTIONS_VIEW.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The id of the last event seen, as event source clients send it */
                    "last-event-id"?: string;
                };
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                    /** @description The number of the run; the token of its job does as well */
                    run_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The DagActionRunDetails as JSON in the data of each event */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description The run has ended and its last event was seen: event sources stop here */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/dag_action_runs/{run_id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a run has told, in order
         * @description Needs the permission ACTIONS_VIEW.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Messages after this one; 0: from the first */
                    after?: number;
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                    /** @description The number of the run; the token of its job does as well */
                    run_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DagActionRunMessages"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/dag_action_runs/{run_id}/nodes/{node}/approval": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve or reject what a node of a run waits for
         * @description The first answer counts; the same person may give the same one again. Who may control the job of the run may answer, and who has the permission ACTIONS_START and may write the asset.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                    /** @description The id of the node */
                    node: string;
                    /** @description The number of the run; the token of its job does as well */
                    run_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DagApprovalInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DagActionRunDetails"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/dag_action_runs/{run_id}/rerun": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Do an ended run over, or a part of it, in a run of its own
         * @description With the inputs of that run; a newer version takes over those that it knows. Needs the permission ACTIONS_START. Answers the new run; the one that it follows stays as it is. The headers Job-Token and Location name its job.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key and body again answer the same job */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                    /** @description The number of the run; the token of its job does as well */
                    run_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DagActionRunRerunInput"] | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DagActionRunDetails"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/dag_action_runs/{run_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on where an ended run has failed, in a run of its own
         * @description Nodes that succeeded, or were skipped by their own condition, keep what they gave. While such a run is under way, that one is answered. Needs the permission ACTIONS_START. Answers the new run; the one that it follows stays as it is. The headers Job-Token and Location name its job.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key and body again answer the same job */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                    /** @description The number of the run; the token of its job does as well */
                    run_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DagActionRunResumeInput"] | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DagActionRunDetails"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/dag_actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List DAG actions for asset
         * @description By category and name. Needs the permission ACTIONS_VIEW.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DagActionList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/dag_actions/{dag_action_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start an action for asset
         * @description Answers as soon as the run is committed: the headers Job-Token and Location name its job. Needs the permission ACTIONS_START; what its nodes do needs the rights of the caller on what they do it to. A folder is an asset like any other; one in the trash bin takes no action (400).
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key and body again answer the same job */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                    /** @description The action: its id, uuid, key or name */
                    dag_action_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DagActionStartInput"] | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            dag_action_run: components["schemas"]["DagActionRun"];
                        };
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/file_metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get file metadata for asset's original file
         * @description EXIF, IPTC and XMP metadata, and what mediainfo finds; of several media, those of the newest.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FileMetadata"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/history/{cursor}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get history
         * @description Newest first, in pages of 50. What is added between two pages repeats nothing.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                    /** @description 0 for the newest, then the next_cursor of the page before */
                    cursor: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["History"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/media": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get asset media and preview URLs */
        get: {
            parameters: {
                query?: {
                    /** @description `true`: tell where the bytes lie, too */
                    include_locations?: string;
                };
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaAnswer"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Add media to asset
         * @description Starts a job that fetches the file: the headers Job-Token and Location name it, and it is followed at /api/jobs/{token}. The asset can have several media; what it says of its file follows the newest one. A folder, and an asset in the trash bin, take none (400).
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key and body again answer the same job */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description An http or https address of a public host */
                        file_url: string;
                        /** @description Shown as it is given; the file is offered for download under its cleaned base name */
                        filename: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketOk"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        /**
         * Remove media from asset
         * @description The asset is a placeholder then. Where it has no media it stays as it is, and `errors` says so.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaRemoval"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/media/{media_id}/download_url": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get media download URL */
        get: {
            parameters: {
                query: {
                    /** @description The name under which it is to be kept on disk */
                    filename: string;
                };
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                    /** @description The number of the media */
                    media_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DownloadUrl"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore an asset from the trash bin
         * @description To where it lay, or to the root of its project when that folder is gone; with all that went to the trash bin with it. A folder with more than 1,000 assets becomes a job: the headers Job-Token and Location name it, and it is followed at /api/jobs/{token}.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketOk"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/trash_bin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move an asset to the trash bin, from where it will be deleted after 14 days
         * @description With all that lies in it. In the trash bin already, its 14 days begin anew. A folder with more than 1,000 assets becomes a job: the headers Job-Token and Location name it, and it is followed at /api/jobs/{token}.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketOk"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{asset_id}/unassign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Unassign an asset from its project
         * @description With all that lies in it. Only its owner and administrators see it from then on.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The asset: its key, uuid or id */
                    asset_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketAssignOutcome"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/projects/{project_id}/history/{cursor}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get history of a project
         * @description What happened to its assets, moves aside, newest first; of assets deleted for good that they were.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description 0 for the newest, then the next_cursor of the page before */
                    cursor: string;
                    /** @description The project: its key, uuid or id */
                    project_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["History"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Not found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Missing parameters */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MediaPocketError"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the process alive? */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "ok";
                        };
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Are the store and Temporal reachable?
         * @description Names each part, how long it took to answer, and what is wrong with it. Answers within 2 s.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Readiness"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Readiness"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/media/{media_id}/{variant}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a file by a signed link
         * @description Links come from `download_url` and `preview_urls`, and need no other credentials for an hour. One byte range is served; a request for several is answered with the whole.
         */
        get: {
            parameters: {
                query: {
                    expires: string;
                    filename?: string;
                    signature: string;
                };
                header?: never;
                path: {
                    media_id: string;
                    variant: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
                /** @description The range of it */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
                /** @description It is what `If-None-Match` names */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Range Not Satisfiable */
                416: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /**
         * Get a file by a signed link
         * @description Links come from `download_url` and `preview_urls`, and need no other credentials for an hour. One byte range is served; a request for several is answered with the whole.
         */
        head: {
            parameters: {
                query: {
                    expires: string;
                    filename?: string;
                    signature: string;
                };
                header?: never;
                path: {
                    media_id: string;
                    variant: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
                /** @description The range of it */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
                /** @description It is what `If-None-Match` names */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description URI Too Long */
                414: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Range Not Satisfiable */
                416: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Internal Server Error */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ActionVersion: {
            category: string;
            /**
             * Format: date-time
             * @description When this version was applied
             */
            created_at: string;
            description: string;
            id: number;
            name: string;
            /** Format: uuid */
            uuid: string;
            version: number;
        };
        ActionVersionDetails: {
            category: string;
            /** @enum {string} */
            concurrency: "queue" | "cancel" | "reject";
            /**
             * Format: date-time
             * @description When this version was applied
             */
            created_at: string;
            description: string;
            fail_fast: boolean;
            id: number;
            inputs: {
                [key: string]: {
                    /** @description Absent: it is required */
                    default?: unknown;
                    description?: string;
                    /** @enum {string} */
                    type: "string" | "integer" | "number" | "boolean" | "list" | "object";
                };
            };
            max_parallel: number;
            name: string;
            newest_version: number;
            /** @description With everything that was left out filled in */
            nodes: {
                id: string;
                if: string | null;
                needs: string[];
                /** @enum {string} */
                on_failure: "fail" | "continue";
                retry: {
                    backoff: number;
                    initial_interval_ms: number;
                    max_attempts: number;
                    max_interval_ms: number;
                    total_ms: number | null;
                };
                timeout_ms: number | null;
                /** @enum {string} */
                trigger: "all_success" | "all_done" | "one_success" | "one_failed" | "none_failed" | "always";
                /** @enum {string} */
                uses: "ingest_media" | "extract_metadata" | "make_previews" | "update_asset" | "move" | "assign" | "share" | "request_review" | "bulk_move" | "http_request" | "webhook" | "wait" | "approval" | "run_action" | "for_each";
                with: {
                    [key: string]: unknown;
                };
            }[];
            /** @description The text that was applied */
            source: string;
            /** Format: uuid */
            uuid: string;
            version: number;
        };
        ActionVersionList: {
            dag_actions: components["schemas"]["ActionVersion"][];
        };
        AppliedDagAction: {
            /** @description false: the newest version says the same already */
            changed: boolean;
            id: number;
            name: string;
            /** Format: uuid */
            uuid: string;
            version: number;
        };
        Asset: {
            readonly ai_tags: string[];
            /** @description In lower case */
            category: string | null;
            /** Format: date-time */
            created_date: string;
            /** @description When it was put into the trash; null while it is live */
            deleted: string | null;
            description: string | null;
            drop_folder_id: number | null;
            /** @description Unique in the whole library */
            external_id: string | null;
            /** @description Its key */
            id: string;
            md5_sum: string | null;
            media_type: string;
            /** Format: date-time */
            modification_date: string;
            original_filename: string | null;
            /** @description E-mail address */
            owner: string;
            /** @description Key of the folder that it lies in */
            parent_id: string | null;
            /** @description Key of its project */
            project_id: string | null;
            status: string;
            /** @description In lower case */
            readonly tags: string[];
            title: string;
        };
        AssetAnswer: {
            asset: components["schemas"]["Asset"];
        };
        AssetList: {
            assets: components["schemas"]["Asset"][];
            /** @description For the page after this one; null at the end */
            next_cursor: number | null;
        };
        BulkIngestLineInput: {
            /**
             * @description An http or https address of a public host
             * @example https://cdn.example.com/a.jpg
             */
            file_url: string;
            /** @description Absent or empty: what the path of the address ends in */
            filename?: string | null;
            /** @description Of the asset, up to 255 characters; absent or empty: the filename */
            title?: string | null;
        };
        ChangedComment: {
            id: number;
            /** @description Users who may read the asset and whose address the text names as @ann@example.com */
            mentioned_users: components["schemas"]["CommentUser"][];
            message: string;
            /** @description The share on whose page it was written; absent from comments of the library */
            share_id?: number;
            /**
             * Format: date-time
             * @description When the text was written or last changed
             */
            updated_at: string;
            /** @description Who wrote it */
            user: components["schemas"]["CommentUser"];
        };
        ChangedCommentAnswer: {
            comment: components["schemas"]["ChangedComment"];
        };
        Collection: {
            /** @description In lower case */
            category: string | null;
            /** Format: date-time */
            created_date: string;
            description: string | null;
            /** @description Its key */
            id: string;
            /** @description Shown to everybody who may read an asset in it */
            isPublic: boolean;
            /** @constant */
            media_type: "collection";
            /** Format: date-time */
            modification_date: string;
            original_title: string;
            /** @description E-mail address */
            owner: string;
            /** @description In lower case */
            readonly tags: string[];
            title: string;
        };
        CollectionsAnswer: {
            collections: components["schemas"]["Collection"][];
            /** @description Only with cursor or limit; null at the end */
            next_cursor?: number | null;
        };
        Comment: {
            id: number;
            /** @description Users who may read the asset and whose address the text names as @ann@example.com */
            mentioned_users: components["schemas"]["CommentUser"][];
            message: string;
            /** @description The share on whose page it was written; absent from comments of the library */
            share_id?: number;
            /**
             * Format: date-time
             * @description When the text was written or last changed
             */
            updated_at: string;
            /** @description Who wrote it */
            user: components["schemas"]["CommentUser"];
        };
        CommentAnswer: {
            comment: components["schemas"]["Comment"];
        };
        CommentDeleted: {
            /** @constant */
            ok: "comment deleted";
        };
        CommentRequestInput: {
            /** @description 1 to 10000 characters; line breaks are kept */
            comment: string;
        };
        CommentsAnswer: {
            comments: components["schemas"]["Comment"][];
            /** @description Only with cursor or limit; null at the end */
            next_cursor?: number | null;
        };
        CommentUser: {
            avatar_url: string | null;
            email: string | null;
            first_name: string | null;
            /** @description null: a guest of a share, who has no account */
            id: number | null;
            last_name: string | null;
        };
        DagAction: {
            category: string;
            description: string;
            id: number;
            name: string;
        };
        DagActionList: {
            dag_actions: components["schemas"]["DagAction"][];
        };
        DagActionRun: {
            /** Format: date-time */
            created_at: string;
            dag_action: components["schemas"]["DagAction"];
            /** @description In order; the first 1,000 */
            dag_action_run_messages: components["schemas"]["DagActionRunMessage"][];
            id: number;
            /** @enum {string} */
            status: "running" | "paused" | "succeeded" | "failed" | "cancelled";
        };
        DagActionRunDetails: {
            dag_action_run: {
                /** @description Its key; null when the asset is gone for good */
                asset_id: string | null;
                /** @description It has ended with something unfinished */
                can_resume: boolean;
                /** Format: date-time */
                created_at: string;
                /** @description An e-mail address */
                created_by: string;
                dag_action: components["schemas"]["DagAction"];
                /** @description In order; the first 1,000 */
                dag_action_run_messages: components["schemas"]["DagActionRunMessage"][];
                finished_at: string | null;
                id: number;
                inputs: {
                    [key: string]: unknown;
                };
                /**
                 * Format: uuid
                 * @description The token of its job: pause, resume and cancel are those of the job
                 */
                job: string;
                links: {
                    events: string;
                    job: string;
                    messages: string;
                    origin: string | null;
                    self: string;
                };
                /** @description In the order of the definition */
                nodes: components["schemas"]["DagActionRunNode"][];
                /** @enum {string} */
                origin: "start" | "resume" | "rerun" | "child";
                /** @description The run that it resumes or reruns, or whose node has started it */
                origin_run_id: number | null;
                /** @description Why the run waits as a whole, when it does */
                reason: string | null;
                /** @enum {string} */
                status: "running" | "paused" | "succeeded" | "failed" | "cancelled";
                /** @description Of the action: later ones do not touch the run */
                version: number;
            };
        };
        DagActionRunList: {
            dag_action_runs: {
                /** Format: date-time */
                created_at: string;
                dag_action: components["schemas"]["DagAction"];
                /** @description In order; the first 1,000 */
                dag_action_run_messages: components["schemas"]["DagActionRunMessage"][];
                id: number;
                /** @enum {string} */
                status: "running" | "paused" | "succeeded" | "failed" | "cancelled";
            }[];
            /** @description Only with cursor or limit; null at the end */
            next_cursor?: number | null;
        };
        DagActionRunMessage: {
            /** @description Which attempt of the node, from 1 */
            attempt?: number | null;
            /** Format: date-time */
            created_at: string;
            id: number;
            message: string;
            /** @description The id of the node that it is about; absent in a message of the run itself */
            node?: string;
        };
        DagActionRunMessages: {
            dag_action_run_messages: components["schemas"]["DagActionRunMessage"][];
            /** @description The run has ended and no message follows those of this page */
            ended: boolean;
            /** @description To be given as after next time */
            next_after: number;
        };
        DagActionRunNode: {
            /** @description How many it has begun */
            attempts: number;
            /** @description Of an omitted node: what its omission comes from */
            cause: ("failure" | "skip") | null;
            error: {
                code: string;
                message: string;
                retryable: boolean;
            } | null;
            finished_at: string | null;
            id: string;
            /** @description Taken over from an earlier run */
            kept: boolean;
            needs: string[];
            /** @description Any JSON; null until there is some */
            output: unknown;
            started_at: string | null;
            /**
             * @description skipped: its own condition was false; omitted: its needs were not met
             * @enum {string}
             */
            state: "pending" | "queued" | "running" | "waiting" | "succeeded" | "failed" | "skipped" | "omitted" | "cancelled";
            /** @description Its kind */
            uses: string;
            /** @description Of a waiting node */
            waiting: {
                /** @description When the wait ends, if it ends by itself */
                deadline: string | null;
                /** @description What was answered and is about to take effect */
                decision: ("approve" | "reject") | null;
                /** @description Of an approval: what the values must be */
                form: {
                    [key: string]: unknown;
                } | null;
                /** @description Of an approval: what is to be decided */
                message: string | null;
            } | null;
        };
        DagActionRunRerunInput: {
            /** @description This node and what depends on it; the others keep what they gave */
            from?: string;
            /**
             * @description With the newest version of the action
             * @default false
             */
            newest?: boolean;
        };
        DagActionRunResumeInput: {
            /** @description Only this node and what depends on it; what else is unfinished is left out */
            from?: string;
        };
        DagActionStartInput: {
            /**
             * @description As the action declares them
             * @default {}
             */
            inputs?: {
                [key: string]: unknown;
            };
        };
        DagApprovalInput: {
            /** @enum {string} */
            decision: "approve" | "reject";
            /**
             * @description As the form of the node asks for
             * @default {}
             */
            values?: {
                [key: string]: unknown;
            };
        };
        DownloadUrl: {
            /** @description A link that needs no credentials for an hour; null when the file is gone */
            url: string | null;
        };
        /** @description Each empty where there is none */
        FileMetadata: {
            exif: {
                [key: string]: unknown;
            };
            iptc: {
                [key: string]: unknown;
            };
            mediainfo: {
                [key: string]: unknown;
            };
            xmp: {
                [key: string]: unknown;
            };
        };
        GalleryEffectiveAccess: {
            /** @description May approve assets */
            approve: boolean;
            /** @description May manage the gallery, its teams and jobs */
            manage: boolean;
            read: boolean;
            /** @description The teams that give these rights */
            teams: {
                id: number;
                name: string;
            }[];
            user: {
                email: string;
                first_name: string | null;
                id: number;
                last_name: string | null;
            };
            /** @description May change assets */
            write: boolean;
        };
        GalleryRightsUpdated: {
            /** @description How many rights are others now */
            updated_count: number;
        };
        GalleryTeam: {
            /** @description What it may do in the gallery; null: nothing, it has no access */
            access: {
                /** @description May approve assets */
                approve: boolean;
                /** @description May manage the gallery, its teams and jobs */
                manage: boolean;
                read: boolean;
                /** @description May change assets */
                write: boolean;
            } | null;
            id: number;
            name: string;
            /** @description It is the own team of a user, who is alone in it */
            own_team: boolean;
        };
        History: {
            history: {
                /** @description For the page after this one; null at the end */
                next_cursor: number | null;
                results: components["schemas"]["HistoryEvent"][];
            };
        };
        HistoryEvent: {
            /** Format: date-time */
            created_at: string;
            /** @description The asset, then what else it is about: where it was moved from and to (a folder, or the project for its root), the comment, the collection, the media, the share */
            event_targets: ({
                target: {
                    /** @description Its key; null when it is gone, or not for your eyes */
                    elasticsearch_id: string | null;
                    id: number;
                    /** @description Its present title; null when it is gone, or not for your eyes */
                    title: string | null;
                };
                /** @enum {string} */
                target_type: "Asset" | "Folder" | "Project" | "Collection";
            } | {
                target: {
                    id: number;
                };
                /** @enum {string} */
                target_type: "Comment" | "Share" | "Review";
            } | {
                target: {
                    filename: string;
                    id: number;
                };
                /** @constant */
                target_type: "Media";
            })[];
            /** @enum {string} */
            event_type: "ASSET_ADDED" | "ASSET_UPDATED" | "ASSET_MOVED" | "ASSET_ASSIGNED" | "ASSET_UNASSIGNED" | "ASSET_TRASHED" | "ASSET_RESTORED" | "ASSET_DELETED" | "COMMENT_ADDED" | "COMMENT_UPDATED" | "COMMENT_DELETED" | "COLLECTION_ASSET_ADDED" | "COLLECTION_ASSET_REMOVED" | "MEDIA_ADDED" | "MEDIA_REMOVED" | "ASSET_SHARED" | "ASSET_UNSHARED" | "SHARE_CREATED" | "SHARE_UPDATED" | "SHARE_REVOKED" | "SHARE_EXPIRED" | "REVIEW_REQUESTED" | "REVIEW_ANSWERED" | "REVIEW_DECIDED" | "REVIEW_CANCELLED" | "REVIEW_SUPERSEDED" | "REVIEW_FORCED" | "REVIEWER_LOST" | "REVIEWER_ADDED";
            id: number;
            /** Format: date-time */
            updated_at: string;
            /** @description Who did it; null: nobody, such as a schedule */
            user_id: number | null;
        };
        Job: {
            /** Format: date-time */
            created_at: string;
            /** @description An e-mail address */
            created_by: string;
            /** @description The key of an asset that had the same file before, if the caller may read it; also one in the trash */
            duplicate_of: string | null;
            /** @description Why the whole job failed */
            error: {
                code: string;
                message: string;
            } | null;
            /** @description Between which instants it will have ended, by its measured pace; null while that cannot be said */
            eta: {
                /** Format: date-time */
                earliest: string;
                /** Format: date-time */
                latest: string;
            } | null;
            failed: number;
            finished_at: string | null;
            /** @enum {string} */
            kind: "bulk_move_assets" | "trash_assets" | "restore_assets" | "assign_assets" | "delete_assets" | "ingest_media" | "bulk_ingest_media" | "set_shared" | "review_request" | "force_approve" | "dag_action_run";
            links: {
                /** @description The jobs that retry or undo this one, and the newest hundred that the nodes of a run have started */
                children: {
                    href: string;
                    /** @enum {string} */
                    relation: "retry" | "undo" | "child";
                    /** Format: uuid */
                    token: string;
                }[];
                events: string;
                items: string;
                self: string;
                /** @description The run in the Temporal UI */
                workflow: string | null;
            };
            outcome: ("succeeded" | "with_failures" | "cancelled" | "failed" | "rejected") | null;
            project: string | null;
            /** @description When its details were removed for their age: items, steps, and with them retry and undo */
            pruned_at: string | null;
            /** @description Measured over the last ten seconds; null unless it runs */
            rate_per_second: number | null;
            /** @description Why the job waits, when it does */
            reason: string | null;
            remaining: number | null;
            retry_of: string | null;
            skipped: number;
            started_at: string | null;
            /** @enum {string} */
            state: "queued" | "running" | "paused" | "done" | "cancelled" | "failed" | "rejected";
            /** @description In their order, of a kind of job that has steps */
            steps: {
                finished_at: string | null;
                /** @description How far it is, or why it failed */
                message: string | null;
                name: string;
                started_at: string | null;
                /** @enum {string} */
                state: "waiting" | "running" | "done" | "failed" | "skipped";
            }[];
            succeeded: number;
            /** Format: uuid */
            token: string;
            /** @description null until the selection is resolved; never changes after that */
            total: number | null;
            undo_of: string | null;
            /** Format: date-time */
            updated_at: string;
        };
        JobItem: {
            /** @description Why it was skipped or failed, for programs */
            code: string | null;
            /** @description The asset's uuid, also of one that was not made; its numeric id when the asset is gone for good. Of a run of an action: the id of the node */
            id: string;
            /** @description In a job that was given a list: the number of the line, from 1 */
            line?: number;
            /** @description The same for people */
            message: string | null;
            /** @description A retry of the job takes it up again */
            retryable: boolean;
            /** @enum {string} */
            status: "moved" | "succeeded" | "skipped" | "failed" | "remaining";
        };
        JobItemPage: {
            items: components["schemas"]["JobItem"][];
            /** @description null at the end */
            next_cursor: string | null;
        };
        JobList: {
            jobs: components["schemas"]["Job"][];
            /** @description null at the end */
            next_cursor: string | null;
        };
        KitsuShareAnswer: {
            /**
             * Format: uuid
             * @description Project identifier
             */
            project_id: string;
            /** @description Number of assets updated: whose flag really changed */
            updated_count: number;
        };
        KitsuShareRequestInput: {
            /** @description The assets; absent: every asset of the project. An empty list is refused: it never means all. */
            asset_ids?: (string | number)[];
            /** @description Whether to share or unshare the assets */
            is_shared: boolean;
        };
        Media: {
            content_type: string;
            /** Format: date-time */
            created_at: string;
            /** @description In seconds */
            duration: number | null;
            filename: string;
            /** @description In pixels, after orientation */
            height: number | null;
            id: number;
            /** @description Where its bytes lie; with `include_locations=true` */
            locations?: {
                key: string;
                /** @description In bytes */
                size: number;
                storage: string;
            }[];
            md5_sum: string;
            media_type: string;
            /** @description WebP, by links that need no credentials for an hour; each null where there is no preview */
            preview_urls: {
                large: string | null;
                medium: string | null;
                small: string | null;
            };
            sha256_sum: string;
            /** @description In bytes */
            size: number;
            /** @description In pixels, after orientation */
            width: number | null;
        };
        MediaAnswer: {
            media: components["schemas"]["Media"][];
        };
        /** @description Done, or why not */
        MediaPocketAssignOutcome: {
            /** @constant */
            ok: "ok";
        } | {
            error: string;
        };
        MediaPocketAssignRequestInput: {
            /** @description The project: its key, uuid or id */
            to_project_id: string;
        };
        /** @description What went wrong, for people */
        MediaPocketError: {
            /** @description Stable, where there is one */
            code?: string;
            error: string;
        };
        MediaPocketOk: {
            /** @constant */
            ok: "ok";
        };
        MediaRemoval: {
            asset: components["schemas"]["Asset"];
            errors: {
                error: string;
                status: number;
            } | null;
        };
        NewWebhookInput: {
            /** @description Types of events; `job.*` for all of a group, `*` for everything */
            events: ("*" | "job.*" | "assets.*" | "media.*" | "review.*" | "share.*" | "action_run.*" | "job.done" | "job.failed" | "job.cancelled" | "job.rejected" | "assets.moved" | "assets.trashed" | "assets.restored" | "assets.assigned" | "assets.purged" | "assets.shared" | "media.ingested" | "review.requested" | "review.completed" | "share.created" | "share.expired" | "share.revoked" | "action_run.done" | "action_run.failed" | "action_run.cancelled")[];
            secret?: string | null;
            /** @description Where events are posted to; https in production, and never inside */
            url: string;
        };
        NomadShare: {
            /** @description null when the asset was deleted for good */
            assetId: string | null;
            /** @description RFC 3339 */
            createdAt: string;
            /** @description RFC 3339; null for never */
            expirationDate: string | null;
            hasPassword: boolean;
            id: string;
            message: string | null;
            name: string | null;
            nomadUsers: {
                email: string;
                id: string | null;
            }[];
            ownerId: string;
            revokedAt: string | null;
            /** @description The assets that it shows at this moment */
            sharedContents: string[];
            sharedDuration: {
                description: string;
                id: string;
            } | null;
            sharedDurationInHours: number | null;
            /** @description Only in the answer to the call that made it */
            sharedLink: string | null;
            sharedPermissions: {
                description: string;
                id: string;
            }[];
            /** @description active, expired or revoked */
            sharedStatus: string;
            sharedType: string;
            timeZone: string;
            /** @description RFC 3339 */
            updatedAt: string;
            /** @description What it shows no more, and why: trashed, unshared or removed */
            withdrawn: {
                assetId: string | null;
                /** @description RFC 3339 */
                at: string;
                reason: string;
            }[];
        };
        NomadShareList: {
            /** @description null at the end */
            nextCursor: string | null;
            shares: components["schemas"]["NomadShare"][];
        };
        NomadShareRequestInput: {
            /** @description The asset of the path */
            assetId?: string | null;
            /** @description Answered; ignored here */
            createdAt?: unknown;
            /** @description RFC 3339 with an offset, or a date, which ends with that day in timeZone; null for never */
            expirationDate?: string | null;
            /** @description Answered; ignored here */
            hasPassword?: unknown;
            /** @description The share to change; null for a new one */
            id?: string | null;
            message?: string | null;
            name?: string | null;
            /** @description Invited by mail when the share is made */
            nomadUsers?: ({
                email?: null;
                id: string;
            } | {
                /** Format: email */
                email: string;
                id?: null;
            })[] | null;
            /** @description The owner, who cannot be changed */
            ownerId?: string | null;
            /** @description 8 to 1,024 bytes; null removes it; never answered */
            password?: string | null;
            /** @description Answered; ignored here */
            revokedAt?: unknown;
            /** @description Further assets of the same project; the asset of the path is always shown */
            sharedContents?: string[] | null;
            /** @description hour, day (24 hours), week, month (30 days) or never, from now on */
            sharedDuration?: (("hour" | "day" | "week" | "month" | "never") | {
                description?: string | null;
                /** @enum {string} */
                id: "hour" | "day" | "week" | "month" | "never";
            }) | null;
            sharedDurationInHours?: number | null;
            /** @description Answered; ignored here */
            sharedLink?: string | null;
            /** @description view is always among them */
            sharedPermissions?: (("view" | "download" | "comment") | {
                description?: string | null;
                /** @enum {string} */
                id: "view" | "download" | "comment";
            })[] | null;
            sharedStatus?: (("active" | "revoked") | {
                description?: string | null;
                /** @enum {string} */
                id: "active" | "revoked";
            }) | null;
            /** @description user: only for users whom nomadUsers names, logged in */
            sharedType?: (("link" | "user") | {
                description?: string | null;
                /** @enum {string} */
                id: "link" | "user";
            }) | null;
            /** @description Where a date without a time ends; UTC by default */
            timeZone?: string | null;
            /** @description Answered; ignored here */
            updatedAt?: unknown;
            /** @description Answered; ignored here */
            withdrawn?: unknown;
        };
        NomadShareVisits: {
            /** @description null at the end */
            nextCursor: string | null;
            visits: {
                /** @description Tells addresses apart without naming them */
                addressHash: string;
                assetId: string | null;
                /** @description RFC 3339 */
                at: string;
                /** @description view, download, download_all or comment */
                kind: string;
            }[];
        };
        /** @description RFC 9457 problem details */
        Problem: {
            /** @description Stable, for programs */
            code: string;
            /** @description For people */
            detail: string;
            /** @description One entry per bad field; line and column where the body is a text for people */
            errors: {
                column?: number;
                field: string;
                line?: number;
                message: string;
            }[];
            request_id: string;
            status: number;
            title: string;
            /** @description A URN that names the kind of problem */
            type: string;
        };
        Readiness: {
            parts: {
                [key: string]: {
                    error: string | null;
                    ok: boolean;
                    /** @description How long the part took to answer, in ms */
                    took_ms: number;
                };
            };
            /** @enum {string} */
            status: "ok" | "unavailable";
        };
        ReviewRequest: {
            approvals: {
                answered_at: string | null;
                /** @description False once the approver has lost the right to approve */
                counts: boolean;
                /** @enum {string} */
                status: "pending" | "approved" | "needs_revision";
                user: {
                    email: string;
                    first_name: string | null;
                    id: number;
                    last_name: string | null;
                };
            }[];
            asset_id: number;
            closed_at: string | null;
            closed_reason: ("cancelled" | "superseded" | "asked_again") | null;
            decided_at: string | null;
            due_at: string | null;
            /** @description Approved without being asked for */
            forced: boolean;
            id: number;
            /** Format: uuid */
            "job.token": string;
            message: string | null;
            /** @description It takes answers */
            open: boolean;
            /** @description How many approvers have to approve; null when it was forced */
            policy: (("all" | "any") | number) | null;
            /** Format: date-time */
            requested_at: string;
            requested_by: {
                email: string;
                first_name: string | null;
                id: number;
                last_name: string | null;
            };
            /**
             * @description Of the request as a whole
             * @enum {string}
             */
            status: "pending" | "approved" | "needs_revision";
        };
        StrawberryForcedApprovalInput: {
            /** @description Asset ids requested for review: id, uuid or key */
            asset_ids?: (number | string)[];
            /** @description Whether to count only, and change nothing */
            dry_run?: boolean;
            /** @description Folders by their `dirname`, a path of titles from the root of the gallery; an empty one is the root */
            folders?: {
                dirname: string;
            }[];
            /** @description Why it is forced */
            message?: string | null;
            /** @description With all that lies below the folders. Default: false */
            recursive?: boolean;
        };
        StrawberryReviewDryRun: {
            /** @description Assets with an undecided request */
            already_pending: number;
            /** @description Who would be asked */
            approvers: number;
            /** @description How many requests would be made */
            count: number;
            /** @description Assets in the trash */
            trashed: number;
        };
        StrawberryReviewJob: {
            /** @description How many requests will be made */
            count: number;
            /**
             * Format: uuid
             * @description The job token, for /api/jobs/{token}
             */
            "job.token": string;
        };
        StrawberryReviewRequestInput: {
            /** @description Asset ids requested for review: id, uuid or key */
            asset_ids?: (number | string)[];
            /** @description Whether to count only, and change nothing */
            dry_run?: boolean;
            /** @description When answers are due: an RFC 3339 date-time, or the end of a date in UTC. Managers are told of what is open then */
            due_at?: string | null;
            /** @description Folders by their `dirname`, a path of titles from the root of the gallery; an empty one is the root */
            folders?: {
                dirname: string;
            }[];
            include_new_approvers?: boolean | null;
            /** @description To the approvers */
            message?: string | null;
            /**
             * @description How many approvers have to approve: all of them (the default), any one, or so many
             * @default all
             */
            policy?: ("all" | "any") | number;
            /** @description With all that lies below the folders. Default: false */
            recursive?: boolean;
            remind_every_hours?: number | null;
        };
        UnicatBulkMoveRequestInput: {
            /** @description The new parent: a folder of the project, or the project for its root */
            parent: string | number;
            /** @description Ids, and up to 1,000 items with children or search. The union is de-duplicated. */
            selection: (string | number | {
                children: string | number;
                /** @description Assets that this item leaves out; other items do not heed it. */
                exclude?: (string | number)[];
            } | {
                /** @description Assets that this item leaves out; other items do not heed it. */
                exclude?: (string | number)[];
                /** @description All assets of the project that match both q and filter; without either, all. */
                search: {
                    /**
                     * @description [field, operator, value], ["and", filter…], ["or", filter…] or ["not", filter]. is_not and not_in include assets without a value; contains and starts_with take their text literally and ignore case; exists takes true (default) or false; before and after take an RFC 3339 date-time or date (its start in UTC); size is in bytes; owner is a user id or an e-mail.
                     * @example [
                     *       "type",
                     *       "is",
                     *       "image"
                     *     ]
                     * @example [
                     *       "and",
                     *       [
                     *         "tags",
                     *         "in",
                     *         [
                     *           "beach",
                     *           "sea"
                     *         ]
                     *       ],
                     *       [
                     *         "not",
                     *         [
                     *           "created",
                     *           "before",
                     *           "2024-01-01"
                     *         ]
                     *       ]
                     *     ]
                     */
                    filter?: unknown[] | unknown | unknown | unknown;
                    /**
                     * @description ISO 639-1. Unknown or absent: words as they are, no stems.
                     * @example nl
                     */
                    language?: string;
                    /**
                     * @description word (any of), +word (must), -word (must not), "a phrase", pre*
                     * @example +cms 225
                     */
                    q?: string;
                };
            })[];
        };
        UnicatCursorsAnswer: {
            data: Record<string, never>;
            result: {
                /** @description The cursor of the newest event, 0 when there has been none */
                cc: number;
            };
            /** @constant */
            success: true;
        };
        /** @description Unicat's envelope around an error */
        UnicatError: {
            data: Record<string, never>;
            result: {
                /** @description The HTTP status, or 1006: the selection or cursor is invalid */
                code: number;
                message: string;
            };
            /** @constant */
            success: false;
        };
        UnicatJobAnswer: {
            data: Record<string, never>;
            result: {
                /**
                 * Format: uuid
                 * @description The job token to look for in sync events
                 */
                "job.token": string;
            };
            /** @constant */
            success: true;
        };
        UnicatSyncAnswer: {
            data: Record<string, never>;
            result: {
                /** @description Continue from here: the last event, or the given cursor when there is none */
                cursor: number;
                sync: components["schemas"]["UnicatSyncEvent"][];
            };
            /** @constant */
            success: true;
        };
        UnicatSyncEvent: {
            /** @enum {string} */
            action: "INSERT" | "UPDATE" | "DELETE";
            /** @description Grows by one with each event of the project */
            cursor: number;
            /** @description For jobs: project_gid, job, status, info, created_on, updated_on */
            data: unknown;
            /** @description Which one, e.g. the job token */
            data_key: string;
            /** @description What the event is about, e.g. jobs */
            data_type: string;
            /** @constant */
            type: "cc";
        };
        UnicatSyncRequestInput: {
            /** @description The cursor after which to continue; absent or 0: from the first event */
            cursor?: number | string;
            /**
             * @description Events at most, 1 to 1000
             * @default 100
             */
            limit?: number;
            /**
             * @description The one kind of events there is
             * @constant
             */
            type?: "cc";
            /**
             * @description Seconds to wait for the first event when there is none yet, 0 to 60
             * @default 0
             */
            wait?: number;
        };
        Webhook: {
            /** Format: date-time */
            created_at: string;
            created_by: string;
            disabled: boolean;
            disabled_at: string | null;
            /** @description gone: the receiver answered 410; failing: for three days nothing arrived */
            disabled_reason: ("by_user" | "gone" | "failing") | null;
            events: string[];
            /** @description Attempts that found the endpoint out of order, since the last one that did not */
            failures_in_row: number;
            /** Format: uuid */
            id: string;
            last_delivered_at: string | null;
            /** @description Before this instant events were lost, for nobody collected them for too long */
            missed_at: string | null;
            /** @description Until then the secret before signs too */
            previous_secret_until: string | null;
            /** @description Nothing is sent before: the endpoint asked for it, or is out of order */
            resting_until: string | null;
            secret_rotated_at: string | null;
            /** Format: date-time */
            updated_at: string;
            /** @description Null: it was sealed with another DATA_SECRET, and has to be given anew */
            url: string | null;
        };
        WebhookDelivery: {
            /** @description The newest 50 */
            attempt_log: {
                /** @description Null: under way */
                duration_ms: number | null;
                /** @description Why it did not arrive; null when it did */
                fault: string | null;
                no: number;
                /** Format: date-time */
                started_at: string;
                /** @description Of the answer; null when there was none */
                status: number | null;
            }[];
            attempts: number;
            /** Format: date-time */
            created_at: string;
            ended_at: string | null;
            /**
             * Format: uuid
             * @description The webhook-id that the receiver sees, the same over all attempts
             */
            id: string;
            last_fault: string | null;
            last_status: number | null;
            next_attempt_at: string | null;
            /** @enum {string} */
            state: "waiting" | "sending" | "delivered" | "failed";
            type: string;
        };
        WebhookDeliveryList: {
            deliveries: components["schemas"]["WebhookDelivery"][];
            nextCursor: string | null;
        };
        WebhookDeliveryWithPayload: {
            /** @description The newest 50 */
            attempt_log: {
                /** @description Null: under way */
                duration_ms: number | null;
                /** @description Why it did not arrive; null when it did */
                fault: string | null;
                no: number;
                /** Format: date-time */
                started_at: string;
                /** @description Of the answer; null when there was none */
                status: number | null;
            }[];
            attempts: number;
            /** Format: date-time */
            created_at: string;
            ended_at: string | null;
            /**
             * Format: uuid
             * @description The webhook-id that the receiver sees, the same over all attempts
             */
            id: string;
            last_fault: string | null;
            last_status: number | null;
            next_attempt_at: string | null;
            /** @description What was sent */
            payload: unknown;
            /** @enum {string} */
            state: "waiting" | "sending" | "delivered" | "failed";
            type: string;
        };
        WebhookList: {
            webhooks: components["schemas"]["Webhook"][];
        };
        WebhookPatchInput: {
            /** @description true: nothing is collected or sent; false: from now on again */
            disabled?: boolean;
            /** @description Types of events; `job.*` for all of a group, `*` for everything */
            events?: ("*" | "job.*" | "assets.*" | "media.*" | "review.*" | "share.*" | "action_run.*" | "job.done" | "job.failed" | "job.cancelled" | "job.rejected" | "assets.moved" | "assets.trashed" | "assets.restored" | "assets.assigned" | "assets.purged" | "assets.shared" | "media.ingested" | "review.requested" | "review.completed" | "share.created" | "share.expired" | "share.revoked" | "action_run.done" | "action_run.failed" | "action_run.cancelled")[];
            /**
             * @description The same with a secret that is made
             * @constant
             */
            rotate_secret?: true;
            /** @description Replaces the secret, which signs beside the new one for 24 hours */
            secret?: string;
            /** @description Where events are posted to; https in production, and never inside */
            url?: string;
        };
        WebhookWithSecret: {
            /** Format: date-time */
            created_at: string;
            created_by: string;
            disabled: boolean;
            disabled_at: string | null;
            /** @description gone: the receiver answered 410; failing: for three days nothing arrived */
            disabled_reason: ("by_user" | "gone" | "failing") | null;
            events: string[];
            /** @description Attempts that found the endpoint out of order, since the last one that did not */
            failures_in_row: number;
            /** Format: uuid */
            id: string;
            last_delivered_at: string | null;
            /** @description Before this instant events were lost, for nobody collected them for too long */
            missed_at: string | null;
            /** @description Until then the secret before signs too */
            previous_secret_until: string | null;
            /** @description Nothing is sent before: the endpoint asked for it, or is out of order */
            resting_until: string | null;
            /** @description Shown this once: verify what arrives with it */
            secret: string | null;
            secret_rotated_at: string | null;
            /** Format: date-time */
            updated_at: string;
            /** @description Null: it was sealed with another DATA_SECRET, and has to be given anew */
            url: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
