import { selectStatus } from '../machine/selectors.ts';
import type { Clock } from '../ports/clock.ts';
import type { InstanceServer } from './InstanceServer.ts';
import { checkSignal, refused } from './notifyInput.ts';
import { validateCallback } from './resolveOptions.ts';

export interface StaggerOptions {
  /**
   * How many may be at their first attempt to connect at once, so that a process which starts a hundred thousand is no flood to its
   * peers. Of one call: two calls have twice as many. A whole number from 1; default 100.
   */
  readonly maxConnecting?: number | undefined;
  /** Called after each start, and when a first attempt is over, of the last ones after all are started. What it throws is ignored. */
  readonly onProgress?: ((progress: StartProgress) => void) | undefined;
  /** Starts no more when it aborts; what was started runs on. The stop of the messaging ends it too. */
  readonly signal?: AbortSignal | undefined;
}

/** How far a staggered start has come. In instances. */
export interface StartProgress {
  /** How many there are, with those that are left alone after all; undefined where that is not known before. */
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

/** What `startStaggered` is done with: the clock, and a signal of whoever owns the instances besides the caller's. */
interface Surroundings {
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  readonly total: number | undefined;
}

/**
 * Starts one after the other, each when there is a place among those that connect. One that cannot be started keeps none of the others from
 * it; a list that throws ends there, and what it threw is the last failure. Resolves when the last has been started; that may still be
 * connecting.
 */
export async function startStaggered(
  starts: AsyncIterable<Start> | Iterable<Start>,
  options: StaggerOptions,
  surroundings: Surroundings,
): Promise<StartedInstances> {
  const { maxConnecting = 100, onProgress, signal } = options;
  if (!Number.isSafeInteger(maxConnecting) || maxConnecting < 1)
    throw refused('maxConnecting', 'a whole number from 1', maxConnecting);
  validateCallback(onProgress, 'onProgress');
  checkSignal(signal);
  const given = new End([surroundings.stopping, ...(signal ? [signal] : [])]);
  try {
    return await new StaggeredStart(maxConnecting, onProgress, { ...surroundings, end: given }).run(starts);
  } finally {
    given.leave();
  }
}

class StaggeredStart {
  readonly #started: InstanceServer[] = [];
  readonly #failed: FailedStart[] = [];
  readonly #maxConnecting: number;
  readonly #onProgress: StaggerOptions['onProgress'];
  readonly #surroundings: Omit<Surroundings, 'stopping'> & { readonly end: End };
  #connecting = 0;
  #onPlace: (() => void) | undefined;
  #sliceBeganMs: number;

  constructor(
    maxConnecting: number,
    onProgress: StaggerOptions['onProgress'],
    surroundings: Omit<Surroundings, 'stopping'> & { readonly end: End },
  ) {
    this.#maxConnecting = maxConnecting;
    this.#onProgress = onProgress;
    this.#surroundings = surroundings;
    this.#sliceBeganMs = surroundings.clock.now();
  }

  async run(starts: AsyncIterable<Start> | Iterable<Start>): Promise<StartedInstances> {
    const { end } = this.#surroundings;
    try {
      for await (const start of end.until(starts)) {
        await this.#start(start);
        this.#report();
        await this.#wait();
        if (end.hasCome) break;
      }
    } catch (error) {
      this.#failed.push({ instanceId: undefined, error });
    }
    return { started: this.#started, failed: this.#failed };
  }

  async #start({ instanceId, start }: Start): Promise<void> {
    try {
      const server = await start();
      if (!server) return;
      this.#started.push(server);
      this.#connecting += 1;
      void firstAttempt(server).then(() => this.#leave());
    } catch (error) {
      this.#failed.push({ instanceId, error });
    }
  }

  #leave(): void {
    this.#connecting -= 1;
    this.#onPlace?.();
    this.#report();
  }

  /** For a place, and for the turn of what else the process has to do. */
  async #wait(): Promise<void> {
    const { clock, end } = this.#surroundings;
    if (this.#connecting >= this.#maxConnecting) {
      const place = new Promise<void>((resolve) => {
        this.#onPlace = resolve;
      });
      await Promise.race([place, end.come]);
    }
    // The clock may have been set back.
    if (Math.abs(clock.now() - this.#sliceBeganMs) < sliceMs) return;
    await new Promise<void>((resolve) => void clock.setTimeout(resolve, 0));
    this.#sliceBeganMs = clock.now();
  }

  /** Whoever watches must not break what is watched. */
  #report(): void {
    const progress = {
      total: this.#surroundings.total,
      started: this.#started.length,
      failed: this.#failed.length,
      connecting: this.#connecting,
    };
    try {
      const result: unknown = this.#onProgress?.(progress);
      if (result instanceof Promise) result.catch(() => undefined);
    } catch {
      // As above.
    }
  }
}

/** That no more is to be started, whoever says so. */
class End {
  readonly come: Promise<void>;
  readonly #signals: readonly AbortSignal[];
  #tell: () => void = () => undefined;

  constructor(signals: readonly AbortSignal[]) {
    this.#signals = signals;
    this.come = new Promise((resolve) => {
      this.#tell = resolve;
    });
    for (const signal of signals) signal.addEventListener('abort', this.#tell);
    if (this.hasCome) this.#tell();
  }

  get hasCome(): boolean {
    return this.#signals.some(({ aborted }) => aborted);
  }

  /** What comes of these before it; also where the next one never comes. */
  async *until<Item>(items: AsyncIterable<Item> | Iterable<Item>): AsyncGenerator<Item> {
    const come = this.come.then((): IteratorResult<Item> => ({ done: true, value: undefined }));
    const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
    for (let next = await this.#next(iterator, come); !next.done; next = await this.#next(iterator, come))
      yield next.value;
    // An iterator that hangs would never answer.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }

  #next<Item>(
    iterator: AsyncIterator<Item> | Iterator<Item>,
    come: Promise<IteratorResult<Item>>,
  ): Promise<IteratorResult<Item>> | IteratorResult<Item> {
    return this.hasCome ? come : Promise.race([iterator.next(), come]);
  }

  leave(): void {
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#tell);
  }
}

/** Resolves when its first attempt is over, whatever has come of it: at once for one that makes none. */
function firstAttempt({ actor }: InstanceServer): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const snapshot = actor.getSnapshot();
      const isStarting = snapshot.status === 'active' && selectStatus(snapshot) === 'starting';
      if (isStarting && snapshot.context.channel) return;
      subscription?.unsubscribe();
      resolve();
    };
    let subscription: { unsubscribe(): void } | undefined;
    // One that has ended tells at once.
    subscription = actor.subscribe({ next: look, complete: look, error: look });
    look();
  });
}
