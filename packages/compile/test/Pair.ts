import { expect } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { compileMachine } from '../src/compileMachine.ts';
import { hibernate } from '../src/light/hibernate.ts';
import { Observed } from './Observed.ts';
import type { Log } from './randomChart.ts';

export type Input =
  | { readonly send: string }
  | { readonly passMs: number }
  | { readonly swap: true }
  | { readonly hibernate: true };

export interface How {
  readonly isInspected: boolean;
  /** Whether the second is a light actor. */
  readonly isLight: boolean;
  /** Whether of the second objects work for some children. */
  readonly hasWorkers?: boolean;
}

/** Two actors of one chart, of which the second is compiled. */
export class Pair {
  readonly #logs: readonly [Log, Log] = [[], []];
  readonly #logics: readonly [AnyStateMachine, AnyStateMachine];
  readonly #how: How;
  /** How often the second has let go of children that it had. */
  sleeps = 0;
  #actors: readonly [Observed, Observed];

  constructor(make: (log: Log, hasWorkers?: boolean) => AnyStateMachine, how: How) {
    this.#logics = [make(this.#logs[0]), compileMachine(make(this.#logs[1], how.hasWorkers))];
    this.#how = how;
    this.#actors = this.#begin();
  }

  get isActive(): boolean {
    return this.#actors[0].actor.getSnapshot().status === 'active';
  }

  feed(one: Input): void {
    if ('swap' in one) this.#swap();
    if ('hibernate' in one) this.#hibernate();
    for (const actor of this.#actors) {
      if ('send' in one) actor.send({ type: one.send });
      else if ('passMs' in one) actor.pass(one.passMs);
    }
  }

  compare(isThorough = true): void {
    const [interpreted, compiled] = this.#actors.map((actor) => (isThorough ? actor.view() : actor.glance()));
    // The assertion shows where they differ; it takes ten times as long to find out that they do not.
    if (JSON.stringify(compiled) !== JSON.stringify(interpreted)) expect(compiled).toEqual(interpreted);
  }

  restart(): void {
    this.#end();
    this.#actors = this.#begin();
  }

  #begin(): readonly [Observed, Observed] {
    return [this.#observe(0, 0), this.#observe(1, 1)];
  }

  /** Each goes on from what the other has written down. */
  #swap(): void {
    const written = this.#actors.map((actor) => actor.persist());
    if (written.some((text) => !text.startsWith('{'))) return;
    this.#end();
    const [first, second] = written.map((text): unknown => JSON.parse(text));
    this.#actors = [this.#observe(0, 0, second), this.#observe(1, 1, first)];
  }

  /** The second alone: nobody is to notice. */
  #hibernate(): void {
    const { actor } = this.#actors[1];
    const { children } = actor.getSnapshot();
    if (hibernate(actor) && Object.keys(children).length > 0) this.sleeps += 1;
  }

  #end(): void {
    for (const actor of this.#actors) actor.stop();
    this.compare();
  }

  #observe(log: 0 | 1, logic: 0 | 1, snapshot?: unknown): Observed {
    const { isInspected, isLight } = this.#how;
    return new Observed(this.#logics[logic], this.#logs[log], {
      isInspected,
      isLight: isLight && logic === 1,
      snapshot,
    });
  }
}
