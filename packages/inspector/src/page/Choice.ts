import type { Model } from './model/Model.ts';

/** Which actor is looked at, and when. */
export class Choice {
  #actor: string | undefined;
  #moment: number | null = null;
  readonly #listeners: (() => void)[] = [];

  get actor(): string | undefined {
    return this.#actor;
  }

  /** The number of the entry after which it is; null: now. */
  get moment(): number | null {
    return this.#moment;
  }

  choose(actor: string | undefined, moment: number | null = this.#moment): void {
    if (actor === this.#actor && moment === this.#moment) return;
    this.#actor = actor;
    this.#moment = moment;
    for (const listener of this.#listeners) listener();
  }

  listen(listener: () => void): void {
    this.#listeners.push(listener);
  }
}

/** What all parts of the page share. */
export interface Shared {
  readonly model: Model;
  readonly choice: Choice;
}
