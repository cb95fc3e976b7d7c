import type { ChartRecord } from '@holdfast/compile';
import type { ActorRefFrom } from 'xstate';
import { Fleet } from '../actors/Fleet.ts';
import {
  AlreadyStartedError,
  DrainingError,
  type InputProblem,
  InstanceStoppedError,
  InvalidInputError,
} from '../errors.ts';
import type { instanceMachine } from '../machine/instanceMachine.ts';
import type { InstanceCommand, InstanceInput, RestartHistory } from '../machine/instanceModel.ts';
import { actorMaker, type Interpreter, instanceLogic, instanceRecord } from '../machine/interpreters.ts';
import { type InstanceSnapshot, isDraining, selectHealthSnapshot, selectStatusSnapshot } from '../machine/selectors.ts';
import type { WebhookRequest, WebhookResponse } from '../ports/channel.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import { systemRandom } from '../ports/random.ts';
import type { DeadLetter, StoredInstance } from '../ports/store.ts';
import type { HealthSnapshot, RestartClass, StatusSnapshot } from '../schema/healthSnapshot.ts';
import { Instance, type InstanceStatus } from '../schema/instanceConfig.ts';
import type { JsonObject } from '../schema/json.ts';
import type { OutboundMessage, Receipt } from '../schema/message.ts';
import { answerWebhook } from './answerWebhook.ts';
import { type CheckedChannel, checkChannel, checkCredentials } from './channelOptions.ts';
import type { Delivery, EnqueueOptions, HeldResolution } from './Deliveries.ts';
import type { DeliveryState } from './deliveryFates.ts';
import { type End, Ending, type StopAccount, type StopOptions } from './Ending.ts';
import { Hibernation } from './Hibernation.ts';
import type { ChildSpec, InstanceServerOptions, SenderHandle } from './instanceServerOptions.ts';
import { type Reason, readAttempt, readMeta, readReason, readRestartClass } from './notifyInput.ts';
import { type ChannelSurroundings, OpenChannel } from './OpenChannel.ts';
import { Place } from './Place.ts';
import { Recorder, readRecord } from './Recorder.ts';
import type { Replay } from './Replays.ts';
import {
  validateCallback,
  validateFailureLimit,
  validateHibernation,
  validateInspection,
  validateInterpreter,
  validateStore,
} from './resolveOptions.ts';
import { validateInput } from './validateInput.ts';
import { type WaitOptions, waitForSnapshot } from './waitForSnapshot.ts';
import { inspectOption, watch } from './watching.ts';

/**
 * One running instance: the chart, its workers, and what an app may ask of them.
 *
 * V1. What is asked of a stopped instance is refused with `InstanceStoppedError`; what it is told is ignored.
 */
export class InstanceServer implements AsyncDisposable {
  /** The record it was started with. `credentials` is always empty: the channel's hold has them, and shows them nowhere. */
  readonly instance: Instance & { readonly credentials: JsonObject };
  /** An actor, or a record that becomes one when it is asked for. */
  readonly #chart: ChartRecord<typeof instanceMachine> | ActorRefFrom<typeof instanceMachine>;
  readonly #clock: Clock;
  readonly #channel: OpenChannel | undefined;
  readonly #ending: Ending;
  /** Undefined where it never hibernates. */
  readonly #hibernation: Hibernation | undefined;
  #sender: SenderHandle | undefined;

  /** Throws `InvalidInputError`, or `AlreadyStartedError` with the running server. */
  static start(options: InstanceServerOptions<InstanceServer>): InstanceServer {
    return new InstanceServer(options, options.history);
  }

  static childSpec(options: InstanceServerOptions<InstanceServer>): ChildSpec<InstanceServer> {
    return {
      id: options.instance.id,
      start: (history) => new InstanceServer(options, history ?? options.history),
      restart: 'permanent',
      type: 'worker',
    };
  }

  private constructor(options: InstanceServerOptions<InstanceServer>, history: RestartHistory | undefined) {
    const instance = validateInput(Instance, options.instance, { subject: 'instance' });
    const { clock = systemClock, random = systemRandom, fleet = new Fleet(clock), registry } = options;
    const { failureLimit, hibernateAfterMs, inspect, interpreter = 'compiled', observer, store } = options;
    validateFailureLimit(failureLimit);
    validateCallback(observer, 'observer');
    validateInspection(inspect);
    validateInterpreter(interpreter);
    validateHibernation(hibernateAfterMs);
    validateStore(store);
    const checked = options.channel && checkChannel(options.channel, instance);
    const running = registry?.whereis(instance.id);
    if (running) throw new AlreadyStartedError(instance.id, running);

    this.#clock = clock;
    const { id: instanceId, name, channelType, status } = instance;
    const settings = Object.keys(instance.settings).length > 0 ? instance.settings : nothing;
    this.instance = { id: instanceId, name, channelType, status, settings, credentials: nothing };
    this.#channel = checked && this.#open(checked, { instanceId, clock, random, fleet, store }, history !== undefined);
    const channel = this.#channel?.binding;
    const instanceModule = options.module;
    const input = { instance: this.instance, observer, instanceModule, history, failureLimit, clock, channel };
    // A record is nothing that an inspector could be shown.
    const record = inspect ? undefined : instanceRecord(interpreter, input);
    this.#chart = record ?? actorOf(interpreter, { input, clock, ...inspectOption(inspect) });
    const mayHibernate = !record && !inspect && interpreter === 'compiled' && hibernateAfterMs !== Infinity;
    this.#hibernation = mayHibernate ? new Hibernation(this.#asActor(), clock, hibernateAfterMs) : undefined;
    const place = new Place(this, { clock, channel: this.#channel, registry, fleet, hibernation: this.#hibernation });
    this.#ending = new Ending(this.#chart, place);
    if (record) record.onEnd(this.#ending);
    else this.#asActor().subscribe(this.#ending);
    if (inspect) watch(inspect, this.actor, { channel: this.#channel, onEnd: (listener) => this.onEnd(listener) });
    this.#chart.start();
    this.#hibernation?.start();
    this.#reportIgnored(this.#channel?.ignoredSettings ?? []);
    // What cannot be read now is read before the first link is made.
    void channel?.restore();
  }

  /**
   * The running chart: subscribe to it, inspect it, send it events. An instance without a channel has no actor before somebody asks
   * for it here, and takes a third more memory from then on; one that has a channel hibernates no more.
   */
  get actor(): ActorRefFrom<typeof instanceMachine> {
    this.#hibernation?.end();
    return this.#asActor();
  }

  /** Its actors are let go until something happens (see `hibernateAfterMs`). Messages come in and go out meanwhile. */
  get isHibernating(): boolean {
    return this.#hibernation?.isAsleep ?? false;
  }

  /** Of the chart. To be read at once: it changes in place. @internal */
  get snapshot(): InstanceSnapshot {
    return this.#chart.getSnapshot();
  }

  /** Not stopped. What is asked of it, and what it is told, has an effect. */
  get isRunning(): boolean {
    return this.snapshot.status === 'active';
  }

  /** Told to stop, and not yet done with it. */
  get isStopping(): boolean {
    return this.#ending.isUnderWay;
  }

  /** Resolves when it has ended, with how: its messages are handed back, its link is closed, its id is free. */
  get ended(): Promise<End> {
    return this.#ending.ended;
  }

  /** Tells of the end once, as `ended` does, without a promise. @internal */
  onEnd(listener: (how: End) => void): void {
    this.#ending.onEnd(listener);
  }

  /** Throws `InstanceStoppedError`. */
  status(): StatusSnapshot {
    return selectStatusSnapshot(this.#alive());
  }

  /** Throws `InstanceStoppedError`. */
  healthSnapshot(): HealthSnapshot {
    const snapshot = this.#alive();
    const senderQueueDepth = this.#sender ? askDepth(this.#sender) : (this.#channel?.outbox.size ?? 0);
    return selectHealthSnapshot(snapshot, { nowMs: this.#clock.now(), senderQueueDepth });
  }

  /**
   * For an instance without a channel: an attempt begins. One with a channel knows from its own connection where that
   * stands, and is not changed by being told; failures, successes and restarts count for both.
   */
  notifyConnecting(): void {
    this.#tell({ type: 'notify.connecting' });
  }

  /**
   * For an instance without a channel: it is connected. `meta` goes into the signal, over what every signal carries. Throws
   * `InvalidInputError` when it is no object.
   */
  notifyConnected(meta: JsonObject = noMeta): void {
    this.#tell({ type: 'notify.connected', meta: meta === noMeta ? meta : readMeta(meta) });
  }

  /** It is disconnected; with a channel: its link, if there is one, is given up and made anew. */
  notifyDisconnected(reason: Reason = 'unknown'): void {
    this.#tell({ type: 'notify.disconnected', reason: readReason(reason) });
  }

  notifyFailure(reason: Reason): void {
    this.#tell({ type: 'notify.failure', reason: readReason(reason) });
  }

  notifySuccess(): void {
    this.#tell({ type: 'notify.success' });
  }

  /** For an instance without a channel. `attempt` is a whole number from 0 (`InvalidInputError` otherwise); a null reason leaves the last error as it is. */
  notifyReconnectAttempt(attempt: number, reason: Reason = null): void {
    this.#tell({ type: 'notify.reconnectAttempt', attempt: readAttempt(attempt), reason: readReason(reason) });
  }

  /** Throws `InvalidInputError` for another class than `recoverable` and `fatal`. */
  notifyRestartMarker(restartClass: RestartClass, reason: Reason): void {
    this.#tell({ type: 'notify.restartMarker', class: readRestartClass(restartClass), reason: readReason(reason) });
  }

  /** Lets a Sender of your own appear in `senderQueueDepth`. Call what it returns when it is gone. */
  attachSender(sender: SenderHandle): () => void {
    this.#sender = sender;
    return () => {
      if (this.#sender === sender) this.#sender = undefined;
    };
  }

  /**
   * Resolves when the message is accepted: queued, and where there is a store, in it, so that no crash loses it from then on.
   * Accepted is not sent: `settled` tells what becomes of it. The order of the calls is the order of the messages, whether
   * you wait or not. Rejects with `InvalidInputError`, `QueueFullError`, `SheddingError` (low priority, nearly full),
   * `NotStoredError`, `DrainingError`, `InstanceStoppedError`: it was not accepted.
   */
  async enqueue(message: OutboundMessage, options: EnqueueOptions = {}): Promise<Delivery> {
    const snapshot = this.#alive();
    if (!this.#channel) throw new InvalidInputError('call', [noChannel(this.instance)]);
    if (this.isStopping || isDraining(snapshot)) throw new DrainingError(this.instance.id);
    const { delivery, stored } = this.#channel.deliveries.accept(message, options);
    await stored;
    return delivery;
  }

  /** Accepts a message and waits until the peer has taken it. Rejects as `enqueue` throws, and as `settled` rejects. */
  async send(message: OutboundMessage, options: EnqueueOptions = {}): Promise<Receipt> {
    const { settled } = await this.enqueue(message, options);
    return settled;
  }

  /** Where a message is, or what became of it; undefined when it was never accepted, or is remembered no more. Also after the end. */
  delivery(jobId: string): DeliveryState | undefined {
    return this.#channel?.deliveries.find(jobId);
  }

  /** Decides about a held message (see `sender.unknownOutcome`). Whether it was held. */
  resolveDelivery(jobId: string, resolution: HeldResolution): boolean {
    return this.#channel?.deliveries.resolve(jobId, resolution) ?? false;
  }

  /** The receipt of the message that was sent under this key that you gave, while it is remembered; also after the end. */
  receipt(idempotencyKey: string): Receipt | undefined {
    return this.#channel?.outbox.receipt(idempotencyKey);
  }

  /** What `DeadLetters` hands over once more. @internal */
  async replay(letter: DeadLetter): Promise<Replay> {
    this.#alive();
    if (!this.#channel) throw new InvalidInputError('call', [noChannel(this.instance)]);
    if (this.isStopping) throw new DrainingError(this.instance.id);
    return this.#channel.replays.replay(letter);
  }

  /**
   * Gives the channel new credentials, and connects with them: a link that is up is made anew, an attempt under way is given up
   * for one with the new ones, and a parked instance tries again. Throws `InvalidInputError`.
   */
  updateCredentials(credentials: unknown): void {
    if (!this.#channel) throw new InvalidInputError('call', [noChannel(this.instance)]);
    const { adapter, binding } = this.#channel;
    binding.replaceCredentials(checkCredentials(adapter, credentials));
    this.#tell({ type: 'credentials.updated' });
  }

  /** Ends whatever wait there is, and tries to connect now. */
  retry(): void {
    this.#tell({ type: 'retry' });
  }

  /** Hands an inbound webhook call to the channel. Never rejects: what goes wrong is a status for the peer. */
  handleWebhook(request: WebhookRequest): Promise<WebhookResponse> {
    return answerWebhook(this.snapshot, request);
  }

  /** Resolves once it is in this status, or `isDone` holds. Rejects with `WaitTimeoutError`, or when it stops before. */
  waitFor(
    wanted: InstanceStatus | ((snapshot: InstanceSnapshot) => boolean),
    options: WaitOptions = {},
  ): Promise<void> {
    return waitForSnapshot(this.#asActor(), wanted, { ...options, clock: this.#clock, instanceId: this.instance.id });
  }

  /**
   * Reads no more, finishes what is in hand and queued, closes the link, and returns the account. Called while it is
   * stopping it joins; called after, it rejects with `InstanceStoppedError`. Rejects with `InvalidInputError` and changes
   * nothing when the options are wrong.
   */
  async stop(options: StopOptions = {}): Promise<StopAccount> {
    return this.#ending.stop(options);
  }

  /** Stops it, or waits for the stop that is under way; does nothing when it has stopped. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isRunning || this.isStopping) await this.stop();
  }

  #open(checked: CheckedChannel, around: Surroundings, isKnown: boolean): OpenChannel {
    // There are as many of these as instances: it is written out, since a spread gives each a shape of its own.
    const { clock, fleet, instanceId, random, store } = around;
    const onRestored = store && ((stored: StoredInstance): void => this.#goOn(stored, isKnown));
    return new OpenChannel(checked, { instanceId, clock, random, fleet, store, instance: this, onRestored });
  }

  /** Goes on where the process before this one was. One that is started again in this process knows how it has fared. */
  #goOn({ snapshot }: StoredInstance, isKnown: boolean): void {
    if (!this.#channel || !this.isRunning) return;
    const past = isKnown ? undefined : readRecord(snapshot);
    if (past) this.#chart.send({ type: 'store.restored', past });
    if (past?.isRunning) this.notifyRestartMarker('recoverable', 'process_ended');
    new Recorder(this.#asActor(), this.#channel.binding.journal, this.instance).start();
  }

  #asActor(): ActorRefFrom<typeof instanceMachine> {
    return 'becomeActor' in this.#chart ? this.#chart.becomeActor({ clock: this.#clock }) : this.#chart;
  }

  #reportIgnored(settings: readonly string[]): void {
    if (settings.length === 0) return;
    const { telemetry } = this.snapshot.context;
    telemetry.publishAt(this.#clock.now(), 'instance.settings_ignored', { settings });
  }

  /** V1. */
  #tell(command: InstanceCommand): void {
    if (this.isRunning) this.#chart.send(command);
  }

  /** V1. */
  #alive(): InstanceSnapshot {
    if (!this.isRunning) throw new InstanceStoppedError(this.instance.id);
    return this.snapshot;
  }
}

interface ActorOptions extends ReturnType<typeof inspectOption> {
  readonly input: InstanceInput;
  readonly clock: Clock;
}

function actorOf(interpreter: Interpreter, options: ActorOptions): ActorRefFrom<typeof instanceMachine> {
  const create = actorMaker(interpreter);
  return create(instanceLogic(interpreter), options);
}

const noMeta: JsonObject = {};

/** Settings, or credentials, of an instance: one for all that have none. */
const nothing: JsonObject = Object.freeze({});

type Surroundings = Pick<ChannelSurroundings, 'instanceId' | 'clock' | 'random' | 'fleet' | 'store'>;

/** A Sender that cannot answer says nothing about the health of its instance. */
function askDepth(sender: SenderHandle): number {
  try {
    const depth = sender.queueDepth();
    return Number.isSafeInteger(depth) && depth >= 0 ? depth : 0;
  } catch {
    return 0;
  }
}

function noChannel({ id }: Instance): InputProblem {
  return { path: 'channel', expected: `instance "${id}" to have a channel for this`, received: 'an instance without' };
}
