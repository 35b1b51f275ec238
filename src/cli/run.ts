import { Command, CommanderError } from 'commander';
import { addAccessCommands } from './access';
import { addAssetCommands } from './assets';
import { addCollectionCommands } from './collection';
import { addBackupCommands } from './backup';
import { type Answer, explain, type Tool } from './command';
import { addCredentialCommands } from './credentials';
import { addDagCommands } from './dag';
import type { CliDependencies } from './dependencies';
import { addDagRunCommands } from './dag-runs';
import { addDoctorCommand } from './doctor';
import { type Fault, toFault } from './failure';
import { addJobCommands } from './job';
import { addMaintenanceCommands } from './maintenance';
import { addMediaCommands } from './media';
import { addProjectCommands } from './project';
import { addReviewCommands } from './review';
import { addShareCommands } from './share';
import { addTeamCommands } from './team';
import { addObjectCommands } from './object-sweep';
import { addTrashCommands } from './trash';
import { addUserCommands } from './user';
import { addWebhookCommands } from './webhook';
import { addWorkerVersionCommands } from './worker-version';

export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/**
 * Runs one command of the administrator's tool and answers its exit code. With --json, standard output gets exactly one
 * JSON object, `{"error": {"code", "message"}}` when the command fails; help is text in any case.
 */
export async function runCli(args: readonly string[], dependencies: CliDependencies): Promise<number> {
  const asJson = args.includes('--json');
  let exitCode: number = EXIT.done;
  const answer = ({ json, lines, failed = false }: Answer) => {
    dependencies.out(asJson ? `${JSON.stringify(json)}\n` : `${lines.join('\n')}\n`);
    exitCode = failed ? EXIT.failed : EXIT.done;
  };
  const line = (text: string) => {
    if (!asJson) dependencies.out(`${text}\n`);
  };
  const refuse = (fault: Fault) => {
    if (asJson) dependencies.out(`${JSON.stringify({ error: fault })}\n`);
  };
  try {
    await buildProgram({ ...dependencies, asJson, answer, line }).parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      // Commander has written its message to standard error.
      refuse({ code: 'usage', message: error.message.replace(/^error: /, '') });
      return EXIT.usage;
    }
    const fault = toFault(error);
    dependencies.err(`longhaul: ${fault.message}\n`);
    dependencies.log.debug({ err: error }, 'the command failed');
    refuse(fault);
    return EXIT.failed;
  }
}

function buildProgram(tool: Tool): Command {
  const program = new Command('longhaul')
    .description(
      "The administrator's tool of Longhaul: people, projects, access, jobs, shares, reviews, actions, upkeep",
    )
    .usage('<command> [options]')
    .option('--json', 'answer with one JSON object on standard output')
    .exitOverride()
    .showHelpAfterError('(--help tells more)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: tool.out, writeErr: tool.err });
  addUserCommands(program, tool);
  addCredentialCommands(program, tool);
  addTeamCommands(program, tool);
  addProjectCommands(program, tool);
  addAccessCommands(program, tool);
  addAssetCommands(program, tool);
  addCollectionCommands(program, tool);
  addJobCommands(program, tool);
  addMediaCommands(program, tool);
  addShareCommands(program, tool);
  addReviewCommands(program, tool);
  addDagCommands(program, tool);
  addTrashCommands(program, tool);
  addObjectCommands(program, tool);
  addDagRunCommands(program, tool);
  addBackupCommands(program, tool);
  addWebhookCommands(program, tool);
  addMaintenanceCommands(program, tool);
  addWorkerVersionCommands(program, tool);
  addDoctorCommand(program, tool);
  return explain(program, {
    notes: [
      'It works on DATABASE_URL and TEMPORAL_ADDRESS, or on the embedded servers of DATA_DIR (.data), which it starts',
      'when nothing runs. Users, teams and projects are named by name or e-mail address, id, uuid or key.',
      `In scripts keep npm quiet: npm run --silent longhaul -- <command> --json`,
    ],
    examples: ['user create --email ann@example.com', 'project create --name Demo --json', 'user create --help'],
    json: 'one object, of the form that the help of each command shows; {"error": {"code", "message"}} on failure',
  });
}
