import type { Command } from 'commander';
import type { Config } from '../config';
import { addApiKey } from '../store/credentials';
import { getUser } from '../store/lookup';
import { explain, type Tool } from './command';
import { CommandFailure } from './failure';
import { readReference, readTtl } from './option-values';
import { withStore } from './session';

const DEFAULT_TTL_SECONDS = 3_600;

/** `api-key create` and `token create`. */
export function addCredentialCommands(program: Command, tool: Tool): void {
  const key = program
    .command('api-key')
    .description('Keys for programs: create')
    .command('create')
    .description('Make one more API key for a user; it is shown this once')
    .requiredOption('--user <user>', 'e-mail address, id or uuid', readReference)
    .action(async ({ user: text }: { user: string }) => {
      const apiKey = await withStore(tool, async ({ store }) =>
        addApiKey(store.db, (await getUser(store.db, text)).id),
      );
      tool.answer({ json: { api_key: apiKey }, lines: [apiKey] });
    });
  explain(key, {
    notes: ['Send it as "X-API-KEY: <key>" or "Authorization: Bearer <key>". Only a hash of it is kept.'],
    examples: ['api-key create --user ann@example.com'],
    json: '{"api_key"}',
  });

  const token = program
    .command('token')
    .description('Tokens for sessions: create')
    .command('create')
    .description('Sign a JWT (HS256) for a user')
    .requiredOption('--user <user>', 'e-mail address, id or uuid', readReference)
    .option('--ttl <duration>', 'how long it is valid: 90s, 15m, 1h, 7d (default: 1h)', readTtl, DEFAULT_TTL_SECONDS)
    .action(async ({ user: text, ttl }: { user: string; ttl: number }) => {
      const signed = await withStore(tool, async ({ config, store }) => {
        const secret = await readSecret(tool, config);
        const { uuid } = await getUser(store.db, text);
        const { jwtIssuer: issuer, jwtAudience: audience } = config;
        return tool.issueToken({ secret, userUuid: uuid, ttlSeconds: ttl, nowMs: tool.now(), issuer, audience });
      });
      tool.answer({ json: { token: signed }, lines: [signed] });
    });
  explain(token, {
    notes: ['Signed with JWT_SECRET, or with the secret that is kept under DATA_DIR; refused where JWKS_URL is set.'],
    examples: ['token create --user ann@example.com --ttl 15m'],
    json: '{"token"}',
  });
}

function readSecret(tool: Tool, config: Config): Promise<string> | string {
  if (config.jwks === undefined) return config.jwtSecret ?? tool.loadJwtSecret(config.dataDir);
  throw new CommandFailure(
    'tokens_issued_elsewhere',
    'JWKS_URL is set, so tokens come from its issuer: this façade would refuse any that is signed here',
  );
}
