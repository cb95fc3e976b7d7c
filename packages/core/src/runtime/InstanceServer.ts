import { type ActorRefFrom, createActor, type InspectionEvent } from 'xstate';
import type { ChannelBinding } from '../actors/channelBinding.ts';
import { AlreadyStartedError, DrainingError, type InputProblem, InstanceStoppedError, InvalidInputError } from '../errors.ts';
import { instanceMachine } from '../machine/instanceMachine.ts';
import type { InstanceCommand } from '../machine/instanceModel.ts';
import { type InstanceSnapshot, selectHealthSnapshot, selectStatusSnapshot } from '../machine/selectors.ts';
import type { Outbox } from '../policy/outbox.ts';
import type { WebhookRequest, WebhookResponse } from '../ports/channel.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import { systemRandom } from '../ports/random.ts';
import type { HealthSnapshot, RestartClass, StatusSnapshot } from '../schema/healthSnapshot.ts';
import { Instance, type InstanceStatus } from '../schema/instanceConfig.ts';
import type { JsonObject } from '../schema/json.ts';
import type { OutboundMessage, QueuedMessage, Receipt } from '../schema/message.ts';
import { bindChannel, checkChannel, checkCredentials, createOutbox } from './channelOptions.ts';
import { Deliveries, type Delivery } from './Deliveries.ts';
import { readAttempt, readMeta, readReason, readRestartClass, type Reason } from './notifyInput.ts';
import { answerWebhook } from './answerWebhook.ts';
import type { ChildSpec, InstanceServerOptions, SenderHandle, StopAccount, StopOptions } from './instanceServerOptions.ts';
import { describeReceived, validateInput } from './validateInput.ts';
import { type WaitOptions, waitForSnapshot } from './waitForSnapshot.ts';

const defaultDeadlineMs = 10_000;

/**
 * One running instance: the chart, its workers, and what an app may ask of them.
 *
 * V1. What is asked of a stopped instance is refused with `InstanceStoppedError`; what it is told is ignored.
 * V2. `stop` settles at its deadline at the latest, whatever the channel does, and returns the account.
 */
export class InstanceServer implements AsyncDisposable {
  /** The record it was started with. Credentials are not part of it. */
  readonly instance: Instance & { readonly credentials: JsonObject };
  /** The running chart: subscribe to it, inspect it, send it events. */
  readonly actor: ActorRefFrom<typeof instanceMachine>;
  readonly #options: InstanceServerOptions<InstanceServer>;
  readonly #clock: Clock;
  readonly #binding: ChannelBinding | undefined;
  readonly #outbox: Outbox | undefined;
  readonly #deliveries: Deliveries | undefined;
  #sender: SenderHandle | undefined;
  #stopping: Promise<StopAccount> | undefined;
  #account: StopAccount | undefined;
  #handedBack: readonly QueuedMessage[] = [];

  /** Throws `InvalidInputError`, or `AlreadyStartedError` with the running server. */
  static start(options: InstanceServerOptions<InstanceServer>): InstanceServer {
    return new InstanceServer(options);
  }

  static childSpec(options: InstanceServerOptions<InstanceServer>): ChildSpec<InstanceServer> {
    return {
      id: options.instance.id,
      start: () => InstanceServer.start(options),
      restart: 'permanent',
      type: 'worker',
    };
  }

  private constructor(options: InstanceServerOptions<InstanceServer>) {
    const instance = validateInput(Instance, options.instance, 'instance');
    const { clock = systemClock, random = systemRandom, registry, failureLimit } = options;
    checkFailureLimit(failureLimit);
    const checked = options.channel && checkChannel(options.channel, instance);
    const running = registry?.whereis(instance.id);
    if (running) throw new AlreadyStartedError(instance.id, running);

    this.#options = options;
    this.#clock = clock;
    this.instance = { ...instance, credentials: {} };
    if (checked) {
      const outbox = createOutbox(checked);
      const deliveries = new Deliveries({
        instanceId: instance.id,
        outbox,
        clock,
        random,
        telemetry: () => this.#snapshot().context.telemetry,
        wake: () => this.actor.send({ type: 'outbox.changed' }),
      });
      this.#outbox = outbox;
      this.#deliveries = deliveries;
      this.#sender = { queueDepth: () => outbox.size };
      this.#binding = bindChannel(checked, instance.id, { clock, random, outbox, deliveries });
    }
    const { observer, module: instanceModule } = options;
    this.actor = createActor(instanceMachine, {
      input: { instance, observer, instanceModule, failureLimit, clock, channel: this.#binding },
      clock,
      ...(options.inspect ? { inspect: guardInspector(options.inspect) } : {}),
    });
    registry?.register(instance.id, this);
    this.actor.subscribe({ complete: () => this.#ended(), error: () => this.#crashed() });
    this.actor.start();
    const ignored = checked?.workers.ignoredSettings ?? [];
    if (ignored.length > 0) this.#reportIgnored(ignored);
  }

  /** Throws `InstanceStoppedError`. */
  status(): StatusSnapshot {
    return selectStatusSnapshot(this.#alive());
  }

  /** Throws `InstanceStoppedError`. */
  healthSnapshot(): HealthSnapshot {
    const senderQueueDepth = this.#sender?.queueDepth() ?? 0;
    return selectHealthSnapshot(this.#alive(), { nowMs: this.#clock.now(), senderQueueDepth });
  }

  notifyConnecting(): void {
    this.#tell({ type: 'notify.connecting' });
  }

  /** `meta` goes into the signal, over what every signal carries. Throws `InvalidInputError` when it is no object. */
  notifyConnected(meta: JsonObject = {}): void {
    this.#tell({ type: 'notify.connected', meta: readMeta(meta) });
  }

  notifyDisconnected(reason: Reason = 'unknown'): void {
    this.#tell({ type: 'notify.disconnected', reason: readReason(reason) });
  }

  notifyFailure(reason: Reason): void {
    this.#tell({ type: 'notify.failure', reason: readReason(reason) });
  }

  notifySuccess(): void {
    this.#tell({ type: 'notify.success' });
  }

  /** `attempt` is a whole number from 0 (`InvalidInputError` otherwise); a null reason leaves the last error as it is. */
  notifyReconnectAttempt(attempt: number, reason: Reason = null): void {
    this.#tell({ type: 'notify.reconnectAttempt', attempt: readAttempt(attempt), reason: readReason(reason) });
  }

  /** Throws `InvalidInputError` for another class than `recoverable` and `fatal`. */
  notifyRestartMarker(restartClass: RestartClass, reason: Reason): void {
    this.#tell({ type: 'notify.restartMarker', class: readRestartClass(restartClass), reason: readReason(reason) });
  }

  /** Lets a Sender of your own appear in `senderQueueDepth`. Call what it returns when it is gone. */
  attachSender(sender: SenderHandle): () => void {
    const before = this.#sender;
    this.#sender = sender;
    return () => {
      if (this.#sender === sender) this.#sender = before;
    };
  }

  /**
   * Accepts a message, or throws: `InvalidInputError`, `QueueFullError`, `DrainingError`, `InstanceStoppedError`.
   * Accepted is not sent: `settled` tells what becomes of it.
   */
  enqueue(message: OutboundMessage): Delivery {
    const snapshot = this.#alive();
    if (!this.#deliveries) throw new InvalidInputError('call', [noChannel(this.instance)]);
    if (this.#stopping || snapshot.matches({ connected: 'draining' })) throw new DrainingError(this.instance.id);
    return this.#deliveries.accept(message);
  }

  /** Accepts a message and waits until the peer has taken it. Rejects as `enqueue` throws, and as `settled` rejects. */
  async send(message: OutboundMessage): Promise<Receipt> {
    return this.enqueue(message).settled;
  }

  /** The receipt of the message that was sent under this key, while it is remembered. */
  receipt(idempotencyKey: string): Receipt | undefined {
    return this.#outbox?.receipt(idempotencyKey);
  }

  /** Gives the channel new credentials, and tries to connect with them. Throws `InvalidInputError`. */
  updateCredentials(credentials: unknown): void {
    const { channel } = this.#options;
    if (!channel || !this.#binding) throw new InvalidInputError('call', [noChannel(this.instance)]);
    this.#binding.replaceCredentials(checkCredentials(channel.adapter, credentials));
    this.#tell({ type: 'credentials.updated' });
  }

  /** Ends whatever wait there is, and tries to connect now. */
  retry(): void {
    this.#tell({ type: 'retry' });
  }

  /** Hands an inbound webhook call to the channel. Never rejects: what goes wrong is a status for the peer. */
  handleWebhook(request: WebhookRequest): Promise<WebhookResponse> {
    return answerWebhook(this.#snapshot(), request);
  }

  /** Resolves once it is in this status, or `isDone` holds. Rejects with `WaitTimeoutError`, or when it stops before. */
  waitFor(wanted: InstanceStatus | ((snapshot: InstanceSnapshot) => boolean), options: WaitOptions = {}): Promise<void> {
    return waitForSnapshot(this.actor, wanted, { ...options, clock: this.#clock, instanceId: this.instance.id });
  }

  /**
   * Reads no more, finishes what is in hand and queued, closes the link, and returns the account. Called while it is
   * stopping it joins; called after, it rejects with `InstanceStoppedError`.
   */
  stop(options: StopOptions = {}): Promise<StopAccount> {
    if (this.#account || (!this.#stopping && !this.#isAlive())) {
      return Promise.reject(new InstanceStoppedError(this.instance.id));
    }
    this.#stopping ??= this.#stop(options);
    return this.#stopping;
  }

  /** Stops it; does nothing when it has stopped. */
  async [Symbol.asyncDispose](): Promise<void> {
    await (this.#stopping ?? (this.#isAlive() ? this.stop() : undefined));
  }

  async #stop({ deadlineMs = defaultDeadlineMs, reason }: StopOptions): Promise<StopAccount> {
    const graceMs = this.#binding?.reconnect.closeGraceMs ?? 0;
    const endsAtMs = this.#clock.now() + deadlineMs;
    const ended = new Promise<void>((resolve) => {
      this.actor.subscribe({ complete: resolve, error: () => resolve() });
    });
    const drainMs = Math.max(0, deadlineMs - graceMs);
    this.actor.send({ type: 'stop', drainMs, ...(reason === undefined ? {} : { reason: readReason(reason) }) });
    await ended;
    await this.#released(endsAtMs - this.#clock.now());
    this.#account = { accepted: 0, sent: 0, failed: 0, ...this.#outbox?.account, handedBack: this.#handedBack };
    return this.#account;
  }

  /** V2. */
  async #released(withinMs: number): Promise<void> {
    if (!this.#binding) return;
    let timer: unknown;
    const deadline = new Promise<void>((resolve) => {
      timer = this.#clock.setTimeout(resolve, Math.max(0, withinMs));
    });
    await Promise.race([this.#binding.released(), deadline]);
    this.#clock.clearTimeout(timer);
  }

  #reportIgnored(settings: readonly string[]): void {
    const { telemetry } = this.#snapshot().context;
    telemetry.publishAt(this.#clock.now(), 'instance.settings_ignored', { settings });
  }

  /** However it has ended: the id is free, the link is closed, the messages go back. */
  #ended(): void {
    this.#options.registry?.unregister(this.instance.id, this);
    this.#binding?.releaseAll();
    this.#handedBack = this.#outbox?.handBack() ?? [];
  }

  /** Only a broken chart gets here. The signal that it has stopped is not lost with it. */
  #crashed(): void {
    const { telemetry } = this.#snapshot().context;
    telemetry.publishAt(this.#clock.now(), 'instance.stopped', { reason: 'crash' });
    this.#ended();
  }

  /** V1. */
  #tell(command: InstanceCommand): void {
    if (this.#isAlive()) this.actor.send(command);
  }

  /** V1. */
  #alive(): InstanceSnapshot {
    if (!this.#isAlive()) throw new InstanceStoppedError(this.instance.id);
    return this.#snapshot();
  }

  #isAlive(): boolean {
    return this.#snapshot().status === 'active';
  }

  #snapshot(): InstanceSnapshot {
    return this.actor.getSnapshot();
  }
}

function checkFailureLimit(failureLimit: number | undefined): void {
  if (failureLimit === undefined || (Number.isSafeInteger(failureLimit) && failureLimit > 0)) return;
  const received = describeReceived(failureLimit);
  throw new InvalidInputError('options', [{ path: 'failureLimit', expected: 'a whole number from 1', received }]);
}

function noChannel({ id }: Instance): InputProblem {
  return { path: 'channel', expected: `instance "${id}" to have a channel for this`, received: 'an instance without' };
}

/** XState puts the actor in error when an inspector throws. Ours is only watched. */
function guardInspector(inspect: (event: InspectionEvent) => void): (event: InspectionEvent) => void {
  return (event) => {
    try {
      inspect(event);
    } catch {
      // Whoever watches must not break what is watched.
    }
  };
}
