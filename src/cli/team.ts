import type { Command } from 'commander';
import { getTeam, getUser, type TeamRecord } from '../store/lookup';
import { addTeamMember, createTeam } from '../store/teams';
import { explain, toJsonId, type Tool } from './command';
import { CommandFailure } from './failure';
import { readName, readReference } from './option-values';
import { withStore } from './session';
import { toUserJson } from './user';

/** `team create` and `team add`. */
export function addTeamCommands(program: Command, tool: Tool): void {
  const group = program.command('team').description('Teams, through which users have access to projects: create, add');

  const create = group
    .command('create')
    .description('Make a team, or answer the one of that name')
    .requiredOption('--name <name>', 'name, unique among teams', readName)
    .action(async ({ name }: { name: string }) => {
      const team = await withStore(tool, ({ store }) => createTeam(store.db, name));
      const happened = team.created ? 'made' : 'existed already';
      tool.answer({ json: toTeamJson(team), lines: [`Team ${team.name} (id ${team.id}) ${happened}.`] });
    });
  explain(create, { examples: ['team create --name "Picture desk"'], json: '{"id", "name"}' });

  const add = group
    .command('add')
    .description('Make a user a member of a team')
    .requiredOption('--team <team>', 'name, id or uuid', readReference)
    .requiredOption('--user <user>', 'e-mail address, id or uuid', readReference)
    .action(async (options: { team: string; user: string }) => {
      const { team, user, added } = await withStore(tool, async ({ store }) => {
        const found = { team: await getTeam(store.db, options.team), user: await getUser(store.db, options.user) };
        assertNotForeignOwnTeam(found.team, found.user.id);
        return { ...found, added: await addTeamMember(store.db, found.team.id, found.user.id, new Date(tool.now())) };
      });
      tool.answer({
        json: { team: toTeamJson(team), user: toUserJson(user), added },
        lines: [`${user.email} ${added ? 'is now' : 'was already'} a member of team ${team.name}.`],
      });
    });
  explain(add, {
    examples: ['team add --team "Picture desk" --user ann@example.com'],
    json: '{"team": {"id", "name"}, "user": {"id", "uuid", "email"}, "added": true | false}',
  });
}

export function toTeamJson(team: TeamRecord) {
  return { id: toJsonId(team.id), name: team.name };
}

function assertNotForeignOwnTeam(team: TeamRecord, userId: string): void {
  if (team.ownerId === null || team.ownerId === userId) return;
  throw new CommandFailure('own_team', `team ${team.name} is the own team of another user: nobody else can be in it`);
}
