import { instanceMachine, reconnectMachine } from 'holdfast';
import { type AnyStateMachine, createActor } from 'xstate';
import { type ChartCoverage, chartCoverage } from '../../src/chart/index.ts';
import { VirtualClock } from '../../src/index.ts';
import { planTests } from '../../src/model/index.ts';
import type { SavedCoverage } from '../../src/vitest/index.ts';
import { fetchMachine } from '../chart/fetchMachine.ts';
import { mediaPlayer } from '../chart/mediaPlayer.ts';
import { trafficLight } from '../chart/trafficLight.ts';
import { coverageOf } from '../model/coverageOf.ts';

export function toSaved(coverage: ChartCoverage): SavedCoverage {
  const { id, states, transitions } = coverage.chart;
  return { chart: { id, states, transitions }, recorded: coverage.toJSON() };
}

/** Three machines of everybody's and two of ours, each gone through in part. */
export function samples(): readonly SavedCoverage[] {
  const machine: AnyStateMachine = instanceMachine;
  const instance = chartCoverage(machine);
  const actor = createActor(machine, {
    clock: new VirtualClock(),
    input: { instance: { id: 'bot', name: 'Bot', channelType: 'scripted' } },
    inspect: instance.inspect,
  }).start();
  for (const type of ['notify.connecting', 'notify.connected', 'notify.success', 'stop']) actor.send({ type });
  return [
    ...[trafficLight, fetchMachine, mediaPlayer].map((machine) => toSaved(partOf(machine))),
    toSaved(instance),
    toSaved(chartCoverage(reconnectMachine)),
  ];
}

/** The first half of the paths of a plan. */
function partOf(machine: AnyStateMachine): ChartCoverage {
  const plan = planTests(machine);
  return coverageOf(machine, { ...plan, paths: plan.paths.slice(0, Math.ceil(plan.paths.length / 2)) });
}
