import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CLIENT_TYPES_FILE, generateClientTypes } from './client-types';

/** `npm run client:generate [-- FILE]`: writes the types of the client anew from the routes as they are. */
const file = process.argv[2] ?? CLIENT_TYPES_FILE;
void generateClientTypes().then((text) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`${file}\n`);
});
