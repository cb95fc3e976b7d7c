import { type AnyEventObject, type AnyStateMachine, createActor, fromPromise } from 'xstate';
import { type ChartCoverage, chartCoverage } from '../../src/chart/index.ts';
import { VirtualClock } from '../../src/index.ts';
import type { TestPlan } from '../../src/model/index.ts';

/** What real actors go through when they are led along a plan. What they invoke never reports by itself. */
export function coverageOf(machine: AnyStateMachine, plan: TestPlan): ChartCoverage {
  const coverage = chartCoverage(machine);
  const actors = Object.fromEntries(Object.keys(machine.implementations.actors).map((name) => [name, hanging]));
  for (const { steps } of plan.paths) {
    const clock = new VirtualClock();
    const actor = createActor(machine.provide({ actors }), { inspect: coverage.inspect, clock }).start();
    for (const { input } of steps) {
      if (input.type === undefined) clock.advanceSync(input.waitMs);
      else actor.send(input as AnyEventObject);
    }
  }
  return coverage;
}

const hanging = fromPromise(() => new Promise(() => undefined));
