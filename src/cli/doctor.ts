import type { Command } from 'commander';
import { explain, type Tool } from './command';
import { type Check, type Report, toFailedCheck } from './doctor-check';
import { checkObjects } from './doctor-objects';
import { checkStore } from './doctor-store';
import { checkTemporal } from './doctor-temporal';

const MARKS = { ok: 'ok     ', warning: 'warning', failed: 'FAILED ', skipped: 'skipped' };

/** `doctor`. */
export function addDoctorCommand(program: Command, tool: Tool): void {
  const doctor = program
    .command('doctor')
    .description('Look at the configuration, the object store, Postgres, the store and Temporal; changes nothing')
    .action(async () => {
      const checks: Check[] = [];
      const report: Report = (check) => {
        checks.push(check);
        tool.line(`${MARKS[check.state]}  ${check.name}: ${check.message}`);
      };
      if (checkConfiguration(tool, report)) {
        await checkObjects(tool, report);
        const canReadStore = await checkStore(tool, report);
        await checkTemporal(tool, report, canReadStore);
      }
      const failures = checks.filter(({ state }) => state === 'failed').length;
      const verdict =
        failures === 0 ? 'All is well.' : `${String(failures)} of ${String(checks.length)} checks failed.`;
      tool.answer({ json: { ok: failures === 0, checks }, lines: [verdict], failed: failures > 0 });
    });
  explain(doctor, {
    notes: ['It reads whole tables: on millions of assets it takes a while. It exits with 1 when any check failed.'],
    examples: ['doctor', 'doctor --json'],
    json: '{"ok", "checks": [{"name", "state": "ok" | "warning" | "failed" | "skipped", "message"}, …]}',
  });
}

function checkConfiguration(tool: Tool, report: Report): boolean {
  const name = 'configuration';
  try {
    const { databaseUrl, dataDir, temporal } = tool.loadConfig();
    const postgres = databaseUrl === undefined ? `embedded Postgres of ${dataDir}` : 'Postgres of DATABASE_URL';
    const server =
      temporal.address === undefined ? `embedded Temporal of ${dataDir}` : `Temporal at ${temporal.address}`;
    report({ name, state: 'ok', message: `${postgres}, ${server}` });
    return true;
  } catch (error) {
    report(toFailedCheck(name, error));
    return false;
  }
}
