import { type Clock, maxTimerMs, systemElapsedMs } from '../ports/clock.ts';

export interface TimerWheelOptions {
  /** Timers fire at multiples of this. Milliseconds, above 0; default 20. */
  readonly resolutionMs?: number | undefined;
  /** Milliseconds since any moment, which never jump as the wall clock does. Default: the system's. */
  readonly elapsedMs?: (() => number) | undefined;
}

/** A delay of less than this many ticks is left to the clock beneath: rounded up, it would be more than 2 % longer. */
const shortTicks = 50;

/**
 * The timers of very many instances on one timer of the clock beneath: probes, backoffs and deadlines, which nobody needs to the
 * millisecond. It is a wheel whose empty slots are skipped.
 *
 * W1. A timer fires at its time or up to the resolution later, never before; those of one tick in the order in which they were set.
 * W2. The clock beneath has one timer of the wheel at most, for the tick that comes next, and none while there is nothing to wait for:
 *     what is idle costs nothing as time passes.
 * W3. What a callback throws is thrown to the process, as by any timer, and keeps none of the others from being called.
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

  constructor(clock: Clock, { resolutionMs = 20, elapsedMs = systemElapsedMs }: TimerWheelOptions = {}) {
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

  clearTimeout(handle: unknown): void {
    if (!(handle instanceof Timer)) return this.#clock.clearTimeout(handle);
    handle.slot?.remove(handle);
    this.#arm();
  }

  #slotOf(tick: number): Slot {
    const known = this.#slots.get(tick);
    if (known) return known;
    const slot = new Slot();
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
  #first: Timer | undefined;
  #last: Timer | undefined;

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
  readonly #items: number[] = [];

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
