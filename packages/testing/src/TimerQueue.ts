import type { CreationPlace } from './CreationPlace.ts';
import type { PendingTimer } from './errors.ts';

/** A timer that somebody armed. It is also the handle that `clearTimeout` takes. */
export class Timer {
  readonly dueMs: number;
  readonly armedAtMs: number;
  readonly callback: () => void;
  /** Unique within a queue, and rising. */
  readonly order: number;
  /** What it is for, where somebody knows. */
  what: string | undefined;
  /** Where it was armed, where that is kept. */
  place: CreationPlace | undefined;

  constructor(span: { readonly armedAtMs: number; readonly delayMs: number }, callback: () => void, order: number) {
    this.armedAtMs = span.armedAtMs;
    this.dueMs = span.armedAtMs + span.delayMs;
    this.callback = callback;
    this.order = order;
  }

  asPending(): PendingTimer {
    const createdAt = this.place?.describe();
    return {
      id: this.order,
      armedAtMs: this.armedAtMs,
      dueMs: this.dueMs,
      ...(this.what === undefined ? {} : { what: this.what }),
      ...(createdAt === undefined ? {} : { createdAt }),
    };
  }
}

/** Below this size the heap is not worth sweeping. */
const minSweepSize = 64;

/**
 * The armed timers, in the order in which they are due; those due together in the order in which they were armed.
 *
 * Invariants:
 * Q1. `#heap` is a binary heap by (dueMs, order): no parent comes after its child.
 * Q2. A timer is armed exactly while it is in `#armed`. Disarming leaves it in the heap, to be skipped when it surfaces.
 * Q3. At most half of a large heap are disarmed timers, so arming and disarming for ever takes no memory.
 */
export class TimerQueue {
  #heap: Timer[] = [];
  readonly #armed = new Set<Timer>();
  #created = 0;

  /** How many timers it keeps in memory, disarmed ones included. */
  get heldTimers(): number {
    return this.#heap.length;
  }

  arm(armedAtMs: number, delayMs: number, callback: () => void): Timer {
    this.#created += 1;
    const timer = new Timer({ armedAtMs, delayMs }, callback, this.#created);
    this.#armed.add(timer);
    this.#heap.push(timer);
    siftUp(this.#heap);
    return timer;
  }

  disarm(timer: Timer): void {
    this.#armed.delete(timer);
    if (this.#heap.length > minSweepSize && this.#heap.length > 2 * this.#armed.size) this.#sweep();
  }

  /** The next timer to run; `disarm` it to get at the one after it. */
  first(): Timer | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#armed.has(top)) return top;
      removeTop(this.#heap);
    }
    return undefined;
  }

  inOrder(): Timer[] {
    return [...this.#armed].sort((a, b) => (comesBefore(a, b) ? -1 : 1));
  }

  // Q3. A sorted array is a heap (Q1).
  #sweep(): void {
    this.#heap = this.inOrder();
  }
}

function comesBefore(a: Timer, b: Timer): boolean {
  return a.dueMs === b.dueMs ? a.order < b.order : a.dueMs < b.dueMs;
}

/** Lets the last timer of the heap rise to its place. */
function siftUp(heap: Timer[]): void {
  let index = heap.length - 1;
  const timer = heap[index];
  if (timer === undefined) return;
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex];
    if (parent === undefined || comesBefore(parent, timer)) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = timer;
}

/** Puts the last timer in place of the first and lets it sink to its place. */
function removeTop(heap: Timer[]): void {
  const timer = heap.pop();
  if (timer === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const child = firstChild(heap, index);
    if (child === undefined || comesBefore(timer, child.timer)) break;
    heap[index] = child.timer;
    index = child.index;
  }
  heap[index] = timer;
}

function firstChild(heap: readonly Timer[], parent: number): { index: number; timer: Timer } | undefined {
  const leftIndex = 2 * parent + 1;
  const left = heap[leftIndex];
  const right = heap[leftIndex + 1];
  if (left === undefined) return undefined;
  if (right === undefined || comesBefore(left, right)) return { index: leftIndex, timer: left };
  return { index: leftIndex + 1, timer: right };
}
