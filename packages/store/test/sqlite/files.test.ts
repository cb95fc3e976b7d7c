import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  StoreAccessError,
  StoreCorruptError,
  StoreError,
  StoreForeignError,
  StoreLockedError,
  StoreNewerError,
} from '../../src/errors.ts';
import { SqliteDatabase } from '../../src/SqliteDatabase.ts';
import { sqliteStore } from '../../src/sqlite.ts';
import { resolveSqliteStoreOptions } from '../../src/sqliteOptions.ts';
import { entry, everything, putEntry, putKey } from '../samples.ts';
import { type TemporaryFolder, temporaryFolder } from '../temporaryFolder.ts';

let folder: TemporaryFolder;
let path: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder.path, 'store.db');
});

afterEach(() => folder.remove());

const numbers = Array.from({ length: 300 }, (_, number) => number);

async function fill(): Promise<void> {
  await using store = await sqliteStore({ path });
  await store.commit(numbers.map((number) => putEntry('a', entry(number))));
}

/** Everything that was committed is there. */
async function expectWhole(): Promise<void> {
  await using store = await sqliteStore({ path });
  expect((await store.load('a', everything)).outbox).toEqual(numbers.map((number) => entry(number)));
}

/** What opening says, which is never nothing. */
async function openingError(options: { readonly lockTimeoutMs?: number } = {}): Promise<StoreError> {
  const outcome = await sqliteStore({ path, ...options }).then(
    async (store) => {
      await store.close();
      return 'it opened';
    },
    (error: unknown) => error,
  );
  if (!(outcome instanceof StoreError)) throw new Error(`Expected a StoreError, got ${String(outcome)}`);
  expect(outcome.message).toContain(path);
  return outcome;
}

describe('a file of SQLite', () => {
  it('is one file when it is closed, for its owner only', async () => {
    await fill();
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(existsSync(`${path}-shm`)).toBe(false);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['power-cut', 'full', 2],
    ['process', 'normal', 1],
  ] as const)('for %s is written with a WAL and synchronous = %s', async (durability, _title, synchronous) => {
    const database = await SqliteDatabase.open(resolveSqliteStoreOptions({ path, durability }));
    expect(await database.query({ sql: 'PRAGMA journal_mode', params: [] })).toEqual([['wal']]);
    expect(await database.query({ sql: 'PRAGMA synchronous', params: [] })).toEqual([[synchronous]]);
    await database.close();
  });

  it('of a newer version is refused by its number, and not touched', async () => {
    await fill();
    sql('INSERT INTO migrations (version) VALUES (2), (3)');
    const before = await readFile(path);
    const error = await openingError();
    expect(error).toBeInstanceOf(StoreNewerError);
    expect(error).toMatchObject({ code: 'STORE_NEWER', found: 3, supported: 1 });
    expect(await readFile(path)).toEqual(before);
    sql('DELETE FROM migrations WHERE version > 1');
    await expectWhole();
  });

  it('whose migrations have a hole is refused', async () => {
    await fill();
    sql('DELETE FROM migrations');
    sql('INSERT INTO migrations (version) VALUES (0.5)');
    expect(await openingError()).toBeInstanceOf(StoreCorruptError);
  });

  it.each([
    ['some text', Buffer.from('hello world, this is no database\n'.repeat(100))],
    ['a few bytes', Buffer.from('hello')],
    ['zeros', Buffer.alloc(10_000)],
  ])('that is no database is refused and not touched: %s', async (_title, content) => {
    await writeFile(path, content);
    expect(await openingError()).toBeInstanceOf(StoreForeignError);
    expect(await readFile(path)).toEqual(content);
  });

  it('of another program is refused and not touched', async () => {
    sql('CREATE TABLE customers (id INTEGER); INSERT INTO customers VALUES (7)');
    const before = await readFile(path);
    expect(await openingError()).toBeInstanceOf(StoreForeignError);
    expect(await readFile(path)).toEqual(before);
  });

  it('that is a folder is refused', async () => {
    await mkdir(path);
    expect(await openingError()).toBeInstanceOf(StoreForeignError);
  });

  it('in a folder that there is not is refused', async () => {
    path = join(folder.path, 'nowhere', 'store.db');
    expect(await openingError()).toBeInstanceOf(StoreAccessError);
  });

  it('that may not be read or written is refused, and whole when it may', async () => {
    await fill();
    await chmod(path, 0o000);
    await asNobody(async () => expect(await openingError()).toBeInstanceOf(StoreAccessError));
    await chmod(path, 0o600);
    await expectWhole();
  });

  it('in a folder that may not be written is refused', async () => {
    await fill();
    await chmod(path, 0o666);
    await chmod(folder.path, 0o555);
    await asNobody(async () => expect(await openingError()).toBeInstanceOf(StoreAccessError));
    await chmod(folder.path, 0o700);
    await expectWhole();
  });

  it.each([
    ['a page is overwritten', (size: number) => damage(Math.floor(size / 2 / 4_096) * 4_096, 4_096)],
    ['its schema is overwritten', () => damage(100, 400)],
    ['its end is cut off', (size: number) => truncate(path, size - 3 * 4_096)],
    ['half of it is cut off', (size: number) => truncate(path, Math.floor(size / 2))],
    ['all but its header is cut off', () => truncate(path, 100)],
  ])('is called damaged, and left as it is, when %s', async (_title, harm) => {
    await fill();
    await copyFile(path, `${path}.backup`);
    await harm((await stat(path)).size);
    const before = await readFile(path);
    expect(await openingError()).toBeInstanceOf(StoreCorruptError);
    expect(await readFile(path)).toEqual(before);
    await copyFile(`${path}.backup`, path);
    await expectWhole();
  });
});

describe('the options of sqliteStore', () => {
  it.each([
    ['an empty path', { path: '' }, 'path'],
    ['no file', { path: ':memory:' }, 'path'],
    ['a path with NUL in it', { path: 'a\0b' }, 'path'],
    ['less room than a store needs', { path: 'x.db', maxBytes: 1_000 }, 'maxBytes'],
    ['a wait of less than nothing', { path: 'x.db', lockTimeoutMs: -1 }, 'lockTimeoutMs'],
  ])('%s is refused by name', async (_title, options, name) => {
    await expect(sqliteStore(options)).rejects.toMatchObject({ code: 'INVALID_INPUT', problems: [{ path: name }] });
  });
});

describe('a file that is open', () => {
  it('is refused to a second store of the same process, at once when it may not wait', async () => {
    await fill();
    const first = await sqliteStore({ path });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(await openingError({ lockTimeoutMs: 0 })).toBeInstanceOf(StoreLockedError);
    }
    await first.commit([putKey('a', 1)]);
    await first.close();
    await expectWhole();
  });

  it('is had by whoever waits for it', async () => {
    await fill();
    const first = await sqliteStore({ path });
    const second = sqliteStore({ path, lockTimeoutMs: 10_000 });
    await first.commit([putKey('a', 1)]);
    await first.close();
    await using store = await second;
    expect(await store.receipt('a', 'key-1')).not.toBeNull();
  });

  it('is had by one of those who come together', async () => {
    const opening = Array.from({ length: 4 }, () => sqliteStore({ path, lockTimeoutMs: 0 }));
    const outcomes = await Promise.allSettled(opening);
    const opened = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(opened.length).toBeLessThanOrEqual(1);
    for (const store of opened) await store.close();
    await fill();
    await expectWhole();
  });

  it('is refused to a second process, also after a third store here has failed to open it', async () => {
    await fill();
    const store = await sqliteStore({ path });
    await openingError({ lockTimeoutMs: 0 });
    expect(await outcomeElsewhere()).toBe('SQLITE_BUSY');
    await store.close();
    expect(await outcomeElsewhere()).toBe('300');
  });
});

/** What another process finds when it counts the outbox. */
async function outcomeElsewhere(): Promise<string> {
  const program = `
    const Database = require('libsql');
    try { console.log(new Database(process.argv[1]).prepare('SELECT count(*) FROM outbox').raw().all([])[0][0]); }
    catch (error) { console.log(error.code); }`;
  const child = spawn(process.execPath, ['-e', program, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: import.meta.dirname,
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  await once(child, 'close');
  return said.trim();
}

function sql(statements: string): void {
  const database = new Database(path);
  database.exec(statements);
  database.close();
}

async function damage(position: number, length: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(length, 0xa5), 0, length, position);
  await file.close();
}

/** Root may everything; so for as long as it takes we are not root. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return work();
  await chmod(folder.path, (await stat(folder.path)).mode | 0o055);
  process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}
