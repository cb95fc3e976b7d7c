/** Work that needs some things for itself while it lasts. */
export interface Job {
  readonly groups: readonly string[];
}

interface SideBySide<T extends Job> {
  readonly jobs: readonly T[];
  /** How many run at once, at most. */
  readonly width: number;
  /** Must not reject. */
  readonly run: (job: T) => Promise<void>;
}

/**
 * Runs jobs at the same time as long as they do not need the same thing. What waits for a thing has it before what comes
 * later in the list, so that none waits for ever.
 */
export async function runSideBySide<T extends Job>({ jobs, width, run }: SideBySide<T>): Promise<void> {
  const waiting = [...jobs];
  const running = new Map<T, Promise<void>>();
  while (waiting.length + running.size > 0) {
    const claimed = new Set([...running.keys()].flatMap(({ groups }) => groups));
    for (const job of [...waiting]) {
      const isFree = running.size < width && job.groups.every((group) => !claimed.has(group));
      for (const group of job.groups) claimed.add(group);
      if (!isFree) continue;
      waiting.splice(waiting.indexOf(job), 1);
      running.set(
        job,
        run(job).finally(() => running.delete(job)),
      );
    }
    await Promise.race(running.values());
  }
}
