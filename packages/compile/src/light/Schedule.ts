import type { InternalActorRef, Scheduled } from './internals.ts';

/** From here on it is looked up, before it is looked through: most systems wait for one time or two. */
const many = 8;

/**
 * The events of a system that wait for their time, of each actor one under each id, in the order in which they came. A chain until they are
 * many: a `Map` takes five times as much as what it would hold, and a name for each.
 */
export class Schedule {
  #first: Link | undefined;
  #length = 0;
  #many: Map<string, Scheduled> | undefined;

  /** Takes the place of the one under its id. */
  set(scheduled: Scheduled): void {
    if (this.#many) this.#many.set(keyOf(scheduled), scheduled);
    else this.#chain(scheduled);
    if (this.#length <= many) return;
    this.#many = new Map(this.all().map((one) => [keyOf(one), one]));
    this.#first = undefined;
    this.#length = 0;
  }

  /** The one under this id, which is gone by this. */
  take(source: InternalActorRef, id: string): Scheduled | undefined {
    if (this.#many) return takeFrom(this.#many, keyOf({ source, id }));
    let before: Link | undefined;
    for (let link = this.#first; link; link = link.next) {
      const { scheduled } = link;
      if (scheduled.source === source && scheduled.id === id) {
        if (before) before.next = link.next;
        else this.#first = link.next;
        this.#length -= 1;
        return scheduled;
      }
      before = link;
    }
    return undefined;
  }

  /** As they are now. */
  all(): Scheduled[] {
    const all: Scheduled[] = [...(this.#many?.values() ?? [])];
    for (let link = this.#first; link; link = link.next) all.push(link.scheduled);
    return all;
  }

  #chain(scheduled: Scheduled): void {
    let last: Link | undefined;
    for (let link = this.#first; link; link = link.next) {
      if (link.scheduled.source === scheduled.source && link.scheduled.id === scheduled.id) {
        link.scheduled = scheduled;
        return;
      }
      last = link;
    }
    const link: Link = { scheduled, next: undefined };
    if (last) last.next = link;
    else this.#first = link;
    this.#length += 1;
  }
}

interface Link {
  scheduled: Scheduled;
  next: Link | undefined;
}

function takeFrom(map: Map<string, Scheduled>, key: string): Scheduled | undefined {
  const scheduled = map.get(key);
  map.delete(key);
  return scheduled;
}

/** XState's name of it. */
export function keyOf({ id, source }: Pick<Scheduled, 'id' | 'source'>): string {
  return `${source.sessionId}.${id}`;
}
