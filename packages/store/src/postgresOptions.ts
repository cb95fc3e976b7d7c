import { type InputProblem, InvalidInputError } from 'holdfast';

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:5432/database`. Default: what the environment says (PGHOST, PGUSER …), as with psql. */
  readonly connectionString?: string | undefined;
  /** For a connection string without one. */
  readonly password?: string | undefined;
  /** TLS: true to check the server's certificate as usual, or with a certificate of your own. Default: as the string says. */
  readonly ssl?: boolean | { readonly ca?: string; readonly rejectUnauthorized?: boolean } | undefined;
  /** The schema that holds the tables. It is made when it is not there. 1 to 63 characters. Default `holdfast`. */
  readonly schema?: string | undefined;
  /**
   * What a commit that has resolved survives. `power-cut` (default): a crash of the server and of its machine. `process`: the
   * end of this process; a crash of the server may take the last commits along, and tears none. Faster.
   */
  readonly durability?: 'power-cut' | 'process' | undefined;
  /** How long connecting may take. Milliseconds, from 1. Default 5,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** How long the server may take to answer before the connection counts as lost. Milliseconds, from 1. Default 30,000. */
  readonly answerTimeoutMs?: number | undefined;
}

export interface ResolvedPostgresStoreOptions {
  readonly connectionString: string | undefined;
  readonly password: string | undefined;
  readonly ssl: PostgresStoreOptions['ssl'];
  readonly schema: string;
  readonly durability: 'power-cut' | 'process';
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
}

export const defaultPostgresStoreOptions = {
  schema: 'holdfast',
  durability: 'power-cut',
  connectTimeoutMs: 5_000,
  answerTimeoutMs: 30_000,
} as const satisfies PostgresStoreOptions;

/** @throws InvalidInputError, which says nothing about the connection string but that it is none. */
export function resolvePostgresStoreOptions(options: PostgresStoreOptions): ResolvedPostgresStoreOptions {
  const { connectionString, password, ssl } = options;
  const schema = options.schema ?? defaultPostgresStoreOptions.schema;
  const durability = options.durability ?? defaultPostgresStoreOptions.durability;
  const connectTimeoutMs = options.connectTimeoutMs ?? defaultPostgresStoreOptions.connectTimeoutMs;
  const answerTimeoutMs = options.answerTimeoutMs ?? defaultPostgresStoreOptions.answerTimeoutMs;
  const problems: InputProblem[] = [];
  const expect = (isRight: boolean, path: string, expected: string): void => {
    if (!isRight) problems.push({ path, expected, received: 'something else' });
  };
  const isUrl = connectionString === undefined || isPostgresUrl(connectionString);
  expect(
    isUrl,
    'connectionString',
    'postgres://user:password@host:5432/database, with special characters percent-encoded',
  );
  expect(/^[^"\0]{1,63}$/.test(schema), 'schema', '1 to 63 characters, without quotes');
  expect(durability === 'power-cut' || durability === 'process', 'durability', "'power-cut' or 'process'");
  expect(connectTimeoutMs >= 1, 'connectTimeoutMs', 'milliseconds, from 1');
  expect(answerTimeoutMs >= 1, 'answerTimeoutMs', 'milliseconds, from 1');
  if (problems.length > 0) throw new InvalidInputError('options of postgresStore', problems);
  return { connectionString, password, ssl, schema, durability, connectTimeoutMs, answerTimeoutMs };
}

function isPostgresUrl(text: string): boolean {
  return /^postgres(?:ql)?:$/.test(URL.canParse(text) ? new URL(text).protocol : '');
}
