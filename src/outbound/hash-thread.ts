/**
 * What the thread that hashes runs: it adds to sums what it is sent, or a part of a file, in the order of the messages.
 * As text, because it has to run from sources (tsx), built (dist) and under jest: a file would have another name or
 * language in each, and a thread that loads tsx for these lines would cost a tenth of a second and forty megabytes.
 */
export const HASH_THREAD = `
'use strict';
const { parentPort } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const { openSync, readSync, closeSync } = require('node:fs');

const READ_BYTES = 1048576;
const sums = new Map();

function add({ md5, sha256 }, bytes) {
  md5.update(bytes);
  sha256.update(bytes);
}

function addFile(sum, { path, from, to }) {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, to - from));
    for (let at = from; at < to; ) {
      const read = readSync(file, buffer, 0, Math.min(buffer.length, to - at), at);
      if (read === 0) throw new Error('the staged file is shorter than it should be');
      add(sum, buffer.subarray(0, read));
      at += read;
    }
  } finally {
    closeSync(file);
  }
}

const tasks = {
  open: (id) => void sums.set(id, { md5: createHash('md5'), sha256: createHash('sha256') }),
  bytes: (id, bytes) => add(sums.get(id), bytes),
  file: (id, part) => addFile(sums.get(id), part),
  drop: (id) => void sums.delete(id),
  digest: (id) => {
    const { md5, sha256 } = sums.get(id);
    sums.delete(id);
    return { md5Sum: md5.digest('hex'), sha256Sum: sha256.digest('hex') };
  },
};

parentPort.on('message', ({ task, id, data }) => {
  try {
    parentPort.postMessage({ id, answer: tasks[task](id, data) });
  } catch (error) {
    parentPort.postMessage({ id, fault: String(error && error.message) });
  }
});
`;
