import type { Command } from 'commander';
import { getUser, type UserRecord } from '../store/lookup';
import { createUser, deleteUser } from '../store/people';
import { explain, toJsonId, type Tool } from './command';
import { readEmail, readName, readReference } from './option-values';
import { withStore } from './session';

interface CreateOptions {
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly admin?: boolean;
}

/** `user create` and `user delete`. */
export function addUserCommands(program: Command, tool: Tool): void {
  const group = program.command('user').description('People who use the library: create, delete');

  const create = group
    .command('create')
    .description('Make a user, with an own team that is named by the e-mail address')
    .requiredOption('--email <email>', 'e-mail address, unique whatever its case', readEmail)
    .option('--first-name <name>', 'first name', readName)
    .option('--last-name <name>', 'last name', readName)
    .option('--admin', 'may do everything')
    .action(async ({ email, firstName, lastName, admin = false }: CreateOptions) => {
      const user = await withStore(tool, ({ store }) => createUser(store.db, { email, firstName, lastName, admin }));
      const happened = user.created ? 'made' : 'existed already';
      tool.answer({ json: toUserJson(user), lines: [`User ${describeUser(user)} ${happened}.`] });
    });
  explain(create, {
    notes: [
      'A user who exists is answered as is; --admin makes that user an administrator too, its absence takes nothing away.',
    ],
    examples: ['user create --email ann@example.com --first-name Ann', 'user create --email root@example.com --admin'],
    json: '{"id", "uuid", "email"}',
  });

  const remove = group
    .command('delete')
    .description('End a user: API keys and tokens stop at once, the address is free again')
    .requiredOption('--user <user>', 'e-mail address, id or uuid', readReference)
    .action(async ({ user: text }: { user: string }) => {
      const user = await withStore(tool, async ({ store }) => {
        const found = await getUser(store.db, text);
        await deleteUser(store.db, found.id, new Date(tool.now()));
        return found;
      });
      tool.answer({ json: { ...toUserJson(user), deleted: true }, lines: [`User ${describeUser(user)} deleted.`] });
    });
  explain(remove, {
    notes: ["What the user did stays in the history. The user's assets and jobs stay."],
    examples: ['user delete --user ann@example.com'],
    json: '{"id", "uuid", "email", "deleted": true}',
  });
}

export function toUserJson(user: UserRecord) {
  return { id: toJsonId(user.id), uuid: user.uuid, email: user.email };
}

export function describeUser(user: UserRecord): string {
  return `${user.email} (id ${user.id}, uuid ${user.uuid})`;
}
