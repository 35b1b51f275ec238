import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { NOTHING_NAMED, parseName } from '../../../domain/names';
import { type HistoryPage, readAssetHistory, readProjectHistory } from '../../../store/history-reading';
import { invalidParameter } from '../../parameters';
import { identify } from '../../plugins/credentials';
import { notFound } from '../../refusal';
import { sentAsBuilt } from '../../sent-as-built';
import { assetNotFound, assetParams } from './asset-access';
import type { MediaPocketDependencies } from './dependencies';
import { mediaPocketDialect } from './errors';
import { historyAnswer, toHistoryAnswer } from './history-answer';

const PAGE = 50;
const cursor = z.string().describe('0 for the newest, then the next_cursor of the page before');
const projectParams = z.object({ project_id: z.string().describe('The project: its key, uuid or id'), cursor });

/** What happened to an asset, and in a project. */
export function historyRoutes({ store: { db } }: MediaPocketDependencies): FastifyPluginAsyncZod {
  const tags = ['assets'];
  const response = { 200: historyAnswer, ...mediaPocketDialect.errors(404, 422) };
  return (app) => {
    app.get(
      '/api/v2/assets/:asset_id/history/:cursor',
      {
        ...sentAsBuilt,
        config: { identifies: true },
        schema: {
          summary: 'Get history',
          description: `Newest first, in pages of ${String(PAGE)}. What is added between two pages repeats nothing.`,
          tags,
          params: assetParams.extend({ cursor }),
          response,
        },
      },
      async (request) => {
        const { params, caller } = request;
        const name = parseName(params.asset_id) ?? NOTHING_NAMED;
        const page = readCursor(params.cursor);
        const lines = identify(request, await readAssetHistory(db, name, caller, page ?? NEWEST));
        if (lines === null) throw assetNotFound();
        if (page === null) throw invalidCursor(params.cursor);
        return toHistoryAnswer(lines, PAGE);
      },
    );

    app.get(
      '/api/v2/projects/:project_id/history/:cursor',
      {
        ...sentAsBuilt,
        config: { identifies: true },
        schema: {
          summary: 'Get history of a project',
          description:
            'What happened to its assets, moves aside, newest first; of assets deleted for good that they were.',
          tags,
          params: projectParams,
          response,
        },
      },
      async (request) => {
        const { params, caller } = request;
        const name = parseName(params.project_id) ?? NOTHING_NAMED;
        const page = readCursor(params.cursor);
        const lines = identify(request, await readProjectHistory(db, name, caller, page ?? NEWEST));
        if (lines === null) throw notFound('Project not found.');
        if (page === null) throw invalidCursor(params.cursor);
        return toHistoryAnswer(lines, PAGE);
      },
    );
    return Promise.resolve();
  };
}

/** Read where the cursor is bad too: that the thing is not there comes first. */
const NEWEST: HistoryPage = { before: null, limit: PAGE + 1 };

/** The page after a cursor; null when that is none. */
function readCursor(text: string): HistoryPage | null {
  const name = parseName(text);
  if (name?.by !== 'id') return null;
  return name.id === '0' ? NEWEST : { ...NEWEST, before: name.id };
}

function invalidCursor(sent: string) {
  return invalidParameter('cursor', sent, 'Invalid cursor');
}
