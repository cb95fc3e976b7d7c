import { StoreCorruptError, StoreNewerError } from './errors.ts';

/** One step of the schema, forward. Steps are numbered from 1, and never change once they are published. */
export interface Migration {
  readonly version: number;
  readonly statements: readonly string[];
}

/** How a database writes the types of columns. */
export interface Dialect {
  /** Text that is compared byte by byte. */
  readonly name: string;
  readonly text: string;
  readonly number: string;
  /** Before the name of a table, and after what creates one. */
  readonly prefix: string;
  readonly suffix: string;
}

export function migrationsFor(dialect: Dialect): readonly Migration[] {
  return [{ version: 1, statements: firstSchema(dialect) }];
}

/** The table in which each migration leaves its number. */
export function migrationsTable({ prefix, number, suffix }: Dialect): string {
  return `CREATE TABLE ${prefix}migrations (version ${number} PRIMARY KEY)${suffix}`;
}

/**
 * What is still to be done.
 * @throws StoreNewerError, StoreCorruptError when the versions that are there are none that we left.
 */
export function pendingMigrations(
  all: readonly Migration[],
  done: readonly number[],
  place: string,
): readonly Migration[] {
  const newest = Math.max(0, ...done);
  const supported = all.at(-1)?.version ?? 0;
  if (newest > supported) throw new StoreNewerError(place, newest, supported);
  const expected = Array.from({ length: newest }, (_, index) => index + 1);
  if ([...done].sort((a, b) => a - b).join() !== expected.join()) {
    throw new StoreCorruptError(place, `its migrations are ${done.join(', ')}, expected all from 1 to ${newest}`);
  }
  return all.filter(({ version }) => version > newest);
}

function firstSchema({ name, text, number, prefix, suffix }: Dialect): string[] {
  const table = (title: string, columns: readonly string[]): string =>
    `CREATE TABLE ${prefix}${title} (instance ${name} NOT NULL, id ${name} NOT NULL, ` +
    `${columns.map((column) => `${column} NOT NULL`).join(', ')}, PRIMARY KEY (instance, id))${suffix}`;
  const index = (title: string, columns: string): string =>
    `CREATE INDEX ${title}_in_order ON ${prefix}${title} (${columns})`;
  return [
    table('instances', [`data ${text}`]),
    table('outbox', [`sequence ${number}`, `data ${text}`]),
    table('keys', [`at_ms ${number}`, `data ${text}`]),
    table('handled', [`at_ms ${number}`, `data ${text}`]),
    table('letters', [`at_ms ${number}`, `direction ${name}`, `state ${name}`, `conversation ${name}`, `data ${text}`]),
    table('singles', [`data ${text}`]),
    index('keys', 'instance, at_ms, id'),
    index('handled', 'instance, at_ms, id'),
    index('letters', 'at_ms, instance, id'),
  ];
}
