import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStore } from '@holdfast/store/sqlite';
import type { StoreChange } from 'holdfast';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreCopy } from '../../src/crash/disk/storeCopy.ts';
import { readWal, wholeBytes } from '../../src/crash/disk/walFile.ts';

const messages = 6;

let folder: string;
let path: string;
let log: Buffer;

const put = (sequence: number): StoreChange => ({
  type: 'outbox.put',
  instanceId: 'bot',
  entry: {
    jobId: `job-${sequence}`,
    sequence,
    message: {
      id: `bot/0/1/${sequence}`,
      conversation: 'a',
      text: `bot/0/1/${sequence}`,
      idempotencyKey: `key-${sequence}`,
      metadata: {},
    },
    attempts: 0,
    state: sequence % 2 === 0 ? 'attempting' : 'queued',
    notBeforeMs: 0,
    priority: 0,
    expiresAtMs: null,
    acceptedAtMs: 0,
  },
});

/** A store as a process leaves it that is killed: its log is not written back. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-wal-'));
  const living = join(folder, 'living.db');
  const store = await sqliteStore({ path: living, durability: 'process' });
  for (let sequence = 1; sequence <= messages; sequence += 1) await store.commit([put(sequence)]);
  await store.commit([{ type: 'handled.put', instanceId: 'bot', messageId: 'in-1', atMs: 1 }]);
  const killed = await StoreCopy.of(living, folder, { name: 'killed' });
  log = await killed.wal();
  path = killed.path;
  await store.close();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const copy = (name: string, walBytes?: number): Promise<StoreCopy> =>
  StoreCopy.of(path, folder, { name, ...(walBytes === undefined ? {} : { walBytes }) });

describe('a copy of a store', () => {
  it('tells what is in it: messages with their states, and what was handled', async () => {
    const { handled, letters, outbox } = await (await copy('whole')).read();
    expect([...outbox]).toEqual(
      Array.from({ length: messages }, (_, index) => [
        `bot/0/1/${index + 1}`,
        index % 2 === 0 ? 'queued' : 'attempting',
      ]),
    );
    expect([...handled]).toEqual(['bot/in-1']);
    expect(letters.size).toBe(0);
  });

  it('of a store that was never made is empty', async () => {
    const none = await StoreCopy.of(join(folder, 'none.db'), folder, { name: 'of-none' });
    expect((await none.wal()).length).toBe(0);
    expect((await none.read()).outbox.size).toBe(0);
  });
});

describe('a write-ahead log', () => {
  it('ends a transaction where SQLite does: cut off there it holds just what came before', async () => {
    const { commits } = readWal(log);
    const last = commits.slice(-messages - 1);
    const sizes: number[] = [];
    for (const [index, end] of last.entries()) {
      sizes.push((await (await copy(`at-${index}`, end)).read()).outbox.size);
      sizes.push((await (await copy(`before-${index}`, end - 1)).read()).outbox.size);
    }
    expect(sizes).toEqual([1, 0, 2, 1, 3, 2, 4, 3, 5, 4, 6, 5, 6, 6]);
  });

  it('that is cut off anywhere counts up to its last whole transaction', () => {
    const content = readWal(log);
    const [first = 0, second = 0] = content.commits;
    expect(wholeBytes(content, first - 1)).toBe(0);
    expect(wholeBytes(content, first)).toBe(first);
    expect(wholeBytes(content, second - 1)).toBe(first);
    expect(wholeBytes(content, log.length)).toBe(content.commits.at(-1));
    expect(readWal(log.subarray(0, second - 1)).commits).toEqual([first]);
  });

  it('counts for nothing from the first byte on that is not as it was written', () => {
    const { commits } = readWal(log);
    const damaged = Buffer.from(log);
    const at = (commits[2] ?? 0) - 100;
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
    expect(readWal(damaged).commits).toEqual(commits.slice(0, 2));
  });

  it('is empty without its header', () => {
    expect(readWal(Buffer.alloc(0))).toEqual({ frames: 0, commits: [] });
    expect(readWal(Buffer.alloc(64))).toEqual({ frames: 0, commits: [] });
    const damaged = Buffer.from(log);
    damaged.writeUInt8(damaged.readUInt8(16) ^ 1, 16);
    expect(readWal(damaged)).toEqual({ frames: 0, commits: [] });
  });
});
