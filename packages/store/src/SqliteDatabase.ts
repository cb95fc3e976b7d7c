import type { Steps } from './ChangeSet.ts';
import { StoreFailedError } from './errors.ts';
import { columns, type Row, type Table } from './records.ts';
import type { SqlDatabase, Statement } from './SqlDatabase.ts';
import { SqliteConnection } from './SqliteConnection.ts';
import { prepareSqliteFile } from './sqliteFile.ts';
import type { ResolvedSqliteStoreOptions } from './sqliteOptions.ts';

/**
 * The tables in an SQLite file. Rows are written synchronously, which takes microseconds each and no disk; what waits for the
 * disk (BEGIN, COMMIT with its sync, and the checkpoint in it) does so off the event loop.
 */
export class SqliteDatabase implements SqlDatabase {
  readonly place: string;
  readonly #connection: SqliteConnection;
  /** COMMITs that have failed. */
  #failures = 0;
  /** Whether what the last one has written may be on the disk. */
  #isInDoubt = false;

  private constructor(connection: SqliteConnection) {
    this.#connection = connection;
    this.place = connection.place;
  }

  static async open(options: ResolvedSqliteStoreOptions): Promise<SqliteDatabase> {
    const connection = SqliteConnection.open(options.path);
    try {
      await prepareSqliteFile(connection, options);
      return new SqliteDatabase(connection);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  nameOf(table: Table): string {
    return table;
  }

  write({ forget, remove, put, mark }: Steps): Promise<void> {
    return this.#transact(async () => {
      await this.#runAll(
        allTables.map((table) => [`DELETE FROM ${table} WHERE instance = ?`, forget.map((name) => [name])]),
      );
      await this.#runAll(
        [...remove].map(([table, names]) => [`DELETE FROM ${table} WHERE instance = ? AND id = ?`, names]),
      );
      await this.#runAll([...put].map(([table, rows]) => [upsertInto(table), rows]));
      const states = mark.map(([instance, id, state]) => [state, instance, id]);
      await this.#runAll([['UPDATE letters SET state = ? WHERE instance = ? AND id = ?', states]]);
    });
  }

  change(statements: readonly Statement[]): Promise<number[]> {
    return this.#transact(async () => {
      const counts: number[] = [];
      for (const { sql, params } of statements) counts.push((await this.#connection.prepare(sql))(params));
      return counts;
    });
  }

  query({ sql, params }: Statement): Promise<Row[]> {
    return this.#connection.query(sql, params);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #runAll(work: readonly (readonly [sql: string, rows: readonly Row[]])[]): Promise<void> {
    for (const [sql, rows] of work) {
      if (rows.length === 0) continue;
      const run = await this.#connection.prepare(sql);
      for (const row of rows) run(row);
    }
  }

  async #transact<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      await this.#connection.exec('BEGIN IMMEDIATE');
      const result = await work();
      // What changes nothing is not written, and would leave it there.
      if (this.#isInDoubt) await this.#connection.exec(`PRAGMA user_version = ${this.#failures}`);
      await this.#commit();
      return result;
    } catch (error) {
      // Also when it could not begin: one that could not be ended before it keeps nobody out for longer than this.
      await this.#connection.rollBack();
      throw error;
    }
  }

  /**
   * A COMMIT that fails is taken back by SQLite, but what it wrote may be on the disk: who opens the file next, after a crash,
   * may find it whole. Going on is sound nevertheless: the next commit that succeeds is written over it, from the same place in the
   * WAL, and synced with all that a failed sync has left.
   */
  async #commit(): Promise<void> {
    try {
      await this.#connection.exec('COMMIT');
      this.#isInDoubt = false;
    } catch (error) {
      if (!(error instanceof StoreFailedError)) throw error;
      this.#failures += 1;
      this.#isInDoubt = true;
      throw new StoreFailedError(this.place, error.found, { applied: 'unknown', cause: error });
    }
  }
}

const allTables = ['instances', 'outbox', 'keys', 'handled', 'letters', 'singles'] as const satisfies readonly Table[];

function upsertInto(table: Table): string {
  const names = columns[table];
  const otherwise = table === 'instances' ? 'IGNORE' : 'REPLACE';
  return `INSERT OR ${otherwise} INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
}
