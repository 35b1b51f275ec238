import type { Command } from 'commander';
import { listEffectiveAccess, listTeamsWithAccess } from '../store/access-reading';
import type { AccessRights } from '../store/access';
import { getProject } from '../store/lookup';
import { explain, toJsonId, type Tool } from './command';
import { readReference } from './option-values';
import { toProjectJson } from './project';
import { withStore } from './session';
import { toTable } from './table';

/** `access list`. */
export function addAccessListCommand(program: Command, tool: Tool): void {
  const list = program
    .command('access')
    .description('Who may do what: list')
    .command('list')
    .description('List the teams that have access to a project, and what their members may do there')
    .requiredOption('--project <project>', 'name, id, uuid or key', readReference)
    .action(async ({ project: text }: { project: string }) => {
      const { project, teams, people } = await withStore(tool, async ({ store: { db } }) => {
        const found = await getProject(db, text);
        const all = await listTeamsWithAccess(db, found.id);
        return { project: found, teams: all, people: await listEffectiveAccess(db, found.id) };
      });
      const having = teams.flatMap(({ access, ...team }) => (access === null ? [] : [{ ...team, access }]));
      const json = {
        project: toProjectJson(project),
        teams: having.map(({ id, name, isOwn, access }) => ({
          id: toJsonId(id),
          name,
          own_team: isOwn,
          access: { read: true, ...access },
        })),
        users: people.map(({ user, teams: through, write, manage, approve }) => ({
          user: { id: toJsonId(user.id), email: user.email },
          access: { read: true, write, manage, approve },
          teams: through.map(({ id, name }) => ({ id: toJsonId(id), name })),
        })),
      };
      const ofTeams = having.map(({ name, access }) => [`team ${name}`, toWords(access), '']);
      const ofPeople = people.map((one) => [
        one.user.email,
        toWords(one),
        one.teams.map(({ name }) => name).join(', '),
      ]);
      const lines = having.length === 0 ? ['No team has access.'] : toTable(['WHO', 'MAY', 'THROUGH'], [...ofTeams, ...ofPeople]); // prettier-ignore
      tool.answer({ json, lines });
    });
  explain(list, {
    notes: ['Administrators may do everything; they are listed where a team gives them access.'],
    examples: ['access list --project "Spring campaign"', 'access list --project 1 --json'],
    json: '{"project": {…}, "teams": [{"id", "name", "own_team", "access"}, …], "users": [{"user", "access", "teams"}, …]}',
  });
}

function toWords({ write, manage, approve }: AccessRights): string {
  return Object.entries({ read: true, write, manage, approve })
    .flatMap(([right, given]) => (given ? [right] : []))
    .join(', ');
}
