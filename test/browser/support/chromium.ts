import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

/** Starts the Chromium of the machine: CHROMIUM_PATH, else the first of its usual names on the PATH. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? findOnPath();
  if (executablePath === undefined) {
    throw new Error(`no Chromium: none of ${NAMES.join(', ')} is on the PATH; install one, or set CHROMIUM_PATH`);
  }
  return chromium.launch({ executablePath, headless: true, args: ARGS });
}

function findOnPath(): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => directories.map((directory) => join(directory, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
