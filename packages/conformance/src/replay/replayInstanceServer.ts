import type { Interpreter, Json } from 'holdfast';
import { depart } from '../depart.ts';
import { valueDifference } from '../difference.ts';
import { laidOver, type ServerState } from '../format/expectedState.ts';
import type { InstanceServerTrace, StepExpectation } from '../format/traces.ts';
import type { Ledger } from '../ledger.ts';
import { returnDifference, signalsDifference, snapshotDifference } from '../observed.ts';
import type { Realignment, ServerStep } from '../rules/serverStep.ts';
import { DrivenServer } from './DrivenServer.ts';

/** Replays one trace of an instance server: each call through the public API, and what is seen after it. */
export async function replayInstanceServer(
  trace: InstanceServerTrace,
  interpreter: Interpreter,
  ledger: Ledger,
): Promise<void> {
  const driven = new DrivenServer(trace.instanceModule, trace.instance, interpreter);
  ledger.at('start');
  await driven.start();
  const seed = laidOver({ status: {}, healthSnapshot: {} }, trace.initial);
  ledger.expect(signalsDifference(trace.initial.signals, driven.world.takeSignals()));
  expectState(seed, driven, ledger);

  const progress: Progress = { seed, seedAlive: true, ours: seed, shownAttempt: 0 };
  for (const [index, expected] of trace.expect.entries()) {
    const call = trace.steps[index];
    if (call === undefined) break;
    ledger.at(`step ${index} ${call.call}(${call.args.map((arg) => JSON.stringify(arg)).join(', ')})`);
    await replayStep({ ...call, ...asStep(expected, call.call, progress), trace }, { driven, ledger, progress });
  }
  await driven.world.end();
}

/** Where the original is, and where ours is expected to be. They differ only after input that ours refused. */
interface Progress {
  seed: ServerState;
  seedAlive: boolean;
  ours: ServerState;
  shownAttempt: number;
}

function asStep(
  expected: StepExpectation,
  call: string,
  progress: Progress,
): Omit<ServerStep, 'call' | 'args' | 'trace'> {
  const before = { ...progress.ours, alive: progress.seedAlive, shownAttempt: progress.shownAttempt };
  progress.seed = laidOver(progress.seed, expected);
  progress.seedAlive = expected.alive ?? (progress.seedAlive || hasStarted(call, expected.returns));
  const { returns, signals, connectedAtChanged } = expected;
  return { ...progress.seed, returns, signals, connectedAtChanged, alive: progress.seedAlive, before };
}

function hasStarted(call: string, returns: Json): boolean {
  return (call === 'restart' || call === 'start_duplicate') && Array.isArray(returns) && returns[0] === 'ok';
}

interface Replaying {
  readonly driven: DrivenServer;
  readonly ledger: Ledger;
  readonly progress: Progress;
}

async function replayStep(recorded: ServerStep, { driven, ledger, progress }: Replaying): Promise<void> {
  const step = depart('instance_server', recorded, ledger);
  const connectedAtBefore = driven.connectedAt;
  const returned = await driven.call(step.call, step.args);
  if (step.returns !== undefined) ledger.expect(returnDifference(step.returns, returned));
  ledger.expect(signalsDifference(step.signals, driven.world.takeSignals()));
  ledger.expectEqual('alive', step.alive, driven.isAlive);
  if (step.alive) {
    expectState(step, driven, ledger);
    if (step.before.alive) {
      ledger.expectEqual('connectedAt changed', step.connectedAtChanged, driven.connectedAt !== connectedAtBefore);
    }
  }
  progress.ours = { status: step.status, healthSnapshot: step.healthSnapshot };
  if (step.realign) await realign(step.realign, { driven, ledger, progress });
}

/** After a departure: brings ours to where the original went, by public calls, and checks that it is there. */
async function realign(realignment: Realignment, { driven, ledger, progress }: Replaying): Promise<void> {
  const { seed } = progress;
  switch (realignment.by) {
    case 'stop':
      await driven.call('stop', []);
      ledger.expectEqual('alive after the realignment', false, driven.isAlive);
      break;
    case 'attempt': {
      const { attempt, reason } = realignment;
      await driven.call('notify_reconnect_attempt', [attempt, reason]);
      progress.shownAttempt = attempt;
      const shown = { reconnect_attempt: attempt };
      progress.ours = laidOver(seed, { status: shown, healthSnapshot: {} });
      expectState(progress.ours, driven, ledger);
      break;
    }
    case 'connected':
      await driven.call('notify_connected', []);
      progress.ours = seed;
      expectState(seed, driven, ledger);
  }
  driven.world.takeSignals();
}

function expectState(expected: ServerState, driven: DrivenServer, ledger: Ledger): void {
  const { status, healthSnapshot } = driven.observe();
  ledger.expect(snapshotDifference(expected.status, status, 'status'));
  ledger.expect(snapshotDifference(expected.healthSnapshot, healthSnapshot, 'healthSnapshot'));
  ledger.expect(valueDifference(status.status, healthSnapshot.status, 'healthSnapshot.status'));
}
