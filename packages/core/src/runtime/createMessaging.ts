import type { InspectionEvent } from 'xstate';
import { Fleet } from '../actors/Fleet.ts';
import { InstanceNotFoundError, InvalidInputError, UnknownChannelError } from '../errors.ts';
import { createIdentifier } from '../policy/identifier.ts';
import type { ChannelAdapter } from '../ports/channel.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import type { Observer } from '../ports/observer.ts';
import { type Random, systemRandom } from '../ports/random.ts';
import type { HealthSnapshot, StatusSnapshot } from '../schema/healthSnapshot.ts';
import type { Instance } from '../schema/instanceConfig.ts';
import type { ReconnectBudgetOptions } from '../schema/reconnectBudget.ts';
import type { ChannelOptions } from './channelOptions.ts';
import type { StopAccount, StopOptions } from './Ending.ts';
import { InstanceServer } from './InstanceServer.ts';
import { InstanceSupervisor, type InstanceSupervisorOptions } from './InstanceSupervisor.ts';
import type { InstanceServerOptions } from './instanceServerOptions.ts';
import { LocalRegistry } from './LocalRegistry.ts';
import { validateBudget, validateCallback, validateWorkerOptions, type WorkerOptions } from './resolveOptions.ts';
import { describeReceived, validateObject } from './validateInput.ts';

export interface MessagingOptions<Adapter extends ChannelAdapter = ChannelAdapter> {
  /** Shown as `instanceModule` in telemetry. Default `holdfast`. */
  readonly name?: string | undefined;
  /** The channels that instances may be started on; each kind once. */
  readonly channels?: readonly Adapter[] | undefined;
  /** Gets the telemetry of all instances. */
  readonly observer?: Observer | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** What holds for every instance that does not say otherwise. */
  readonly defaults?: WorkerOptions | undefined;
  /** How fast the instances may reconnect together. What is left out has its default. */
  readonly reconnectBudget?: Partial<ReconnectBudgetOptions> | undefined;
  /** How often an instance that broke is started again. */
  readonly supervision?: Pick<InstanceSupervisorOptions, 'intensity' | 'slowRetryMs'> | undefined;
  /** Gets XState's inspection events of all instances. */
  readonly inspect?: ((event: InspectionEvent) => void) | undefined;
}

/** What `startInstance` takes: the instance, its channel's credentials and config, and how its workers behave. */
export type StartInstanceOptions<Adapter extends ChannelAdapter> = Omit<
  ChannelOptions<Adapter>,
  'adapter' | 'defaults'
> &
  Pick<Instance, 'name'> &
  Partial<Pick<Instance, 'id' | 'status' | 'settings'>> &
  Pick<InstanceServerOptions, 'failureLimit'>;

/** The adapter of one kind among those that a messaging has. */
export type AdapterOf<Adapter extends ChannelAdapter, Kind extends string> = Extract<Adapter, { readonly kind: Kind }>;

/** A set of instances that share channels, an observer and a namespace of ids. */
export class Messaging<Adapter extends ChannelAdapter = ChannelAdapter> implements AsyncDisposable {
  readonly name: string;
  readonly #options: MessagingOptions<Adapter>;
  readonly #channels: ReadonlyMap<string, Adapter>;
  readonly #registry = new LocalRegistry<InstanceServer>();
  readonly #fleet: Fleet;
  readonly #supervisor: InstanceSupervisor;
  #identifiers = 0;

  constructor(options: MessagingOptions<Adapter>) {
    validateCallback(options.observer, 'observer');
    validateCallback(options.inspect, 'inspect');
    validateWorkerOptions(options.defaults ?? {}, 'defaults');
    this.name = options.name ?? 'holdfast';
    this.#supervisor = new InstanceSupervisor({ clock: options.clock, ...options.supervision });
    this.#fleet = new Fleet(options.clock ?? systemClock, validateBudget(options.reconnectBudget));
    this.#options = options;
    this.#channels = indexChannels(options.channels ?? []);
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
    const { id, name, status, settings, failureLimit, ...channel } = options;
    const instance = {
      id: id ?? this.#createIdentifier(),
      name,
      channelType,
      ...(status === undefined ? {} : { status }),
      ...(settings === undefined ? {} : { settings }),
    };
    const { defaults } = this.#options;
    return this.startServer({ instance, failureLimit, channel: { ...channel, adapter, defaults } as ChannelOptions });
  }

  /** Starts an instance of this messaging as `InstanceServer.start` does; without a channel you drive it yourself. */
  startServer(options: Pick<InstanceServerOptions, 'instance' | 'channel' | 'failureLimit'>): InstanceServer {
    const { observer, clock, random, inspect } = this.#options;
    return this.#supervisor.startChild(
      InstanceServer.childSpec({
        ...options,
        module: this.name,
        observer,
        clock,
        random,
        inspect,
        fleet: this.#fleet,
        registry: this.#registry,
      }),
    );
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
   * Resolves with their accounts by id.
   */
  stop(options?: StopOptions): Promise<ReadonlyMap<string, StopAccount>> {
    return this.#supervisor.stop(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** One that has ended keeps its id until its link is closed. */
  #running(): readonly InstanceServer[] {
    return this.#registry.list().filter((server) => server.isRunning);
  }

  #createIdentifier(): string {
    const { clock = systemClock, random = systemRandom } = this.#options;
    this.#identifiers += 1;
    return createIdentifier(clock.now(), this.#identifiers, random);
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
