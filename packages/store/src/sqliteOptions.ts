import { type InputProblem, InvalidInputError } from 'holdfast';

export interface SqliteStoreOptions {
  /** The file. It is made when it is not there (its folder is not), readable by its owner only. Beside it stands `…-wal`. */
  readonly path: string;
  /**
   * What a commit that has resolved survives. `power-cut` (default): everything that the disk survives. `process`: the end of
   * the process, however sudden; a power cut may take the last commits along, and tears none. Faster.
   */
  readonly durability?: 'power-cut' | 'process' | undefined;
  /** How long to wait for a file that is open elsewhere. Milliseconds, 0 for not at all. Default 1,000. */
  readonly lockTimeoutMs?: number | undefined;
  /** The file grows no larger, not counting its WAL: commits that ask for more are refused. From 262,144. Default: no bound. */
  readonly maxBytes?: number | undefined;
  /** Read all of the file when it is opened, to find damage at once and not when it is met. Default true. */
  readonly checkIntegrity?: boolean | undefined;
}

export type ResolvedSqliteStoreOptions = {
  readonly [Key in keyof SqliteStoreOptions]-?: NonNullable<SqliteStoreOptions[Key]>;
};

export const defaultSqliteStoreOptions = {
  durability: 'power-cut',
  lockTimeoutMs: 1_000,
  maxBytes: Number.MAX_SAFE_INTEGER,
  checkIntegrity: true,
} as const satisfies Omit<ResolvedSqliteStoreOptions, 'path'>;

const smallestFile = 262_144;

/** @throws InvalidInputError */
export function resolveSqliteStoreOptions(options: SqliteStoreOptions): ResolvedSqliteStoreOptions {
  const { path } = options;
  const durability = options.durability ?? defaultSqliteStoreOptions.durability;
  const lockTimeoutMs = options.lockTimeoutMs ?? defaultSqliteStoreOptions.lockTimeoutMs;
  const maxBytes = options.maxBytes ?? defaultSqliteStoreOptions.maxBytes;
  const checkIntegrity = options.checkIntegrity ?? defaultSqliteStoreOptions.checkIntegrity;
  const problems: InputProblem[] = [];
  const expect = (isRight: boolean, name: string, expected: string): void => {
    if (!isRight) problems.push({ path: name, expected, received: 'something else' });
  };
  const isFile = typeof path === 'string' && path !== '' && !path.includes('\0') && !path.startsWith(':memory:');
  expect(isFile, 'path', 'the path of a file (for no file: memoryStore())');
  expect(durability === 'power-cut' || durability === 'process', 'durability', "'power-cut' or 'process'");
  expect(Number.isFinite(lockTimeoutMs) && lockTimeoutMs >= 0, 'lockTimeoutMs', 'milliseconds, from 0');
  expect(maxBytes >= smallestFile, 'maxBytes', `bytes, from ${smallestFile}`);
  expect(typeof checkIntegrity === 'boolean', 'checkIntegrity', 'true or false');
  if (problems.length > 0) throw new InvalidInputError('options of sqliteStore', problems);
  return { path, durability, lockTimeoutMs, maxBytes, checkIntegrity };
}
