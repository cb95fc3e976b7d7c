import type { Steps } from './ChangeSet.ts';
import { type StoreError, StoreFailedError } from './errors.ts';
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
  /** After a failed sync nobody knows what the disk holds: nothing more is written by this connection. */
  #broken: StoreError | undefined;

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
    if (this.#broken) throw this.#broken;
    await this.#connection.exec('BEGIN IMMEDIATE');
    try {
      const result = await work();
      await this.#commit();
      return result;
    } catch (error) {
      await this.#connection.rollBack();
      throw error;
    }
  }

  async #commit(): Promise<void> {
    try {
      await this.#connection.exec('COMMIT');
    } catch (error) {
      if (!(error instanceof StoreFailedError)) throw error;
      const failure = new StoreFailedError(this.place, error.message, { applied: 'unknown', cause: error });
      this.#broken = new StoreFailedError(
        this.place,
        'an earlier commit failed, and what it left on the disk is not known',
        {
          cause: error,
        },
      );
      throw failure;
    }
  }
}

const allTables = ['instances', 'outbox', 'keys', 'handled', 'letters', 'singles'] as const satisfies readonly Table[];

function upsertInto(table: Table): string {
  const names = columns[table];
  const otherwise = table === 'instances' ? 'IGNORE' : 'REPLACE';
  return `INSERT OR ${otherwise} INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
}
