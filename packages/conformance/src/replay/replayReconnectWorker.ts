import { type Outcome, outcome, type ScriptedChannel, scriptedChannel, type VirtualClock } from '@holdfast/testing';
import type { InstanceServer, Interpreter, JsonObject, TelemetryEvent } from 'holdfast';
import { depart } from '../depart.ts';
import { withOurNames } from '../format/naming.ts';
import { isList, isObject } from '../format/reader.ts';
import type { ScriptedResult, WorkerGroup, WorkerTrace } from '../format/workerTrace.ts';
import type { Ledger } from '../ledger.ts';
import { signalsDifference, snapshotDifference } from '../observed.ts';
import { statusAfter, type WorkerStep } from '../rules/workerRules.ts';
import { failureOf, termOf } from './PayloadChannel.ts';
import { ReplayError } from './ReplayError.ts';
import { VirtualWorld } from './VirtualWorld.ts';

/** No trace lasts so long that the pace goes down; the original knows no such pace. */
const never = 2 ** 31 - 1;

/** Longer than any pace at which ours asks again. */
const longMs = 24 * 3_600_000;

/**
 * Replays the timeline of one reconnect worker: an instance on a channel whose connects and probes follow the trace's
 * script. Compared are the times of the calls, the signals of each instant, and the status after it.
 */
export async function replayReconnectWorker(
  recorded: WorkerTrace,
  interpreter: Interpreter,
  ledger: Ledger,
): Promise<void> {
  const trace = depart('reconnect_worker', recorded, ledger);
  if (trace === 'skip') return;
  const connection = new Connection(trace, interpreter);
  let statusBefore = trace.initialStatus;
  let beforeMs = 0;
  for (const [index, group] of trace.groups.entries()) {
    ledger.at(`instant ${index} at ${group.atMs} ms, ${describe(group.result)}`);
    const recordedStep = {
      ...group,
      ...plainly,
      trace,
      statusBefore,
      isFirst: index === 0,
      gapMs: group.atMs - beforeMs,
    };
    const step = depart('worker_step', recordedStep, ledger);
    if (index === 0) await connection.start();
    else await connection.passQuietly(step.gapMs, ledger);
    connection.expectCall(step, ledger);
    expectInstant(step, connection, ledger);
    if (step.isParked) await connection.expectQuiet(ledger);
    statusBefore = statusAfter({ ...group, statusBefore });
    beforeMs = group.atMs;
  }
  await expectNextCall(trace.groups.at(-1), connection, ledger);
  await connection.world.end();
}

/** As long as no departure says otherwise. */
const plainly = { isOpenEnded: false, isStatusCompared: true, isParked: false } as const;

function expectInstant(step: WorkerStep, connection: Connection, ledger: Ledger): void {
  const expected = step.actions.flatMap(({ signals }) => signals);
  const signals = connection.takeSignals();
  const compared = step.isOpenEnded ? signals.slice(0, expected.length) : signals;
  ledger.expect(signalsDifference(expected, compared));
  if (step.isStatusCompared) ledger.expect(snapshotDifference(statusAfter(step), connection.server.status(), 'status'));
  const hasConnected = expected.some(({ event }) => event.at(-1) === 'connected');
  ledger.expectEqual('connectedAt changed', hasConnected, connection.hasConnectedAnew());
}

/** The timer that the worker set last fires when it says, though nothing is scripted for it any more. */
async function expectNextCall(last: WorkerGroup | undefined, connection: Connection, ledger: Ledger): Promise<void> {
  if (last === undefined || last.nextAtMs === null) return;
  ledger.at(`after the last instant, until ${last.nextAtMs} ms`);
  await connection.passQuietly(last.nextAtMs - last.atMs, ledger);
  ledger.expectEqual('calls', connection.callsExpected + 1, connection.calls);
}

/** The instance that connects, and its scripted peer. */
class Connection {
  readonly world: VirtualWorld;
  callsExpected = 0;
  readonly #trace: WorkerTrace;
  #channel: ScriptedChannel | undefined;
  #server: InstanceServer | undefined;
  #connectedAt: number | null = null;

  constructor(trace: WorkerTrace, interpreter: Interpreter) {
    this.#trace = trace;
    const { channel_type: kind } = trace.instance;
    const probeIntervalMs = trace.adapter?.['probe_interval_ms'];
    const channels = (clock: VirtualClock): ScriptedChannel[] => {
      this.#channel = scriptedChannel({
        kind: String(kind),
        clock,
        capabilities: { inbound: 'none' },
        script: { connectOrProbe: trace.script.map(asOutcome) },
        probeIntervalMs: typeof probeIntervalMs === 'number' ? probeIntervalMs : undefined,
      });
      return [this.#channel];
    };
    this.world = new VirtualWorld({ name: trace.instanceModule, interpreter, channels });
  }

  get server(): InstanceServer {
    if (this.#server === undefined) throw new ReplayError('The instance was not started.');
    return this.#server;
  }

  /** Calls that were made to the peer so far. */
  get calls(): number {
    const channel = this.#channel;
    return channel ? channel.callCount('connect') + channel.callCount('probe') : 0;
  }

  async start(): Promise<void> {
    const { instance } = this.#trace;
    const settings: JsonObject = isObject(instance['settings']) ? withOurNames(instance['settings']) : {};
    const started = this.world.messaging.startInstance(String(instance['channel_type']), {
      id: String(instance['id']),
      name: String(instance['name']),
      settings,
      reconnect: { minConnectedMs: 0, suspendAfterMs: never },
    });
    this.#server = await this.world.until(started);
    await this.world.clock.settle();
  }

  /** The signals since the last time. The original's worker starts beside a server that runs already. */
  takeSignals(): TelemetryEvent[] {
    return this.world.takeSignals().filter(({ name }) => name !== 'instance.started');
  }

  /** Whether `connectedAt` is another one than the last time. */
  hasConnectedAnew(): boolean {
    const { connectedAt } = this.server.status();
    const isAnother = connectedAt !== this.#connectedAt;
    this.#connectedAt = connectedAt;
    return isAnother;
  }

  /** For a long time nothing happens. */
  async expectQuiet(ledger: Ledger): Promise<void> {
    await this.world.clock.advance(longMs);
    ledger.expectEqual('calls while parked', this.callsExpected, this.calls);
    ledger.expect(signalsDifference([], this.takeSignals(), 'signals while parked'));
  }

  /** Lets time pass up to the call that is due then, and sees that there is neither a call nor a signal before. */
  async passQuietly(ms: number, ledger: Ledger): Promise<void> {
    await this.world.clock.advance(Math.max(0, ms - 1));
    ledger.expectEqual(`calls ${ms} ms later, less one`, this.callsExpected, this.calls);
    ledger.expect(signalsDifference([], this.takeSignals(), 'signals before the call is due'));
    await this.world.clock.advance(1);
  }

  expectCall(step: WorkerStep, ledger: Ledger): void {
    if (step.result !== null) this.callsExpected += 1;
    ledger.expectEqual('calls', this.callsExpected, this.calls);
  }
}

/** What a health check of the original does, as a connect or a probe of ours does it. */
function asOutcome(result: ScriptedResult): Outcome {
  if (result.kind !== 'returns') return outcome.fail(failureOf([termOf(result.kind), result.value]));
  if (result.value === 'ok') return outcome.ok();
  const [term, reason = null] = isList(result.value) ? result.value : [result.value];
  return term === 'error' && isList(result.value) && result.value.length === 2
    ? outcome.fail(failureOf(reason))
    : outcome.garbage(result.value);
}

function describe(result: ScriptedResult | null): string {
  return result === null ? 'nothing asked' : `${result.kind} ${JSON.stringify(result.value)}`;
}
