import type { TelemetryEvent } from 'holdfast';
import type { Figure } from '../figures/Figures.ts';
import type { MachineKind, Machines } from '../machines/Machines.ts';
import { idsOf, trafficFor } from '../machines/traffic.ts';
import { processorTimeOf, timesFor } from '../rounds/processorTime.ts';
import { inTurns } from '../rounds/rounds.ts';
import type { Pattern } from './eventsPlan.ts';

/** Who measures whom, and how often. */
export interface Measuring {
  readonly kinds: readonly MachineKind[];
  readonly turnMs: number;
  readonly rounds: number;
  readonly warmUpRounds: number;
}

/** Who runs in a turn: the machines of a kind, and what they tell. */
interface Runner {
  readonly machines: Machines;
  readonly observer: CountingObserver;
}

/** Counts, and keeps the last, so that nobody's telemetry can be left out by a clever compiler. */
class CountingObserver {
  count = 0;
  last: TelemetryEvent | undefined;

  readonly observe = (event: TelemetryEvent): void => {
    this.count += 1;
    this.last = event;
  };
}

/** Processor time of an event of one pattern, again and again to one instance. */
export function measurePattern(pattern: Pattern, measuring: Measuring): Figure[] {
  const runners = openAll(measuring.kinds, 1);
  // Of the three only `success` is not told: nothing had failed.
  const toldAnEvent = pattern === 'success' ? 0 : 1;
  const run = ({ machines, observer }: Runner, times: number): number => {
    const before = observer.count;
    const tookNs = processorTimeOf(() => machines[pattern](times));
    checkTold(observer.count - before, times * toldAnEvent);
    return tookNs;
  };
  const figures = measure(runners, measuring, run);
  closeAll(runners);
  return figuresOf(pattern, 1, figures);
}

/** Processor time of an event among mixed ones, to so many instances at random. */
export function measureMixed(instances: number, measuring: Measuring): Figure[] {
  const ids = idsOf(instances);
  const traffic = trafficFor(ids);
  const runners = openAll(measuring.kinds, instances);
  const places = new Map([...runners.keys()].map((name) => [name, 0]));
  const run = ({ machines }: Runner, times: number, name: string): number => {
    const from = places.get(name) ?? 0;
    places.set(name, from + times);
    return processorTimeOf(() => machines.mixed(traffic, { from, times }));
  };
  // Far fewer events would go to a few instances, which the caches hold, where traffic goes to all of them in the long run.
  const atLeast = Math.max(1_000, instances / 4);
  const figures = measure(runners, { ...measuring, atLeast }, run);
  closeAll(runners);
  return figuresOf('mixed', instances, figures);
}

function measure(
  runners: ReadonlyMap<string, Runner>,
  { atLeast, rounds, turnMs, warmUpRounds }: Measuring & { readonly atLeast?: number },
  run: (runner: Runner, times: number, name: string) => number,
): Map<string, number[]> {
  const times = new Map<string, number>();
  for (const [name, runner] of runners) {
    times.set(
      name,
      timesFor(turnMs * 1e6, (count) => run(runner, count, name), atLeast === undefined ? {} : { atLeast }),
    );
  }
  // No collection between the turns: it would also throw away what the compiler has made for whoever comes next.
  return inTurns({ names: [...runners.keys()], rounds, warmUpRounds }, (name) => {
    const [runner, count] = [runners.get(name), times.get(name)];
    if (!runner || count === undefined) throw new RangeError(`${name} does not run.`);
    return run(runner, count, name) / count;
  });
}

function openAll(kinds: readonly MachineKind[], instances: number): Map<string, Runner> {
  const ids = idsOf(instances);
  return new Map(
    kinds.map(({ name, open }) => {
      const observer = new CountingObserver();
      return [name, { machines: open({ ids, observer: observer.observe }), observer }];
    }),
  );
}

function closeAll(runners: ReadonlyMap<string, Runner>): void {
  for (const { machines } of runners.values()) machines.close();
}

function checkTold(told: number, expected: number): void {
  if (told !== expected)
    throw new Error(`${expected} events were to be told, and ${told} were: there is nothing to compare.`);
}

function figuresOf(what: string, instances: number, times: ReadonlyMap<string, readonly number[]>): Figure[] {
  return [...times].map(([who, rounds]) => ({ section: 'events', what, who, instances, unit: 'ns', rounds }));
}
