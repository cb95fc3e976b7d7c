import type { Steps } from './ChangeSet.ts';
import type { Row, Table } from './records.ts';

/** What the store needs of a database. One thing at a time is asked of it; whatever it rejects with is a StoreError. */
export interface SqlDatabase {
  /** For errors: the file, or the server without its password. */
  readonly place: string;
  /** The name of a table in SQL. */
  nameOf(table: Table): string;
  /** All of it in one transaction, durable when it resolves. */
  write(steps: Steps): Promise<void>;
  /** The same, for statements: how many rows each has touched. */
  change(statements: readonly Statement[]): Promise<number[]>;
  query(statement: Statement): Promise<Row[]>;
  /** Lets go of it. Must not throw. */
  close(): Promise<void>;
}

/** SQL that SQLite and Postgres both understand, with `?` for each parameter. */
export interface Statement {
  readonly sql: string;
  readonly params: Row;
}
