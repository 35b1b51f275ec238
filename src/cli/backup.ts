import type { Command } from 'commander';
import { backUp } from '../backup/back-up';
import { BackupError } from '../backup/backup-error';
import type { Manifest } from '../backup/manifest';
import { restore } from '../backup/restore';
import type { Config } from '../config';
import { MAJOR_VERSION } from '../embedded/postgres-cluster';
import { withTemporalStopped } from '../embedded/temporal-stopped';
import { appliedMigrations, knownMigrations } from '../store/migrate';
import { type Answer, explain, type Tool } from './command';
import { withUncheckedStore } from './session';

/** `backup` and `restore`. */
export function addBackupCommands(program: Command, tool: Tool): void {
  const backup = program
    .command('backup')
    .description('Copy what the embedded stack of DATA_DIR holds, while it runs')
    .requiredOption('--to <directory>', 'an empty directory outside DATA_DIR, or one that is made')
    .action(async ({ to }: { to: string }) => {
      tool.answer(await makeBackup(tool, to));
    });
  explain(backup, {
    notes: [
      'Secrets, what Temporal knows, the files of media, and Postgres, in this order. Temporal is stopped while its file is',
      'copied, and comes back by itself. A backup holds secrets: keep it as you keep those. See docs/backup.md.',
    ],
    examples: ['backup --to /backups/2026-11-29'],
    json: '{"backup": "<directory>", "files", "bytes", "temporal", "objects": "here" | "elsewhere", "postgres": {…}}',
  });

  const restoring = program
    .command('restore')
    .description('Make a DATA_DIR of a backup; refuses one that holds anything')
    .requiredOption('--from <directory>', 'a backup that came to its end')
    .option('--without-temporal', 'leave out what Temporal knew: open jobs are then started again by the sweep')
    .action(async ({ from, withoutTemporal = false }: { from: string; withoutTemporal?: boolean }) => {
      tool.answer(await restoreBackup(tool, from, withoutTemporal));
    });
  explain(restoring, {
    notes: ['Every file is held against its sum. Start Longhaul afterwards, and look with "doctor".'],
    examples: ['restore --from /backups/2026-11-29', 'restore --from /backups/2026-11-29 --without-temporal'],
    json: '{"restored": "<DATA_DIR>", "files", "bytes", "created_at", "warnings": ["<text>", …]}',
  });
}

async function makeBackup(tool: Tool, to: string): Promise<Answer> {
  const { databaseUrl } = tool.loadConfig();
  if (databaseUrl !== undefined) {
    throw new BackupError('not_embedded', 'DATABASE_URL names a server of its own: back it up with its own tools, see docs/backup.md'); // prettier-ignore
  }
  const dataSecretPrint = await tool.loadDataSecretPrint(tool.loadConfig());
  const manifest = await withUncheckedStore(tool, async ({ config, store, databaseUrl: url }) =>
    backUp({
      dataDir: config.dataDir,
      to,
      databaseUrl: url,
      objectsDir: config.objectStore.kind === 'folder' ? config.objectStore.path : null,
      withTemporalStopped:
        config.temporal.address === undefined ? (work) => withTemporalStopped(config.dataDir, tool.log, work) : null,
      schema: await appliedMigrations(store.db),
      dataSecretPrint,
      now: new Date(tool.now()),
      onPart: (part) => {
        tool.line(`Copying ${part} …`);
      },
    }),
  );
  const { files, bytes, temporal, objects, postgres } = manifest;
  return {
    json: { backup: to, files, bytes, temporal, objects, postgres },
    lines: [`${String(files)} files, ${toMegabytes(bytes)}, in ${to}.`, ...toElsewhere(manifest)],
  };
}

function toElsewhere({ temporal, objects }: Manifest): string[] {
  return [
    ...(temporal === 'here' ? [] : ['Not in it: what the Temporal of TEMPORAL_ADDRESS knows.']),
    ...(objects === 'here' ? [] : ['Not in it: the files of media, which lie in the bucket of OBJECT_STORE_URL.']),
  ];
}

async function restoreBackup(tool: Tool, from: string, withoutTemporal: boolean): Promise<Answer> {
  const config = tool.loadConfig();
  const { dataDir } = config;
  const { manifest, files, bytes } = await restore({
    from,
    dataDir,
    knownSchema: knownMigrations(),
    postgresMajor: Number(MAJOR_VERSION),
    withoutTemporal,
  });
  const warnings = await warn(tool, config, manifest);
  return {
    json: { restored: dataDir, files, bytes, created_at: manifest.created_at, warnings },
    lines: [
      `${String(files)} files, ${toMegabytes(bytes)}, of ${manifest.created_at}, are in ${dataDir}.`,
      ...warnings,
      'Start Longhaul, and look with "npm run longhaul -- doctor".',
    ],
  };
}

const toMegabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

async function warn(tool: Tool, config: Config, manifest: Manifest): Promise<readonly string[]> {
  const isSame = (await tool.loadDataSecretPrint(config)) === manifest.data_secret_print;
  return [
    ...(isSame
      ? []
      : [
          'DATA_SECRET is not the one of the backup: addresses of files, links in mails and links to files cannot be opened.',
        ]),
    ...toElsewhere(manifest),
  ];
}
