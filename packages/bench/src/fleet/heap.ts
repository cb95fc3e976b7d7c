/** What is alive on the heap. Bytes. Needs --expose-gc. */
export function liveHeap(): number {
  if (!globalThis.gc) throw new Error('This process was to be started with --expose-gc.');
  // What the first one has freed may have held something by a finalizer or a weak reference.
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

export interface Settling {
  /** Waits so long between two looks. Milliseconds. */
  readonly pauseMs: number;
  /** And so long in all. Milliseconds. */
  readonly limitMs: number;
}

/** What is alive once it gets no less: three looks in a row within a hundredth of each other. */
export async function settledHeap({ limitMs, pauseMs }: Settling): Promise<number> {
  const looks: number[] = [];
  const endMs = performance.now() + limitMs;
  for (;;) {
    looks.push(liveHeap());
    const last = looks.slice(-3);
    const isSettled = last.length === 3 && Math.max(...last) <= 1.01 * Math.min(...last);
    if (isSettled || performance.now() > endMs) return Math.min(...last);
    await pause(pauseMs);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
