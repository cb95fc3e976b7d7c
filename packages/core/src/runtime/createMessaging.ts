import { Fleet } from '../actors/Fleet.ts';
import { TimerWheel } from '../actors/TimerWheel.ts';
import { AlreadyStartedError, InstanceNotFoundError, InvalidInputError, UnknownChannelError } from '../errors.ts';
import type { RestartHistory } from '../machine/instanceModel.ts';
import type { Interpreter } from '../machine/interpreters.ts';
import { createIdentifier } from '../policy/identifier.ts';
import type { ChannelAdapter } from '../ports/channel.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import type { Inspection } from '../ports/inspection.ts';
import type { Observer } from '../ports/observer.ts';
import { type Random, systemRandom } from '../ports/random.ts';
import type { Store } from '../ports/store.ts';
import type { HealthSnapshot, StatusSnapshot } from '../schema/healthSnapshot.ts';
import type { Instance } from '../schema/instanceConfig.ts';
import type { ReconnectBudgetOptions } from '../schema/reconnectBudget.ts';
import type { ChannelOptions } from './channelOptions.ts';
import { DeadLetters } from './DeadLetters.ts';
import type { StopAccount, StopOptions } from './Ending.ts';
import { InstanceServer } from './InstanceServer.ts';
import { InstanceSupervisor, type InstanceSupervisorOptions } from './InstanceSupervisor.ts';
import type { InstanceServerOptions } from './instanceServerOptions.ts';
import { LocalRegistry } from './LocalRegistry.ts';
import { type PastInstance, startOfPast } from './pastInstances.ts';
import { Retention, type RetentionOptions, validateRetention } from './Retention.ts';
import {
  validateBudget,
  validateCallback,
  validateHibernation,
  validateInspection,
  validateInterpreter,
  validateStore,
  validateWorkerOptions,
  type WorkerOptions,
} from './resolveOptions.ts';
import { type StaggerOptions, type Start, type StartedInstances, startStaggered } from './startStaggered.ts';
import { describeReceived, validateObject } from './validateInput.ts';

export interface MessagingOptions<Adapter extends ChannelAdapter = ChannelAdapter> {
  /** Shown as `instanceModule` in telemetry. Default `holdfast`. */
  readonly name?: string | undefined;
  /** The channels that instances may be started on; each kind once. */
  readonly channels?: readonly Adapter[] | undefined;
  /** Gets the telemetry of all instances. */
  readonly observer?: Observer | undefined;
  /** Default: the system's, with the timers of all instances on a wheel (`TimerWheel`). */
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** What holds for every instance that does not say otherwise. */
  readonly defaults?: WorkerOptions | undefined;
  /**
   * Where instances write down what has to outlive the process: accepted messages, idempotency keys, cursors, dead letters.
   * `@holdfast/store` has them. Default: nowhere. It is yours: close it after `stop`.
   */
  readonly store?: Store | undefined;
  /** How long the store keeps what would grow without end. What is left out has its default. */
  readonly retention?: Partial<RetentionOptions> | undefined;
  /** How fast the instances may reconnect together. What is left out has its default. */
  readonly reconnectBudget?: Partial<ReconnectBudgetOptions> | undefined;
  /** How often an instance that broke is started again. */
  readonly supervision?: Pick<InstanceSupervisorOptions, 'intensity' | 'slowRetryMs'> | undefined;
  /** What runs the charts. Both do the same; compiled charts take a tenth of the time. Default `compiled`. */
  readonly interpreter?: Interpreter | undefined;
  /**
   * How long nothing has to happen to an instance with a channel before it hibernates: its actors are let go, and made again by the next
   * event or timer. Messages come in and go out meanwhile, and it can be asked how it is. Milliseconds, above 0, `Infinity` for never; default 30
   * minutes. One whose `actor` was asked for, that is inspected, or that XState interprets never does.
   */
  readonly hibernateAfterMs?: number | undefined;
  /**
   * Who sees what goes on in all instances: an inspector of `@holdfast/inspector`, which costs nothing while nobody looks, or a function
   * that gets XState's inspection events, every one of them.
   */
  readonly inspect?: Inspection | undefined;
}

/** What `startInstance` takes: the instance, its channel's credentials and config, and how its workers behave. */
export type StartInstanceOptions<Adapter extends ChannelAdapter> = Omit<
  ChannelOptions<Adapter>,
  'adapter' | 'defaults'
> &
  Pick<Instance, 'name'> &
  Partial<Pick<Instance, 'id' | 'status' | 'settings'>> &
  Pick<InstanceServerOptions, 'failureLimit'>;

/** What an instance is resumed with: what `startInstance` takes, and no need to say again what the store knows. */
export type ResumeOptions<Adapter extends ChannelAdapter> = Partial<StartInstanceOptions<Adapter>>;

/** An instance to be started among many: on which channel, and what `startInstance` takes. */
export type InstanceToStart<Adapter extends ChannelAdapter> = Adapter extends ChannelAdapter
  ? StartInstanceOptions<Adapter> & { readonly channelType: Adapter['kind'] }
  : never;

/** The adapter of one kind among those that a messaging has. */
export type AdapterOf<Adapter extends ChannelAdapter, Kind extends string> = Extract<Adapter, { readonly kind: Kind }>;

/** What all instances of a messaging are started with. */
type SharedOptions = Omit<InstanceServerOptions<InstanceServer>, 'instance' | 'channel' | 'failureLimit' | 'history'>;

/** A set of instances that share channels, an observer and a namespace of ids. */
export class Messaging<Adapter extends ChannelAdapter = ChannelAdapter> implements AsyncDisposable {
  readonly name: string;
  readonly #options: MessagingOptions<Adapter>;
  readonly #channels: ReadonlyMap<string, Adapter>;
  readonly #registry = new LocalRegistry<InstanceServer>();
  readonly #shared: SharedOptions;
  readonly #supervisor: InstanceSupervisor;
  readonly #retention: Retention | undefined;
  readonly #clock: Clock;
  /** Ends the staggered starts that are under way. */
  #stopping = new AbortController();
  #identifiers = 0;

  constructor(options: MessagingOptions<Adapter>) {
    validateCallback(options.observer, 'observer');
    validateInspection(options.inspect);
    validateInterpreter(options.interpreter);
    validateHibernation(options.hibernateAfterMs);
    validateStore(options.store);
    const retention = validateRetention(options.retention);
    validateWorkerOptions(options.defaults ?? {}, 'defaults');
    this.name = options.name ?? 'holdfast';
    const onEmpty = (): void => this.#retention?.stop();
    const clock = options.clock ?? new TimerWheel(systemClock);
    this.#clock = clock;
    this.#supervisor = new InstanceSupervisor({ clock, ...options.supervision, onEmpty });
    const fleet = new Fleet(clock, validateBudget(options.reconnectBudget));
    this.#options = options;
    this.#channels = indexChannels(options.channels ?? []);
    const { hibernateAfterMs, inspect, interpreter, observer, random, store } = options;
    const how = { hibernateAfterMs, inspect, interpreter };
    this.#shared = { module: this.name, clock, random, observer, ...how, store, fleet, registry: this.#registry };
    this.#retention = store && new Retention({ store, clock, observer, name: this.name, retention });
  }

  /** The messages that were given up. Throws `InvalidInputError` where there is no store. */
  get deadLetters(): DeadLetters {
    return new DeadLetters(this.#store(), (id) => this.#get(id));
  }

  /**
   * Starts an instance on a channel. It resolves when the instance runs, not when it is connected: a peer that is down
   * keeps nothing from starting (`waitFor('connected')` waits). An id is made when none is given. Rejects with
   * `UnknownChannelError`, `InvalidInputError`, or `AlreadyStartedError` with the running server.
   */
  async startInstance<Kind extends Adapter['kind']>(
    channelType: Kind,
    options: StartInstanceOptions<AdapterOf<Adapter, Kind>>,
  ): Promise<InstanceServer> {
    const adapter = this.#channels.get(channelType);
    if (!adapter) throw new UnknownChannelError(channelType, [...this.#channels.keys()]);
    validateObject(options, 'options');
    const { id, name, status, settings, failureLimit } = options;
    const instance = {
      id: id ?? this.#createIdentifier(),
      name,
      channelType,
      ...(status === undefined ? undefined : { status }),
      ...(settings === undefined ? undefined : { settings }),
    };
    const { config, credentials, onMessage, poller, reconnect, sender } = options;
    const { defaults } = this.#options;
    const channel = { adapter, defaults, credentials, config, onMessage, poller, reconnect, sender };
    return this.startServer({ instance, failureLimit, channel: channel as ChannelOptions });
  }

  /** Starts an instance of this messaging as `InstanceServer.start` does; without a channel you drive it yourself. */
  startServer(options: Pick<InstanceServerOptions, 'instance' | 'channel' | 'failureLimit'>): InstanceServer {
    // Kept by each instance for when it is started again: no more than what is its own.
    const { channel, failureLimit, instance } = options;
    const start = (history?: RestartHistory): InstanceServer => {
      const { clock, fleet, module, observer, random, registry, store } = this.#shared;
      const { hibernateAfterMs, inspect, interpreter } = this.#shared;
      // Written out: a spread is an eighth of what a start takes.
      return InstanceServer.start({
        instance,
        channel,
        failureLimit,
        history,
        module,
        observer,
        clock,
        random,
        registry,
        fleet,
        store,
        inspect,
        interpreter,
        hibernateAfterMs,
      });
    };
    const server = this.#supervisor.startChild({ id: instance.id, start, restart: 'permanent', type: 'worker' });
    this.#retention?.start();
    return server;
  }

  /**
   * Starts many as `startInstance` does, one after the other, so that a hundred thousand are no flood to their peers: no more than
   * `maxConnecting` make their first connection at once, and between them the process does its other work. One that cannot be started keeps
   * none of the others from it. Resolves when the last has been started, with what came of each; that one may still be connecting.
   * Rejects with `InvalidInputError` when the options are wrong or there is no list.
   */
  async startInstances(
    instances: Iterable<InstanceToStart<Adapter>> | AsyncIterable<InstanceToStart<Adapter>>,
    options: StaggerOptions = {},
  ): Promise<StartedInstances> {
    const total = Array.isArray(instances) ? instances.length : undefined;
    const start = async (one: InstanceToStart<Adapter>): Promise<InstanceServer> => {
      validateObject(one, 'instance');
      const { channelType, ...options } = one;
      return this.startInstance(channelType, options as never);
    };
    const starts = mapEach(instances, (one): Start => ({ instanceId: one?.id, start: () => start(one) }));
    return this.#startStaggered(starts, total, options);
  }

  /**
   * Starts the instances that the store knows from the process before, and that do not run yet, where they were: with their
   * counters, cursors, queued messages and idempotency keys; staggered as `startInstances` does. `optionsFor` gives what no store has, the
   * credentials and the handler; without an answer an instance is left alone. One that cannot be started keeps none of the others from it.
   * Rejects with `InvalidInputError` where there is no store, and with what the store rejects with when it cannot name its instances.
   */
  async resume(
    optionsFor: (
      past: PastInstance,
    ) => ResumeOptions<Adapter> | undefined | Promise<ResumeOptions<Adapter> | undefined>,
    options: StaggerOptions = {},
  ): Promise<StartedInstances> {
    validateCallback(optionsFor ?? null, 'optionsFor');
    const store = this.#store();
    const { signal: stopping } = this.#stopping;
    const ids = (await store.instances()).filter((id) => !this.#registry.whereis(id));
    const begin = async ({ channelType, ...past }: PastInstance): Promise<InstanceServer | undefined> => {
      if (this.#registry.whereis(past.id)) return undefined;
      const given = await optionsFor({ ...past, channelType });
      const { wasRunning: _, ...instance } = past;
      if (stopping.aborted) return undefined;
      return given && this.startInstance(channelType, { ...instance, ...given } as never);
    };
    const starts = ids.map((id) => startOfPast(store, id, begin));
    return this.#startStaggered(starts, ids.length, options);
  }

  /**
   * Forgets everything that the store has about an instance that does not run: queued messages and dead letters too. Throws
   * `AlreadyStartedError` while it runs, `InvalidInputError` where there is no store.
   */
  async forget(instanceId: string): Promise<void> {
    const running = this.#registry.whereis(instanceId);
    if (running) throw new AlreadyStartedError(instanceId, running);
    await this.#store().commit([{ type: 'instance.forget', instanceId }]);
  }

  /** Rejects with `InstanceNotFoundError`. */
  async stopInstance(id: string, options?: StopOptions): Promise<StopAccount> {
    return this.#supervisor.terminateChild(id, options);
  }

  whereis(id: string): InstanceServer | undefined {
    return this.#registry.whereis(id);
  }

  /** Throws `InstanceNotFoundError`; `InstanceStoppedError` while an instance that has ended is closing its link. */
  instanceStatus(id: string): StatusSnapshot {
    return this.#get(id).status();
  }

  /** Throws as `instanceStatus` does. */
  instanceHealth(id: string): HealthSnapshot {
    return this.#get(id).healthSnapshot();
  }

  /** The running instances, in the order of their start. */
  listInstances(): readonly InstanceServer['instance'][] {
    return this.#running().map((server) => server.instance);
  }

  countInstances(): number {
    return this.#running().length;
  }

  listInstanceHealth(): readonly HealthSnapshot[] {
    return this.#running().map((server) => server.healthSnapshot());
  }

  /**
   * Stops all instances side by side, the last started first, each within the deadline; joins those that are stopping.
   * Starts nothing more of what `startInstances` and `resume` have still to start. Resolves with their accounts by id.
   */
  stop(options?: StopOptions): Promise<ReadonlyMap<string, StopAccount>> {
    this.#stopping.abort();
    this.#stopping = new AbortController();
    return this.#supervisor.stop(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** One that has ended keeps its id until its link is closed. */
  #running(): readonly InstanceServer[] {
    return this.#registry.list().filter((server) => server.isRunning);
  }

  #startStaggered(
    starts: Iterable<Start> | AsyncIterable<Start>,
    total: number | undefined,
    options: StaggerOptions,
  ): Promise<StartedInstances> {
    return startStaggered(starts, options, { clock: this.#clock, stopping: this.#stopping.signal, total });
  }

  #createIdentifier(): string {
    const { random = systemRandom } = this.#options;
    this.#identifiers += 1;
    return createIdentifier(this.#clock.now(), this.#identifiers, random);
  }

  #store(): Store {
    const { store } = this.#options;
    if (store) return store;
    const expected = 'a messaging with a store (createMessaging({ store }))';
    throw new InvalidInputError('call', [{ path: 'store', expected, received: 'one without' }]);
  }

  #get(id: string): InstanceServer {
    const server = this.#registry.whereis(id);
    if (!server) throw new InstanceNotFoundError(id);
    return server;
  }
}

/** A set of instances that share channels, an observer and a namespace of ids. Throws `InvalidInputError`. */
export function createMessaging<Adapter extends ChannelAdapter>(
  options: MessagingOptions<Adapter> = {},
): Messaging<Adapter> {
  return new Messaging(options);
}

function mapEach<From, To>(items: Iterable<From> | AsyncIterable<From>, map: (item: From) => To): AsyncIterable<To> {
  const { [Symbol.asyncIterator]: isAsync, [Symbol.iterator]: isSync } = Object(items);
  if (typeof isAsync === 'function' || typeof isSync === 'function') return mapped(items, map);
  const expected = 'a list, or what can be gone through like one';
  throw new InvalidInputError('call', [{ path: 'instances', expected, received: describeReceived(items) }]);
}

async function* mapped<From, To>(
  items: Iterable<From> | AsyncIterable<From>,
  map: (item: From) => To,
): AsyncGenerator<To> {
  for await (const item of items) yield map(item);
}

function indexChannels<Adapter extends ChannelAdapter>(channels: readonly Adapter[]): ReadonlyMap<string, Adapter> {
  const index = new Map<string, Adapter>();
  channels.forEach((adapter, position) => {
    const path = `channels.${position}`;
    if (typeof adapter?.kind !== 'string' || typeof adapter.connect !== 'function') {
      const received = describeReceived(adapter);
      throw new InvalidInputError('options', [{ path, expected: 'a ChannelAdapter', received }]);
    }
    if (index.has(adapter.kind)) {
      const expected = 'each kind of channel once';
      throw new InvalidInputError('options', [{ path, expected, received: `a second "${adapter.kind}"` }]);
    }
    index.set(adapter.kind, adapter);
  });
  return index;
}
