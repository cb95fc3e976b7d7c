import { setTimeout as sleep } from 'node:timers/promises';
import type { Steps } from './ChangeSet.ts';
import { StoreFailedError, StoreUnreachableError } from './errors.ts';
import { type Dialect, type Migration, migrationsFor, migrationsTable, pendingMigrations } from './migrations.ts';
import { type Answer, type Param, PostgresConnection, TransactionConflict } from './PostgresConnection.ts';
import type { ResolvedPostgresStoreOptions } from './postgresOptions.ts';
import { type Column, columns, type Row, type Table } from './records.ts';
import type { SqlDatabase, Statement } from './SqlDatabase.ts';

/** Times that a transaction is begun again because it was in another's way, or because the connection had died before it. */
const maxRetries = 3;
/** How long a server that is back may take to say what became of a transaction. */
const statusWaitMs = 5_000;
const statusPollMs = 50;

/**
 * The tables in a schema of Postgres.
 *
 * P1. A transaction whose COMMIT was not sent has not happened: it is begun again on another connection.
 * P2. One whose COMMIT was sent and not answered is looked up by its number; only if the server cannot say is it unknown.
 * P3. Nothing is set for longer than a transaction, so that a pooler between us and the server does no harm.
 */
export class PostgresDatabase implements SqlDatabase {
  readonly place: string;
  readonly #connection: PostgresConnection;
  readonly #schema: string;
  readonly #begin: string;

  private constructor(connection: PostgresConnection, { schema, durability }: ResolvedPostgresStoreOptions) {
    this.#connection = connection;
    this.place = connection.place;
    this.#schema = `"${schema}"`;
    const isSynced = durability === 'power-cut' ? 'on' : 'off';
    this.#begin = `BEGIN; SET LOCAL synchronous_commit = ${isSynced}; SELECT pg_current_xact_id()::text`;
  }

  static async open(
    options: ResolvedPostgresStoreOptions,
    migrations?: readonly Migration[],
  ): Promise<PostgresDatabase> {
    const database = new PostgresDatabase(new PostgresConnection(options), options);
    try {
      await database.#connection.connect();
      await database.#migrate(migrations);
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  nameOf(table: Table): string {
    return `${this.#schema}.${table}`;
  }

  write(steps: Steps): Promise<void> {
    const statements = this.#statementsOf(steps);
    return this.#transact(async () => {
      for (const { sql, params } of statements) await this.#connection.query(sql, params);
    });
  }

  change(statements: readonly Statement[]): Promise<number[]> {
    return this.#transact(async () => {
      const counts: number[] = [];
      for (const { sql, params } of statements)
        counts.push((await this.#connection.query(numbered(sql), params)).count);
      return counts;
    });
  }

  async query({ sql, params }: Statement): Promise<Row[]> {
    const { rows } = await this.#again(async (): Promise<Answer> => {
      await this.#connection.connect();
      return this.#connection.query(numbered(sql), params);
    });
    return rows;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** P1, P2. */
  #transact<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#again(async () => {
      await this.#connection.connect();
      const [begun] = await this.#connection.exec(this.#begin);
      let result: Result;
      try {
        result = await work();
      } catch (error) {
        await this.#connection.exec('ROLLBACK').catch(() => undefined);
        throw error;
      }
      await this.#commit(String(begun?.[0]));
      return result;
    });
  }

  async #commit(transaction: string): Promise<void> {
    try {
      await this.#connection.exec('COMMIT');
    } catch (error) {
      if (!(error instanceof StoreUnreachableError)) throw error;
      const fate = await this.#fateOf(transaction).catch(() => 'unknown');
      if (fate === 'aborted') throw error;
      if (fate !== 'committed') throw new StoreUnreachableError(this.place, 'the connection was lost', 'unknown');
    }
  }

  async #fateOf(transaction: string): Promise<string> {
    for (let waitedMs = 0; ; waitedMs += statusPollMs) {
      await this.#connection.connect();
      const { rows } = await this.#connection.query('SELECT pg_xact_status($1::xid8)', [transaction]);
      const fate = String(rows[0]?.[0]);
      // The server may not have noticed yet that the connection is gone.
      if (fate !== 'in progress' || waitedMs >= statusWaitMs) return fate;
      await sleep(statusPollMs);
    }
  }

  /** P1. What fails here has changed nothing. A connection that cannot be made is not tried again. */
  async #again<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let retry = 0; ; retry += 1) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof TransactionConflict) {
          if (retry >= maxRetries) throw new StoreFailedError(this.place, error.message);
          continue;
        }
        if (!(error instanceof StoreUnreachableError) || error.applied === 'unknown' || retry > 0) throw error;
      }
    }
  }

  #statementsOf({ forget, remove, put, mark }: Steps): { readonly sql: string; readonly params: readonly Param[] }[] {
    const forgetting = forget.length === 0 ? [] : allTables;
    return [
      ...forgetting.map((table) => {
        return { sql: `DELETE FROM ${this.nameOf(table)} WHERE instance = ANY($1::text[])`, params: [forget] };
      }),
      ...[...remove].map(([table, names]) => {
        const sql = `DELETE FROM ${this.nameOf(table)} WHERE (instance, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;
        return { sql, params: transposed(names, 2) };
      }),
      ...[...put].map(([table, rows]) => this.#upsert(table, rows)),
      ...(mark.length === 0 ? [] : [{ sql: this.#marking(), params: transposed(mark, 3) }]),
    ];
  }

  #upsert(table: Table, rows: readonly Row[]): { readonly sql: string; readonly params: readonly Param[] } {
    const names: readonly Column[] = columns[table];
    const arrays = names.map((name, index) => `$${index + 1}::${typeOf(name)}[]`);
    const values = names.slice(2).map((name) => `${name} = excluded.${name}`);
    // In one order everywhere, so that two processes do not wait for each other.
    const sorted = table === 'instances' ? [...rows].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)) : rows;
    const onConflict = table === 'instances' ? 'DO NOTHING' : `(instance, id) DO UPDATE SET ${values.join(', ')}`;
    const sql =
      `INSERT INTO ${this.nameOf(table)} (${names.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')}) ` +
      `ON CONFLICT ${onConflict}`;
    return { sql, params: transposed(sorted, names.length) };
  }

  #marking(): string {
    const marks = 'unnest($1::text[], $2::text[], $3::text[]) AS marks (instance, id, state)';
    const letters = this.nameOf('letters');
    return `UPDATE ${letters} AS letter SET state = marks.state FROM ${marks} WHERE letter.instance = marks.instance AND letter.id = marks.id`;
  }

  /** In one transaction, and one process at a time. */
  async #migrate(migrations?: readonly Migration[]): Promise<void> {
    const dialect: Dialect = {
      name: 'text COLLATE "C"',
      text: 'text',
      number: 'double precision',
      prefix: `${this.#schema}.`,
      suffix: '',
    };
    await this.#transact(async () => {
      await this.#connection.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`holdfast ${this.#schema}`]);
      // Asked first: "if not exists" needs the right to create, also when there is nothing to do.
      const [hasSchema, hasTable] = await this.#existing();
      if (!hasSchema) await this.#connection.query(`CREATE SCHEMA ${this.#schema}`, []);
      if (!hasTable) await this.#connection.query(migrationsTable(dialect), []);
      const { rows } = await this.#connection.query(`SELECT version FROM ${dialect.prefix}migrations`, []);
      const done = rows.map(([version]) => Number(version));
      for (const { version, statements } of pendingMigrations(migrations ?? migrationsFor(dialect), done, this.place)) {
        for (const statement of statements) await this.#connection.query(statement, []);
        await this.#connection.query(`INSERT INTO ${dialect.prefix}migrations (version) VALUES ($1)`, [version]);
      }
    });
  }

  async #existing(): Promise<readonly [schema: boolean, migrations: boolean]> {
    const sql = 'SELECT count(to_regnamespace($1))::int, count(to_regclass($2))::int';
    const { rows } = await this.#connection.query(sql, [this.#schema, `${this.#schema}.migrations`]);
    return [rows[0]?.[0] === 1, rows[0]?.[1] === 1];
  }
}

const allTables = ['instances', 'outbox', 'keys', 'handled', 'letters', 'singles'] as const satisfies readonly Table[];

function typeOf(column: Column): string {
  return column === 'sequence' || column === 'at_ms' ? 'float8' : 'text';
}

/** Rows as columns. */
function transposed(rows: readonly Row[], width: number): (readonly (string | number)[])[] {
  return Array.from({ length: width }, (_, index) => rows.map((row) => row[index] ?? ''));
}

/** `?` as `$1`, `$2`, … */
function numbered(sql: string): string {
  let count = 0;
  return sql.replaceAll('?', () => {
    count += 1;
    return `$${count}`;
  });
}
