import { accessSync, closeSync, constants, existsSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'libsql/promise';
import {
  StoreAccessError,
  StoreCorruptError,
  type StoreError,
  StoreFailedError,
  StoreForeignError,
  StoreFullError,
  StoreLockedError,
} from './errors.ts';
import type { Row } from './records.ts';

/** What we use of libsql, whose own types say `any`. */
interface Driver {
  prepare(sql: string): Promise<DriverStatement>;
  exec(sql: string): Promise<void>;
  close(): void;
}

interface DriverStatement {
  /** Synchronous. An array is the only argument with which it takes `null`s and arrays for what they are. */
  run(params: Row): { readonly changes: number };
  raw(): { all(params: Row): Promise<Row[]> };
}

/** libsql, with our errors. */
export class SqliteConnection {
  readonly place: string;
  readonly #driver: Driver;
  readonly #prepared = new Map<string, DriverStatement>();

  private constructor(place: string, driver: Driver) {
    this.place = place;
    this.#driver = driver;
  }

  static open(path: string): SqliteConnection {
    // Absolute, so that libsql cannot take it for the URL of a server.
    const place = resolve(path);
    makeReady(place);
    try {
      return new SqliteConnection(place, new Database(place, { timeout: 0 }));
    } catch (error) {
      throw sqliteError(error, place);
    }
  }

  async exec(sql: string): Promise<void> {
    try {
      await this.#driver.exec(sql);
    } catch (error) {
      throw sqliteError(error, this.place);
    }
  }

  async query(sql: string, params: Row = []): Promise<Row[]> {
    try {
      const statement = await this.#driver.prepare(sql);
      return await statement.raw().all(params);
    } catch (error) {
      throw sqliteError(error, this.place);
    }
  }

  /** A statement that is run often. It answers with the number of rows that it touched. */
  async prepare(sql: string): Promise<(params: Row) => number> {
    try {
      const statement = this.#prepared.get(sql) ?? (await this.#driver.prepare(sql));
      this.#prepared.set(sql, statement);
      return (params) => this.#run(statement, params);
    } catch (error) {
      throw sqliteError(error, this.place);
    }
  }

  /** Ends the transaction, if there is still one: SQLite ends some of them itself when they fail, and says so here. */
  async rollBack(): Promise<void> {
    await this.exec('ROLLBACK').catch(() => undefined);
  }

  /**
   * libsql closes the file when the last of its statements has been garbage-collected, and has no way to end them earlier. The
   * lock is what others wait for, so it goes first: it does with the WAL, which leaves one whole file.
   */
  async close(): Promise<void> {
    this.#prepared.clear();
    for (const sql of ['PRAGMA journal_mode = delete', 'PRAGMA locking_mode = normal', 'SELECT 1 FROM sqlite_master']) {
      await this.exec(sql).catch(() => undefined); // what cannot be tidied up is recovered when it is opened
    }
    this.#driver.close();
  }

  #run(statement: DriverStatement, params: Row): number {
    try {
      return statement.run(params).changes;
    } catch (error) {
      throw sqliteError(error, this.place);
    }
  }
}

/**
 * Makes the file, for its owner only, or sees whether we may use it. It never opens one that is there: a process that closes
 * any handle of a file loses all its locks on it.
 */
function makeReady(place: string): void {
  try {
    if (existsSync(place)) {
      if (!statSync(place).isFile()) throw new StoreForeignError(place, 'something that is no file');
      accessSync(place, constants.R_OK | constants.W_OK);
    } else closeSync(openSync(place, 'wx', 0o600));
    accessSync(dirname(place), constants.W_OK);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) throw error;
    throw new StoreAccessError(place, `the system says ${String(error.code)}`, error);
  }
}

/** By the result code of SQLite. */
function sqliteError(error: unknown, place: string): StoreError {
  const message = error instanceof Error ? error.message : String(error);
  const code = resultCodeOf(error) ?? Number(/: (\d+)"\)$/.exec(message)?.[1]);
  const name = error instanceof Error && 'code' in error && error.code ? `${String(error.code)}, ` : '';
  switch (code & 0xff) {
    case 5:
    case 6:
      return new StoreLockedError(place, 0);
    case 13:
      return new StoreFullError(place, error);
    case 11:
      return new StoreCorruptError(place, message, error);
    case 26:
      return new StoreForeignError(place, 'a file that is no SQLite database', error);
    case 3:
    case 8:
    case 14:
    case 23:
      return new StoreAccessError(place, `${name}${message}`, error);
    default:
      return new StoreFailedError(place, `${name}${message}`, { cause: error });
  }
}

function resultCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'rawCode' in error && typeof error.rawCode === 'number' ? error.rawCode : undefined;
}
