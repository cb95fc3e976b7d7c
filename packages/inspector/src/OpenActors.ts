import type { Actor } from './Actors.ts';
import { isOver, type LiveActor } from './liveActor.ts';

/** With more of them at once nobody looks each time; whoever broke is found when somebody reads. */
const mostLooks = 16;

/** The actors that have an event in hand: those of them that are over have broken over it. Mostly they are very few. */
export class OpenActors {
  #actors: Actor[] = [];

  get isEmpty(): boolean {
    return this.#actors.length === 0;
  }

  add(actor: Actor): void {
    this.#actors.push(actor);
  }

  remove(actor: Actor): void {
    const index = this.#actors.lastIndexOf(actor);
    if (index >= 0) this.#actors.splice(index, 1);
  }

  clear(): void {
    this.#actors = [];
  }

  over(): readonly { readonly actor: Actor; readonly live: LiveActor }[] {
    if (this.#actors.length > mostLooks) return [];
    return this.#actors.flatMap((actor) => {
      const live = actor.ref.deref();
      return live && isOver(live) ? [{ actor, live }] : [];
    });
  }
}
