import type { InternalActorRef, Scheduled } from './internals.ts';

/** From here on it is looked up, before it is looked through: most systems wait for one time or two. */
const many = 8;

/** A scheduled event with what ends its wait, and itself a link of the chain. */
export interface Waiting extends Scheduled {
  source: InternalActorRef;
  target: InternalActorRef;
  timer: unknown;
  next: Waiting | undefined;
}

/**
 * The events of a system that wait for their time, of each actor one under each id, in the order in which they came. A chain until they are
 * many: a `Map` takes five times as much as what it would hold, and a name for each.
 */
export class Schedule {
  #first: Waiting | undefined;
  #length = 0;
  #many: Map<string, Waiting> | undefined;

  /** Takes the place of the one under its id. */
  set(waiting: Waiting): void {
    if (this.#many) this.#many.set(keyOf(waiting), waiting);
    else this.#chain(waiting);
    if (this.#length <= many) return;
    const all = this.all();
    this.#many = new Map(all.map((one) => [keyOf(one), one]));
    for (const one of all) one.next = undefined;
    this.#first = undefined;
    this.#length = 0;
  }

  /** The one under this id, which is gone by this. */
  take(source: InternalActorRef, id: string): Waiting | undefined {
    if (this.#many) return takeFrom(this.#many, keyOf({ source, id }));
    let before: Waiting | undefined;
    for (let one = this.#first; one; one = one.next) {
      if (one.source === source && one.id === id) {
        this.#follow(before, one.next);
        one.next = undefined;
        this.#length -= 1;
        return one;
      }
      before = one;
    }
    return undefined;
  }

  /** As they are now. */
  all(): Waiting[] {
    const all: Waiting[] = [...(this.#many?.values() ?? [])];
    for (let one = this.#first; one; one = one.next) all.push(one);
    return all;
  }

  #chain(waiting: Waiting): void {
    let last: Waiting | undefined;
    for (let one = this.#first; one; one = one.next) {
      if (one.source === waiting.source && one.id === waiting.id) {
        waiting.next = one.next;
        this.#follow(last, waiting);
        return;
      }
      last = one;
    }
    this.#follow(last, waiting);
    this.#length += 1;
  }

  #follow(before: Waiting | undefined, next: Waiting | undefined): void {
    if (before) before.next = next;
    else this.#first = next;
  }
}

function takeFrom(map: Map<string, Waiting>, key: string): Waiting | undefined {
  const waiting = map.get(key);
  map.delete(key);
  return waiting;
}

/** XState's name of it. */
export function keyOf({ id, source }: Pick<Scheduled, 'id' | 'source'>): string {
  return `${source.sessionId}.${id}`;
}
