import { afterAll, expect } from 'vitest';
import type { AnyActorLogic, AnyStateMachine } from 'xstate';

/**
 * What the tests go through of our two charts, for the reporter that adds it up where one is named (`npm test`). Actors are made in many
 * places, most of all by the code under test: here each system is watched from where an actor of a chart starts in it.
 */
const charts: ReadonlySet<string> = new Set(['instance', 'reconnect']);

/** What is watched never hibernates: these are to see that it does. */
const ofSleep = /\/(hibernation\w*|crashes)\.test\.ts$/;

// Nothing of this is loaded where nobody asks.
const isAsked = process.env['HOLDFAST_CHART_COVERAGE'] !== undefined;
if (isAsked && !ofSleep.test(expect.getState().testPath ?? '')) await watchCharts();

async function watchCharts(): Promise<void> {
  const { Actor, StateMachine } = await import('xstate');
  const { chartCoverage } = await import('@holdfast/testing/chart');
  const open = (machine: AnyStateMachine) => ({
    coverage: chartCoverage(machine),
    systems: new WeakSet<object>(),
  });
  // By configuration: it is the same, whatever a machine is provided with.
  const watchings = new Map<unknown, ReturnType<typeof open>>();
  const { start } = Actor.prototype;
  Actor.prototype.start = function (this: InstanceType<typeof Actor<AnyActorLogic>>) {
    if (this.logic instanceof StateMachine && charts.has(this.logic.id)) {
      const watching = watchings.get(this.logic.config) ?? open(this.logic);
      watchings.set(this.logic.config, watching);
      if (!watching.systems.has(this.system)) this.system.inspect(watching.coverage.inspect);
      watching.systems.add(this.system);
    }
    return start.call(this);
  };
  afterAll(async () => {
    if (watchings.size === 0) return;
    const { saveCoverage } = await import('@holdfast/testing/vitest');
    for (const { coverage } of watchings.values()) saveCoverage(coverage);
  });
}
