import { describeServer, type Finding, findInconsistencies } from '../store/consistency';
import type { Database } from '../store/database';
import { pendingMigrations } from '../store/migrate';
import type { Tool } from './command';
import { type Check, type Report, toFailedCheck } from './doctor-check';
import { checkConnections, checkRetention } from './doctor-growth';
import { checkFiles } from './doctor-files';
import { checkSeals } from './doctor-secrets';
import { checkWebhooks } from './doctor-webhooks';
import { withUncheckedStore } from './session';

/** The server makes UUIDs of version 7 by itself since this one. */
const LEAST_MAJOR = 18;

/**
 * Looks at Postgres, at the schema, at the rules of the store and at what it names; each needs what was looked at before
 * it. True when the store can be read.
 */
export async function checkStore(tool: Tool, report: Report): Promise<boolean> {
  try {
    return await withUncheckedStore(tool, async ({ config, store: { db } }) => {
      const server = await checkServer(db);
      report(server);
      const schema = await checkSchema(db);
      report(schema);
      report(await checkConnections(db, config));
      if (schema.state === 'ok') {
        await checkRules(db, report);
        report(await checkRetention(db, config, new Date(tool.now())));
        await checkFiles(tool, db, report);
        await checkSeals(tool, db, report);
        report(await checkWebhooks(db));
      } else report({ name: 'store', state: 'skipped', message: 'its schema is not the one of this version' });
      return schema.state === 'ok';
    });
  } catch (error) {
    report(toFailedCheck('postgres', error));
    return false;
  }
}

async function checkServer(db: Database): Promise<Check> {
  const name = 'postgres';
  const { version, major, missingExtensions } = await describeServer(db);
  if (major < LEAST_MAJOR) {
    return {
      name,
      state: 'failed',
      message: `version ${version} is too old: ${String(LEAST_MAJOR)} or later is needed`,
    };
  }
  if (missingExtensions.length > 0) {
    return { name, state: 'failed', message: `version ${version} lacks the extension ${missingExtensions.join(', ')}` };
  }
  return { name, state: 'ok', message: `version ${version}` };
}

async function checkSchema(db: Database): Promise<Check> {
  const name = 'schema';
  const pending = await pendingMigrations(db);
  if (pending.length === 0) return { name, state: 'ok', message: 'up to date' };
  return { name, state: 'failed', message: `lacks ${pending.join(', ')}: run "npm run longhaul -- migrate"` };
}

async function checkRules(db: Database, report: Report): Promise<void> {
  try {
    for await (const finding of findInconsistencies(db)) report(toCheck(finding));
  } catch (error) {
    report(toFailedCheck('store', error));
  }
}

function toCheck({ name, fault, count, samples }: Finding): Check {
  if (count === 0) return { name, state: 'ok', message: `no ${fault}` };
  const ids = `${samples.join(', ')}${count > samples.length ? ', …' : ''}`;
  return { name, state: 'failed', message: `${String(count)} ${fault} (ids ${ids})` };
}
