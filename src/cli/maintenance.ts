import type { Command } from 'commander';
import { migrate } from '../store/migrate';
import { explain, type Tool } from './command';
import { withTemporal, withUncheckedStore } from './session';

/** `migrate` and `schedules apply`. */
export function addMaintenanceCommands(program: Command, tool: Tool): void {
  const migration = program
    .command('migrate')
    .description('Bring the schema of the database up to date')
    .action(async () => {
      const applied = await withUncheckedStore(tool, ({ store }) => migrate(store.db));
      const line = applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}.`;
      tool.answer({ json: { applied }, lines: [line] });
    });
  explain(migration, {
    notes: ['The embedded database is migrated by itself; that of DATABASE_URL only by this command.'],
    examples: ['migrate'],
    json: '{"applied": ["<migration>", …]}',
  });

  const apply = program
    .command('schedules')
    .description('What runs by the clock: apply')
    .command('apply')
    .description('Make the Temporal Schedules what this version says; what an operator paused stays paused')
    .action(async () => {
      const schedules = await withTemporal(tool, (client) => tool.schedules.apply(client));
      tool.answer({ json: { schedules }, lines: schedules.map((id) => `Schedule ${id} applied.`) });
    });
  explain(apply, { examples: ['schedules apply'], json: '{"schedules": ["<Schedule Id>", …]}' });
}
