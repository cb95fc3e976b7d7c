import type { AnyStateNode } from 'xstate';
import type { HistoryValue } from '../internals.ts';

/** What history states remember, and whether anybody has asked: then an answer holds for this moment only. */
export class Memory {
  readonly #value: HistoryValue;
  #isAsked = false;

  constructor(value: HistoryValue) {
    this.#value = value;
  }

  get isAsked(): boolean {
    return this.#isAsked;
  }

  recall(node: AnyStateNode): readonly AnyStateNode[] | undefined {
    this.#isAsked = true;
    return this.#value[node.id];
  }
}
