import { HoldfastError } from 'holdfast';

/** What can be caught as one: every way in which a store fails. Whatever was committed before is still there. */
export abstract class StoreError extends HoldfastError {
  /**
   * What became of the call. `none`: nothing of it was applied. `unknown`: it was being committed when the connection, or the
   * disk, failed; read back what is there.
   */
  readonly applied: 'none' | 'unknown';

  constructor(message: string, { applied = 'none', cause }: StoreErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.applied = applied;
  }
}

interface StoreErrorOptions {
  readonly applied?: 'none' | 'unknown';
  readonly cause?: unknown;
}

/** Something was asked of a store after `close()`. */
export class StoreClosedError extends StoreError {
  override readonly name = 'StoreClosedError';
  readonly code = 'STORE_CLOSED';

  constructor() {
    super('The store was closed; nothing was read or written. Open it again to go on.');
  }
}

/** Somebody else has the file open. */
export class StoreLockedError extends StoreError {
  override readonly name = 'StoreLockedError';
  readonly code = 'STORE_LOCKED';

  constructor(place: string, waitedMs: number) {
    super(
      `${place} is open elsewhere, in another process or twice in this one; waited ${waitedMs} ms for it. A store belongs to ` +
        'one process at a time: stop the other one, or give each a file of its own.',
    );
  }
}

/** The disk, or what the store may use of it, is full. */
export class StoreFullError extends StoreError {
  override readonly name = 'StoreFullError';
  readonly code = 'STORE_FULL';

  constructor(place: string, cause?: unknown) {
    super(
      `${place} has no room: the disk, its quota or maxBytes is used up. Nothing of this commit was applied, all earlier ones ` +
        'are there. Make room (prune(), a larger disk) and try again.',
      { cause },
    );
  }
}

/** It was written by a newer version of this package. */
export class StoreNewerError extends StoreError {
  override readonly name = 'StoreNewerError';
  readonly code = 'STORE_NEWER';
  /** The version of its schema. */
  readonly found: number;
  /** The newest version that this package knows. */
  readonly supported: number;

  constructor(place: string, found: number, supported: number) {
    super(
      `${place} has schema version ${found}; this version of @holdfast/store knows versions up to ${supported}. It was not ` +
        'touched. Upgrade @holdfast/store, or open another store.',
    );
    this.found = found;
    this.supported = supported;
  }
}

/** It is something else than a store of this package: no database at all, or somebody else's. */
export class StoreForeignError extends StoreError {
  override readonly name = 'StoreForeignError';
  readonly code = 'STORE_FOREIGN';

  constructor(place: string, found: string, cause?: unknown) {
    super(`Expected a store of Holdfast at ${place}, found ${found}. It was not touched. Check the path.`, { cause });
  }
}

/** It is damaged. It is left as it is, for a rescue. */
export class StoreCorruptError extends StoreError {
  override readonly name = 'StoreCorruptError';
  readonly code = 'STORE_CORRUPT';

  constructor(place: string, found: string, cause?: unknown) {
    super(
      `${place} is damaged: ${found}. Nothing was repaired or removed. Put a backup in its place, or move it away and start ` +
        'with an empty store.',
      { cause },
    );
  }
}

/** The operating system, or the database server, does not let us in. */
export class StoreAccessError extends StoreError {
  override readonly name = 'StoreAccessError';
  readonly code = 'STORE_ACCESS';

  constructor(place: string, found: string, cause?: unknown) {
    super(`${place} cannot be opened for reading and writing: ${found}. Check that it exists and the rights to it.`, {
      cause,
    });
  }
}

/** The database server does not answer. */
export class StoreUnreachableError extends StoreError {
  override readonly name = 'StoreUnreachableError';
  readonly code = 'STORE_UNREACHABLE';

  constructor(place: string, found: string, applied: 'none' | 'unknown' = 'none') {
    const outcome =
      applied === 'none'
        ? 'Nothing of this call was applied.'
        : 'It was lost while it committed, so this commit may be there or not: read back what is there.';
    super(`${place} cannot be reached: ${found}. ${outcome} The next call connects again.`, { applied });
  }
}

/** Anything else that the database, or the disk below it, refuses. */
export class StoreFailedError extends StoreError {
  override readonly name = 'StoreFailedError';
  readonly code = 'STORE_FAILED';
  /** What the database says. */
  readonly found: string;

  constructor(place: string, found: string, options: StoreErrorOptions = {}) {
    const outcome =
      options.applied === 'unknown'
        ? 'This commit was taken back, but if the process ends before one succeeds it may be there: read back what is there.'
        : 'Nothing of this call was applied.';
    super(`${place} failed: ${found}. ${outcome}`, options);
    this.found = found;
  }
}
