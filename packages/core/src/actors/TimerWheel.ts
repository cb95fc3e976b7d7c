import { InvalidInputError } from '../errors.ts';
import { type Clock, maxTimerMs, setIdleTimeout, systemElapsedMs } from '../ports/clock.ts';

export interface TimerWheelOptions {
  /** Timers fire at multiples of this. Milliseconds, above 0; default 20. */
  readonly resolutionMs?: number | undefined;
  /** Milliseconds since any moment, which never jump as the wall clock does. Default: the system's. */
  readonly elapsedMs?: (() => number) | undefined;
}

/** A delay of less than this many ticks is left to the clock beneath: rounded up, it would be more than 2 % longer. */
const shortTicks = 50;

/** So many stale ticks are not worth tidying up. */
const fewTicks = 64;

/**
 * The timers of very many instances on one timer of the clock beneath: probes, backoffs and deadlines, which nobody needs to the
 * millisecond. It is a wheel whose empty slots are skipped.
 *
 * W1. A timer fires at its time or up to the resolution later, never before; those of one tick in the order in which they were set.
 * W2. The clock beneath has one timer of the wheel at most, for the tick that comes next, and none while there is nothing to wait for:
 *     what is idle costs nothing as time passes.
 * W3. What a callback throws is thrown to the process, as by any timer, and keeps none of the others from being called.
 * W4. What is taken back leaves nothing behind for long, however late it was to fire.
 */
export class TimerWheel implements Clock {
  readonly #clock: Clock;
  readonly #resolutionMs: number;
  readonly #elapsedMs: () => number;
  readonly #slots = new Map<number, Slot>();
  /** Those that have a slot. */
  readonly #ticks = new Heap();
  #timer: unknown;
  #armedFor: number | undefined;

  /**
   * Throws `InvalidInputError` for a resolution that is none. Where a test fakes `setTimeout`, it has to fake `performance.now` too, or to
   * hand in a clock of its own: `VirtualClock` of `@holdfast/testing` is one.
   */
  constructor(clock: Clock, { resolutionMs = 20, elapsedMs = systemElapsedMs }: TimerWheelOptions = {}) {
    if (!(resolutionMs > 0)) {
      const problem = { path: 'resolutionMs', expected: 'milliseconds, above 0', received: String(resolutionMs) };
      throw new InvalidInputError('options', [problem]);
    }
    this.#clock = clock;
    this.#resolutionMs = resolutionMs;
    this.#elapsedMs = elapsedMs;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    if (!(delayMs >= shortTicks * this.#resolutionMs)) return this.#clock.setTimeout(callback, delayMs);
    const tick = Math.ceil((this.#elapsedMs() + delayMs) / this.#resolutionMs); // W1
    const timer = this.#slotOf(tick).add(callback);
    this.#arm();
    return timer;
  }

  /** Not on the wheel: its one timer is for all, and keeps the process. */
  setIdleTimeout(callback: () => void, delayMs: number): unknown {
    return setIdleTimeout(this.#clock, callback, delayMs);
  }

  clearTimeout(handle: unknown): void {
    if (!(handle instanceof Timer)) return this.#clock.clearTimeout(handle);
    const { slot } = handle;
    if (!slot) return;
    slot.remove(handle);
    if (!slot.isEmpty) return;
    this.#slots.delete(slot.tick);
    if (this.#ticks.size > 2 * this.#slots.size + fewTicks) this.#ticks.replace(this.#slots.keys()); // W4
    this.#arm();
  }

  #slotOf(tick: number): Slot {
    const known = this.#slots.get(tick);
    if (known) return known;
    const slot = new Slot(tick);
    this.#slots.set(tick, slot);
    this.#ticks.push(tick);
    return slot;
  }

  /** W2. */
  #arm(): void {
    const next = this.#nextTick();
    if (next === this.#armedFor) return;
    if (this.#armedFor !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#armedFor = next;
    if (next === undefined) return;
    const waitMs = Math.max(0, Math.ceil(next * this.#resolutionMs - this.#elapsedMs()));
    this.#timer = this.#clock.setTimeout(() => this.#turn(), Math.min(waitMs, maxTimerMs));
  }

  /** The earliest that has something to call; those before it go. */
  #nextTick(): number | undefined {
    for (let tick = this.#ticks.first; tick !== undefined; tick = this.#ticks.first) {
      if (this.#slots.get(tick)?.isEmpty === false) return tick;
      this.#slots.delete(tick);
      this.#ticks.shift();
    }
    return undefined;
  }

  #turn(): void {
    this.#armedFor = undefined;
    const present = Math.floor(this.#elapsedMs() / this.#resolutionMs);
    for (let tick = this.#nextTick(); tick !== undefined && tick <= present; tick = this.#nextTick()) {
      const slot = this.#slots.get(tick);
      for (let timer = slot?.take(); timer; timer = slot?.take()) this.#call(timer);
    }
    this.#arm();
  }

  /** W3. */
  #call({ callback }: Timer): void {
    try {
      callback();
    } catch (error) {
      this.#clock.setTimeout(() => {
        throw error;
      }, 0);
    }
  }
}

/** What is to be called in one tick, as a list from which each can be taken out. */
class Slot {
  readonly tick: number;
  #first: Timer | undefined;
  #last: Timer | undefined;

  constructor(tick: number) {
    this.tick = tick;
  }

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  add(callback: () => void): Timer {
    const timer = new Timer(callback, this);
    timer.previous = this.#last;
    if (this.#last) this.#last.next = timer;
    else this.#first = timer;
    this.#last = timer;
    return timer;
  }

  take(): Timer | undefined {
    const first = this.#first;
    if (first) this.remove(first);
    return first;
  }

  remove(timer: Timer): void {
    const { next, previous } = timer;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    // Whoever keeps an old handle keeps nothing of its neighbours.
    timer.next = undefined;
    timer.previous = undefined;
    timer.slot = undefined;
  }
}

class Timer {
  readonly callback: () => void;
  /** While it is to be called. */
  slot: Slot | undefined;
  previous: Timer | undefined;
  next: Timer | undefined;

  constructor(callback: () => void, slot: Slot) {
    this.callback = callback;
    this.slot = slot;
  }
}

/** Numbers of which the smallest is at hand. */
class Heap {
  #items: number[] = [];

  get size(): number {
    return this.#items.length;
  }

  get first(): number | undefined {
    return this.#items[0];
  }

  push(item: number): void {
    const items = this.#items;
    let place = items.push(item) - 1;
    for (let parent = (place - 1) >> 1; place > 0 && at(items, parent) > item; parent = (place - 1) >> 1) {
      items[place] = at(items, parent);
      place = parent;
    }
    items[place] = item;
  }

  /** These instead of all that were in it. */
  replace(items: Iterable<number>): void {
    // A list in order is a heap.
    this.#items = [...items].sort((a, b) => a - b);
  }

  /** Takes the first out. */
  shift(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    let place = 0;
    for (let child = 1; child < items.length; child = 2 * place + 1) {
      if (at(items, child + 1) < at(items, child)) child += 1;
      if (at(items, child) >= last) break;
      items[place] = at(items, child);
      place = child;
    }
    items[place] = last;
  }
}

function at(items: readonly number[], place: number): number {
  return items[place] ?? Number.POSITIVE_INFINITY;
}
