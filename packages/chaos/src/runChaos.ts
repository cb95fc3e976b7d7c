import { setTimeout as sleep } from 'node:timers/promises';
import { allFaults } from './faults/allFaults.ts';
import { killed } from './faults/peerFaults.ts';
import { heapMeter } from './measure/heap.ts';
import type { Progress } from './Progress.ts';
import type { Broker } from './peers/Broker.ts';
import type { Children } from './peers/Children.ts';
import type { PeerRecord } from './peers/Peer.ts';
import { type Cycle, makePlan, type Plan } from './plan.ts';
import { type Messages, settleMessages } from './report/results.ts';
import { type CycleOutcome, runCycle } from './runCycle.ts';
import { runSideBySide } from './runSideBySide.ts';
import { SeededRandom } from './SeededRandom.ts';
import type { Subject } from './Subject.ts';
import { Traffic } from './Traffic.ts';
import { World } from './World.ts';

/** How many faults at most are done at the same time, each to other instances. */
export const faultsAtOnce = 6;
/** Before the heap is measured: what a fault has left in timers has run by then. */
const calmMs = 2_000;

export interface RunOptions {
  readonly seed: number;
  readonly children: Children;
  readonly broker: Broker;
  readonly progressOf: (plan: Plan) => Progress;
}

/** What was seen while the servers lived. */
export interface Observations {
  readonly outcomes: readonly CycleOutcome[];
  readonly instances: number;
  readonly connected: number;
  readonly collateral: World['watch']['collateral'];
  readonly heap: { readonly startBytes: number; readonly endBytes: number };
  readonly messages: Messages;
  readonly disagreements: readonly string[];
}

/** Starts everything, does all the faults, and stops everything. */
export async function runChaos({ seed, children, broker, progressOf }: RunOptions): Promise<Observations> {
  const measureHeap = heapMeter();
  const world = await World.start(children, broker);
  const plan = makePlan({ faults: allFaults, places: world.places, random: new SeededRandom(seed) });
  const progress = progressOf(plan);
  progress.say(`${world.subjects.length} instances are connected`);
  const traffic = new Traffic(world.subjects);
  traffic.start();
  const outcomes: CycleOutcome[] = [];
  const doAll = (cycles: readonly Cycle[]): Promise<void> =>
    runSideBySide({
      jobs: cycles,
      width: faultsAtOnce,
      run: async (cycle) => {
        progress.begin(cycle);
        const outcome = await runCycle(cycle, world);
        outcomes.push(outcome);
        progress.end(outcome);
      },
    });

  await doAll(plan.warmUp);
  await sleep(calmMs);
  const startBytes = await measureHeap();
  progress.say('every fault was done once to each kind; the heap is measured from here');
  await doAll(plan.rest);
  await sleep(calmMs);
  const endBytes = await measureHeap();

  traffic.stop();
  await traffic.drained();
  const connected = world.subjects.filter(({ isConnected }) => isConnected).length;
  const { collateral } = world.watch;
  const disagreements = await stopAll(world);
  const kills = new Set(outcomes.flatMap(({ cycle }) => (cycle.fault === killed ? [cycle.number] : [])));
  const messages = await readMessages(world, (cycle) => kills.has(cycle));
  await world.close();
  return {
    outcomes,
    instances: world.subjects.length,
    connected,
    collateral,
    heap: { startBytes, endBytes },
    messages,
    disagreements,
  };
}

async function stopAll(world: World): Promise<string[]> {
  const accounts = await world.stopInstances();
  return world.subjects.flatMap((subject) => {
    const account = accounts.get(subject.id);
    return account ? subject.disagreements(account) : [`${subject.id} gave no account`];
  });
}

async function readMessages(world: World, isKill: (cycle: number) => boolean): Promise<Messages> {
  const records = new Map(
    await Promise.all(
      world.peers.map(async (peer) => {
        const record = await peer.readRecord();
        return peer.groups.flatMap(({ accounts }) => accounts.map(({ id }) => [id, record] as const));
      }),
    ).then((entries) => entries.flat()),
  );
  const recordOf = ({ id }: Subject): PeerRecord => {
    const record = records.get(id);
    if (!record) throw new Error(`${id} has no peer.`);
    return record;
  };
  return settleMessages(world.subjects, { recordOf, isKill });
}
