import { spawn } from 'node:child_process';
import { MediaFault } from '../../domain/media-fault';
import { type Command } from './bounds';

const MAX_SAID = 1_000;

/** What to start, with its bounds and never by a shell. `directory` is all that it has to write to. */
export interface Program {
  readonly command: Command;
  readonly directory: string;
  readonly timeoutMs: number;
}

/**
 * Runs a program to its end. It belongs to the group of this process, so that it never outlives it.
 * @throws MediaFault `preview_timeout`, or `preview_failed` with what it said as the cause
 */
export async function runProgram({ command: [path, ...args], directory, timeoutMs }: Program): Promise<void> {
  const { code, signal, said, isLate } = await new Promise<Ending>((resolve, reject) => {
    const child = spawn(path, args, { cwd: directory, env: { LANG: 'C' }, stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text = `${text}${chunk}`.slice(-MAX_SAID);
    });
    child.once('error', reject);
    child.once('close', (ownCode, ownSignal) => {
      clearTimeout(timer);
      resolve({ code: ownCode, signal: ownSignal, said: text, isLate: late });
    });
  });
  if (isLate) throw new MediaFault('preview_timeout');
  if (code === 0) return;
  throw new MediaFault('preview_failed', { cause: new Error(`ended with ${String(code ?? signal)}: ${said.trim()}`) });
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
  readonly isLate: boolean;
}
