import { type AnyEventObject, type AnyStateMachine, createActor, fromPromise } from 'xstate';
import { type ChartCoverage, chartCoverage } from '../../src/chart/index.ts';
import type { TestPlan } from '../../src/model/index.ts';

/** What real actors go through when they are led along a plan. What they invoke never reports by itself. */
export function coverageOf(machine: AnyStateMachine, plan: TestPlan): ChartCoverage {
  const coverage = chartCoverage(machine);
  const actors = Object.fromEntries(Object.keys(machine.implementations.actors).map((name) => [name, hanging]));
  for (const { steps } of plan.paths) {
    const clock = new ManualClock();
    const actor = createActor(machine.provide({ actors }), { inspect: coverage.inspect, clock }).start();
    for (const { input } of steps) {
      if (input.type === undefined) clock.pass(input.waitMs);
      else actor.send(input as AnyEventObject);
    }
  }
  return coverage;
}

const hanging = fromPromise(() => new Promise(() => undefined));

/** Synchronous, so that a property can be one: what is due runs while time passes. */
class ManualClock {
  #nowMs = 0;
  #timers: { readonly dueMs: number; readonly run: () => void }[] = [];

  setTimeout(run: () => void, delayMs: number): object {
    const timer = { dueMs: this.#nowMs + delayMs, run };
    this.#timers.push(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers = this.#timers.filter((one) => one !== timer);
  }

  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.clearTimeout(next);
      this.#nowMs = next.dueMs;
      next.run();
    }
    this.#nowMs = endMs;
  }
}
