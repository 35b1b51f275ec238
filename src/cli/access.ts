import type { Command } from 'commander';
import { grantAccess, revokeAccess } from '../store/access';
import type { Store } from '../store/database';
import { getProject, getTeam, getUser } from '../store/lookup';
import { grantPermissions } from '../store/people';
import { addAccessListCommand } from './access-list';
import { explain, type Tool } from './command';
import { readPermissions, readReference } from './option-values';
import { toProjectJson } from './project';
import { withStore } from './session';
import { toTeamJson } from './team';
import { toUserJson } from './user';

interface Sides {
  readonly team: string;
  readonly project: string;
}

interface GrantOptions extends Sides {
  readonly write?: boolean;
  readonly manage?: boolean;
  readonly approve?: boolean;
}

/** `grant`, `revoke`, `access list` and `permission grant`. */
export function addAccessCommands(program: Command, tool: Tool): void {
  addGrant(program, tool);
  addRevoke(program, tool);
  addAccessListCommand(program, tool);
  addPermissionGrant(program, tool);
}

function addGrant(program: Command, tool: Tool): void {
  const grant = withSides(program.command('grant'))
    .description('Give a team access to a project: to read, and what else is named')
    .option('--write', 'may change assets')
    .option('--manage', 'may manage the project, its teams and jobs')
    .option('--approve', 'may approve review requests')
    .action(async ({ write = false, manage = false, approve = false, ...sides }: GrantOptions) => {
      const { team, project, access } = await withStore(tool, async ({ store }) => {
        const found = await findSides(store, sides);
        const rights = await grantAccess(
          store.db,
          found.project.id,
          found.team.id,
          { write, manage, approve },
          new Date(tool.now()),
        );
        return { ...found, access: { read: true, ...rights } };
      });
      const words = Object.entries(access).flatMap(([right, given]) => (given ? [right] : []));
      tool.answer({
        json: { team: toTeamJson(team), project: toProjectJson(project), access },
        lines: [`Team ${team.name} may now ${words.join(', ')} in project ${project.name}.`],
      });
    });
  explain(grant, {
    notes: ['Rights that the team has already stay; to narrow them, revoke first.'],
    examples: [
      'grant --team "Picture desk" --project "Spring campaign" --write',
      'grant --team ann@example.com --project 1',
    ],
    json: '{"team": {"id", "name"}, "project": {"id", "uuid", "key", "name"}, "access": {"read", "write", "manage", "approve"}}',
  });
}

function addRevoke(program: Command, tool: Tool): void {
  const revoke = withSides(program.command('revoke'))
    .description("Take a team's whole access to a project away")
    .action(async (sides: Sides) => {
      const { team, project, revoked } = await withStore(tool, async ({ store }) => {
        const found = await findSides(store, sides);
        return {
          ...found,
          revoked: await revokeAccess(store.db, found.project.id, found.team.id, new Date(tool.now())),
        };
      });
      const happened = revoked ? 'no longer has' : 'had no';
      tool.answer({
        json: { team: toTeamJson(team), project: toProjectJson(project), revoked },
        lines: [`Team ${team.name} ${happened} access to project ${project.name}.`],
      });
    });
  explain(revoke, {
    notes: ['Members keep the access that they have through other teams.'],
    examples: ['revoke --team "Picture desk" --project "Spring campaign"'],
    json: '{"team": {"id", "name"}, "project": {"id", "uuid", "key", "name"}, "revoked": true | false}',
  });
}

function addPermissionGrant(program: Command, tool: Tool): void {
  const grant = program
    .command('permission')
    .description('What a user may do in the whole library: grant')
    .command('grant')
    .description('Give a user permissions, beside those the user has')
    .requiredOption('--user <user>', 'e-mail address, id or uuid', readReference)
    .requiredOption('--name <names>', 'one or more names, separated by commas', readPermissions)
    .action(async (options: { user: string; name: string[] }) => {
      const { user, permissions } = await withStore(tool, async ({ store }) => {
        const found = await getUser(store.db, options.user);
        return { user: found, permissions: await grantPermissions(store.db, found.id, options.name) };
      });
      tool.answer({
        json: { user: toUserJson(user), permissions },
        lines: [`${user.email} now has ${permissions.join(', ')}.`],
      });
    });
  explain(grant, {
    examples: ['permission grant --user ann@example.com --name ACTIONS_VIEW,ACTIONS_START'],
    json: '{"user": {"id", "uuid", "email"}, "permissions": ["…"]}',
  });
}

function withSides(command: Command): Command {
  return command
    .requiredOption('--team <team>', "name, id or uuid; a user's own team by the e-mail address", readReference)
    .requiredOption('--project <project>', 'name, id, uuid or key', readReference);
}

async function findSides({ db }: Store, { team, project }: Sides) {
  return { team: await getTeam(db, team), project: await getProject(db, project) };
}
