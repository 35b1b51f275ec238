import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readComposeFile, readText, ROOT } from '../../deploy/compose-file';

/** Where each service of docker-compose.yml listens here, `host:port` for `service:port`. */
export type Addresses = Readonly<Record<string, string>>;

/** What docker-compose.yml says of its services, with a filled-in .env and with addresses of this machine. */
export interface ComposeSettings {
  /** The environment of a service. */
  environment(service: string, addresses?: Addresses): Readonly<Record<string, string>>;
  /** Its command, the program first. */
  command(service: string): readonly string[];
  /** The script that a one-shot service runs, as a path on this machine. */
  script(service: string): string;
  readonly secrets: Readonly<Record<string, string>>;
}

const SECRET_BYTES = 24;
const VARIABLE = /\$\{(\w+)(?::([-?])([^}]*))?\}/g;
const MOUNTED = '/opt/temporal';
export const MOUNTED_FROM = join(ROOT, 'deploy', 'temporal');

/** Fills in the .env as deploy/example.env says: what it leaves empty gets a secret of its own. */
export function readComposeSettings(): ComposeSettings {
  const { services } = readComposeFile();
  const names = [...readText('deploy/example.env').matchAll(/^(\w+)=$/gm)].map(([, name = '']) => name);
  const secrets = Object.fromEntries(names.map((name) => [name, randomBytes(SECRET_BYTES).toString('hex')]));

  const fill = (text: string): string =>
    text.replaceAll(VARIABLE, (_all, name: string, operator: string | undefined, rest: string | undefined) => {
      const value = secrets[name];
      if (value !== undefined) return value;
      if (operator === '-') return rest ?? '';
      throw new Error(`docker-compose.yml needs ${name}, which deploy/example.env does not have`);
    });

  return {
    secrets,
    environment(service, addresses = {}) {
      const entries = Object.entries(services[service]?.environment ?? {}).map(([name, value]) => {
        const placed = Object.entries(addresses).reduce((text, [from, to]) => text.replaceAll(from, to), fill(value));
        return [name, placed.replace(MOUNTED, MOUNTED_FROM)] as const;
      });
      return Object.fromEntries(entries);
    },
    command: (service) => services[service]?.command ?? [],
    script: (service) => (services[service]?.entrypoint?.at(-1) ?? '').replace(MOUNTED, MOUNTED_FROM),
  };
}
