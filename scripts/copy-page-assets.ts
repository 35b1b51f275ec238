import { cpSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(__dirname, '..');

// What the pages serve as it is: tsc leaves behind whatever it does not compile.
cpSync(resolve(root, 'src/http/pages/assets'), resolve(root, 'dist/http/pages/assets'), { recursive: true });
