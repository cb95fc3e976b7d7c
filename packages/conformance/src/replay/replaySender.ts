import {
  type InstanceServer,
  type Interpreter,
  type Json,
  type JsonObject,
  QueueFullError,
  type TelemetryEvent,
} from 'holdfast';
import { depart } from '../depart.ts';
import { type Difference, valueDifference } from '../difference.ts';
import { withOurNames } from '../format/naming.ts';
import { isObject } from '../format/reader.ts';
import type { SenderEntry, SenderTrace } from '../format/senderTrace.ts';
import type { Call } from '../format/traces.ts';
import type { Ledger } from '../ledger.ts';
import { ofTheSeed } from '../observed.ts';
import { PayloadChannel } from './PayloadChannel.ts';
import { ReplayError } from './ReplayError.ts';
import { type SenderNote, timelineDifference } from './senderTimeline.ts';
import { VirtualWorld } from './VirtualWorld.ts';

/** How long the Sender may take to get idle. Milliseconds of virtual time. */
const idleLimitMs = 24 * 3_600_000;

/** Replays one trace of the outbound queue, over a channel whose sends follow the trace's script. */
export async function replaySender(recorded: SenderTrace, interpreter: Interpreter, ledger: Ledger): Promise<void> {
  const trace = depart('sender', recorded, ledger);
  const sending = new Sending(trace, interpreter);
  ledger.at('start');
  await sending.start();
  for (const [index, step] of trace.steps.entries()) {
    ledger.at(`step ${index} ${step.call}(${step.args.map((arg) => JSON.stringify(arg)).join(', ')})`);
    const returned = await sending.perform(step, step.inner);
    if (step.returns !== undefined) ledger.expect(valueDifference(step.returns, returned, 'returns'));
  }
  ledger.at('timeline');
  ledger.expect(compareTimeline(trace, sending.notes));
  await sending.world.end();
}

function compareTimeline(trace: SenderTrace, notes: readonly SenderNote[]): Difference | undefined {
  const isCompared = ({ kind }: SenderEntry | SenderNote): boolean => trace.comparesNotifications || kind !== 'notify';
  return timelineDifference({ ...trace, timeline: trace.timeline.filter(isCompared) }, notes.filter(isCompared));
}

/** The instance that sends, and what it was seen to do, in order. */
class Sending {
  readonly notes: SenderNote[] = [];
  readonly world: VirtualWorld;
  readonly #trace: SenderTrace;
  readonly #jobNames = new Map<string, string>();
  #server: InstanceServer | undefined;

  constructor(trace: SenderTrace, interpreter: Interpreter) {
    this.#trace = trace;
    const channel = new PayloadChannel(trace.script, ({ conversation, text }) => {
      this.notes.push({ kind: 'send', conversation, text });
    });
    this.world = new VirtualWorld({
      name: trace.instanceModule,
      interpreter,
      channels: () => [channel],
      watch: (event) => this.#note(event),
    });
  }

  async start(): Promise<void> {
    const { instanceId, options } = this.#trace;
    const started = this.world.messaging.startInstance('trace', {
      id: instanceId,
      name: 'Sender',
      sender: withOurNames(options),
    });
    this.#server = await this.world.until(started);
    await this.world.until(this.#server.waitFor('connected'));
  }

  async perform({ call, args }: Call, inner: readonly Call[]): Promise<Json> {
    switch (call) {
      case 'burst': {
        const answers = Promise.all(inner.map((each) => this.#ask(each)));
        await Promise.all([answers, this.world.clock.settle()]);
        return answers;
      }
      case 'burst_n':
        return this.#burst(Number(args[0]));
      case 'await_idle':
        await this.world.clock.runUntil(() => this.#running.healthSnapshot().senderQueueDepth === 0, {
          limitMs: idleLimitMs,
        });
        return null;
      case 'wait_ms':
        await this.world.clock.advance(Number(args[0]));
        return null;
      default: {
        const [answer] = await Promise.all([this.#ask({ call, args }), this.world.clock.settle()]);
        return answer;
      }
    }
  }

  get #running(): InstanceServer {
    if (this.#server === undefined) throw new ReplayError('The instance was not started.');
    return this.#server;
  }

  /** What is asked is done at the call; the answer may come later. */
  async #ask({ call, args }: Call): Promise<Json> {
    const key = String(args[0]);
    switch (call) {
      case 'enqueue':
        return this.#enqueue(args);
      case 'queue_size':
        return this.#running.healthSnapshot().senderQueueDepth;
      case 'has_been_sent':
        return this.#running.receipt(key) !== undefined;
      case 'get_external_id': {
        const receipt = this.#running.receipt(key);
        return receipt === undefined ? 'not_found' : ['ok', receipt.externalMessageId];
      }
      default:
        throw new ReplayError(`The runner knows no step "${call}" of a Sender.`);
    }
  }

  async #enqueue([id, conversation, payload, given]: readonly Json[]): Promise<Json> {
    const metadata: JsonObject = isObject(given) ? given : {};
    const { idempotency_key: key } = metadata;
    const message = {
      id: String(id),
      conversation: String(conversation),
      text: String(payload),
      metadata,
      ...(typeof key === 'string' && { idempotencyKey: key }),
    };
    try {
      const { jobId } = await this.#running.enqueue(message);
      return ['ok', this.#jobName(jobId)];
    } catch (error) {
      if (error instanceof QueueFullError) return ['error', 'queue_full'];
      throw error;
    }
  }

  async #burst(count: number): Promise<Json> {
    const room = 'room-1';
    const asked = Array.from({ length: count }, (_, index) => this.#enqueue([`b${index + 1}`, room, `b${index + 1}`]));
    const depth = this.#running.healthSnapshot().senderQueueDepth;
    const results = await Promise.all(asked);
    const isAccepted = (result: Json): boolean => Array.isArray(result) && result[0] === 'ok';
    const accepted = results.filter(isAccepted).length;
    await this.world.clock.settle();
    const firstRejected = results.findIndex((result) => !isAccepted(result));
    return {
      ok: accepted,
      queue_full: count - accepted,
      first_rejected_index: firstRejected < 0 ? null : firstRejected,
      queue_size_after_last: depth,
    };
  }

  /** A successful delivery and a counted failure are signals of ours; to the original they are notifications. */
  #note(event: TelemetryEvent): void {
    if (event.name === 'delivery.sent') this.notes.push({ kind: 'notify', call: 'notify_success', reason: null });
    if (event.name === 'instance.failure_counted') {
      this.notes.push({ kind: 'notify', call: 'notify_failure', reason: event.metadata['reason'] ?? null });
    }
    if (!event.name.startsWith('delivery.') || ofTheSeed([event]).length === 0) return;
    const jobId = this.#jobName(String(event.metadata['jobId']));
    this.notes.push({ kind: 'signal', event: { ...event, metadata: { ...event.metadata, jobId } } });
  }

  /** Jobs are named in the order in which they were accepted. */
  #jobName(jobId: string): string {
    const known = this.#jobNames.get(jobId) ?? `job_${this.#jobNames.size + 1}`;
    this.#jobNames.set(jobId, known);
    return known;
  }
}
