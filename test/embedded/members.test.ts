import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enterMember, leaveMember, readNeeds } from '../../src/embedded/members';
import { makeDirectory } from './home';

let directory: string;
beforeEach(() => {
  directory = makeDirectory();
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('the needs are those of all living members', () => {
  expect(readNeeds(directory)).toEqual(new Set());
  const cli = enterMember(directory, ['postgres']);
  expect(readNeeds(directory)).toEqual(new Set(['postgres']));
  const worker = enterMember(directory, ['postgres', 'temporal']);
  expect(readNeeds(directory)).toEqual(new Set(['postgres', 'temporal']));
  leaveMember(worker);
  leaveMember(worker);
  expect(readNeeds(directory)).toEqual(new Set(['postgres']));
  leaveMember(cli);
  expect(readNeeds(directory)).toEqual(new Set());
});

test('members that died without leaving do not count and are cleared away', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(directory, `${String(pid)}-123bdead-0123456789ab`), 'postgres temporal');
  writeFileSync(join(directory, `${String(process.pid)}-1bbefore-0123456789ab`), 'postgres temporal');
  expect(readNeeds(directory)).toEqual(new Set());
  expect(readdirSync(directory)).toEqual([]);
});
