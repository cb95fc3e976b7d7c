import { StoreClosedError, StoreError, StoreFailedError, StoreFullError } from './errors.ts';
import type { Write } from './records.ts';

/**
 * The line before one connection.
 *
 * W1. One thing at a time, in the order of the calls; a transaction is never seen from inside.
 * W2. Commits that wait together are one transaction: its cost, a sync of the disk, is shared by all of them.
 * W3. A commit that cannot be applied takes no other down: after a failure each of the group is tried by itself.
 * W4. A group is bounded, and whoever came between two groups has its turn between them.
 */
export class WorkQueue {
  readonly #write: (writes: readonly Write[]) => Promise<void>;
  #last: Promise<unknown> = Promise.resolve();
  /** As long as there are any, their turn is somewhere in the line. */
  #commits: PendingCommit[] = [];
  #isClosed = false;

  /** @param write One transaction, durable when it resolves. */
  constructor(write: (writes: readonly Write[]) => Promise<void>) {
    this.#write = write;
  }

  /** Runs a task when everything before it is done. */
  run<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.#isClosed ? Promise.reject(new StoreClosedError()) : this.#enter(task);
  }

  commit(writes: readonly Write[]): Promise<void> {
    if (this.#isClosed) return Promise.reject(new StoreClosedError());
    return new Promise((resolve, reject) => {
      this.#commits.push({ writes, size: sizeOf(writes), resolve, reject });
      if (this.#commits.length === 1) void this.#enter(() => this.#commitGroup());
    });
  }

  /** Takes nothing in any more, and resolves with the result of `task`, which comes last. */
  async close<Result>(task: () => Promise<Result>): Promise<Result> {
    this.#isClosed = true;
    while (this.#commits.length > 0) await this.#last; // each group puts the next into the line
    return this.#enter(task);
  }

  #enter<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #commitGroup(): Promise<void> {
    const group = takeGroup(this.#commits);
    this.#commits = this.#commits.slice(group.length);
    if (this.#commits.length > 0) void this.#enter(() => this.#commitGroup()); // W4
    await this.#commitTogether(group); // W2
  }

  async #commitTogether(group: readonly PendingCommit[]): Promise<void> {
    try {
      await this.#write(group.flatMap(({ writes }) => writes));
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (group.length === 1 || !mayBeOfOne(error)) for (const { reject } of group) reject(error);
      else for (const commit of group) await this.#commitTogether([commit]); // W3
    }
  }
}

interface PendingCommit {
  readonly writes: readonly Write[];
  readonly size: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A group ends with the commit that brings it to so many writes, or so many characters. */
const groupWrites = 4_000;
const groupSize = 8 * 1024 * 1024;

function takeGroup(commits: readonly PendingCommit[]): PendingCommit[] {
  let writes = 0;
  let size = 0;
  const isLast = (commit: PendingCommit): boolean => {
    writes += commit.writes.length;
    size += commit.size;
    return writes >= groupWrites || size >= groupSize;
  };
  const last = commits.findIndex(isLast);
  return commits.slice(0, last === -1 ? commits.length : last + 1);
}

function sizeOf(writes: readonly Write[]): number {
  return writes.reduce((sum, write) => sum + (write.kind === 'put' ? String(write.row.at(-1)).length : 0), 0);
}

/** Whether another commit of the group may be applied although this one was not. */
function mayBeOfOne(error: unknown): boolean {
  if (!(error instanceof StoreError) || error.applied === 'unknown') return false;
  return error instanceof StoreFullError || error instanceof StoreFailedError;
}
