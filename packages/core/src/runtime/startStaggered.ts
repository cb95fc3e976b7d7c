import { selectStatus } from '../machine/selectors.ts';
import type { Clock } from '../ports/clock.ts';
import type { InstanceServer } from './InstanceServer.ts';
import { refused } from './notifyInput.ts';
import { validateCallback } from './resolveOptions.ts';

export interface StaggerOptions {
  /**
   * How many may be at their first attempt to connect at once, so that a process which starts a hundred thousand is no flood to its
   * peers. A whole number from 1; default 100.
   */
  readonly maxConnecting?: number | undefined;
  /** Called after each start, and when a first attempt is over, of the last ones after all are started. What it throws is ignored. */
  readonly onProgress?: ((progress: StartProgress) => void) | undefined;
  /** Starts no more when it aborts; what was started runs on. */
  readonly signal?: AbortSignal | undefined;
}

/** How far a staggered start has come. In instances. */
export interface StartProgress {
  /** How many there are to start; undefined where that is not known before. */
  readonly total: number | undefined;
  /** They run. */
  readonly started: number;
  /** They could not be started: their options are wrong, or their ids are taken. */
  readonly failed: number;
  /** Of those that were started, how many are at their first attempt to connect. */
  readonly connecting: number;
}

/** What came of a staggered start, in its order. */
export interface StartedInstances {
  readonly started: readonly InstanceServer[];
  readonly failed: readonly FailedStart[];
}

export interface FailedStart {
  /** Undefined for one that was to be given an id. */
  readonly instanceId: string | undefined;
  readonly error: unknown;
}

/** One to be started. */
export interface Start {
  readonly instanceId: string | undefined;
  /** Undefined when it is left alone after all. */
  start(): Promise<InstanceServer | undefined>;
}

/** How long starts may keep the process from its other work. Milliseconds. */
const sliceMs = 10;

/**
 * Starts one after the other, each when there is a place among those that connect. One that cannot be started keeps none of the others from
 * it. Resolves when the last has been started; that may still be connecting.
 */
export async function startStaggered(
  starts: AsyncIterable<Start> | Iterable<Start>,
  total: number | undefined,
  { clock, ...options }: StaggerOptions & { readonly clock: Clock },
): Promise<StartedInstances> {
  const { maxConnecting = 100, onProgress, signal } = options;
  if (!Number.isSafeInteger(maxConnecting) || maxConnecting < 1)
    throw refused('maxConnecting', 'a whole number from 1', maxConnecting);
  validateCallback(onProgress, 'onProgress');
  const started: InstanceServer[] = [];
  const failed: FailedStart[] = [];
  const places = new Places(maxConnecting);
  const report = (): void => {
    try {
      onProgress?.({ total, started: started.length, failed: failed.length, connecting: places.taken });
    } catch {
      // Whoever watches must not break what is watched.
    }
  };
  let sliceEndsMs = clock.now() + sliceMs;
  for await (const { instanceId, start } of starts) {
    if (signal?.aborted) break;
    try {
      const server = await start();
      if (!server) continue;
      started.push(server);
      places.take();
      void firstAttempt(server).then(() => {
        places.leave();
        report();
      });
    } catch (error) {
      failed.push({ instanceId, error });
    }
    report();
    await places.wait();
    if (clock.now() < sliceEndsMs) continue;
    await new Promise<void>((resolve) => void clock.setTimeout(resolve, 0));
    sliceEndsMs = clock.now() + sliceMs;
  }
  return { started, failed };
}

/** Resolves when its first attempt is over, whatever has come of it: at once for one that makes none. */
function firstAttempt({ actor }: InstanceServer): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const snapshot = actor.getSnapshot();
      const isStarting = snapshot.status === 'active' && selectStatus(snapshot) === 'starting';
      if (isStarting && snapshot.context.channel) return;
      subscription.unsubscribe();
      resolve();
    };
    const subscription = actor.subscribe({ next: look, complete: look, error: look });
    look();
  });
}

/** So many at once; one at a time waits for a place. */
class Places {
  readonly #size: number;
  #taken = 0;
  #onPlace: (() => void) | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  get taken(): number {
    return this.#taken;
  }

  take(): void {
    this.#taken += 1;
  }

  leave(): void {
    this.#taken -= 1;
    this.#onPlace?.();
    this.#onPlace = undefined;
  }

  async wait(): Promise<void> {
    if (this.#taken < this.#size) return;
    await new Promise<void>((resolve) => {
      this.#onPlace = resolve;
    });
  }
}
