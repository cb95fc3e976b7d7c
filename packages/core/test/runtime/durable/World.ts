import { memoryStore } from '@holdfast/store';
import {
  type Outcome,
  outcome,
  type ScriptedChannel,
  type ScriptedChannelOptions,
  scriptedChannel,
  VirtualClock,
} from '@holdfast/testing';
import {
  type ChannelAdapter,
  type Clock,
  createMessaging,
  type Failure,
  type InstanceServer,
  type Link,
  type Messaging,
  type MessagingOptions,
  type StartInstanceOptions,
  type StoredDeadLetter,
  type StoredInstance,
  type TelemetryEvent,
} from 'holdfast';
import { startMs } from '../running.ts';
import { type Life, ProcessStore } from './ProcessStore.ts';

type Adapter = ChannelAdapter<unknown, unknown, 'scripted'>;

export interface ProcessOptions {
  readonly instance?: Partial<StartInstanceOptions<Adapter>>;
  readonly messaging?: Omit<MessagingOptions<Adapter>, 'channels' | 'clock'>;
  /** Told of the store before anything is asked of it. */
  readonly prepare?: (store: ProcessStore) => void;
}

/** A messaging in a process of its own, which can be killed. */
export interface Process {
  readonly messaging: Messaging<Adapter>;
  readonly store: ProcessStore;
  readonly events: TelemetryEvent[];
  readonly isDead: boolean;
  names(): string[];
  /** As SIGKILL does: nothing that is under way is finished, nothing is written any more. */
  kill(): void;
}

export interface Running extends Process {
  readonly server: InstanceServer;
}

/** What outlives a process: the store, the peer and time. */
export class World {
  readonly clock = new VirtualClock({ startMs });
  readonly channel: ScriptedChannel<'scripted'>;
  readonly disk = memoryStore();
  #seed = 1;

  constructor(options: Omit<ScriptedChannelOptions, 'clock'> = {}) {
    this.channel = scriptedChannel({ clock: this.clock, ...options });
  }

  /** A process with a messaging, and no instance. */
  boot({ messaging = {}, prepare }: ProcessOptions = {}): Process {
    const { channel, clock, disk } = this;
    const life = new ProcessLife(clock, () => {
      for (const link of channel.links) link.drop();
    });
    const store = new ProcessStore(disk, life);
    prepare?.(store);
    const events: TelemetryEvent[] = [];
    return {
      messaging: createMessaging({
        channels: [mortal(channel, life)],
        clock: life.clock,
        random: () => this.#random(),
        observer: (event) => void events.push(event),
        store,
        ...messaging,
      }),
      store,
      events,
      get isDead() {
        return life.isOver;
      },
      names: () => events.map(({ name }) => name),
      kill: () => life.end(),
    };
  }

  /** A process with the instance `bot`, after its first attempt to connect. */
  async start(options: ProcessOptions = {}): Promise<Running> {
    const process = this.boot(options);
    const server = await process.messaging.startInstance('scripted', { id: 'bot', name: 'Bot', ...options.instance });
    await this.clock.settle();
    return Object.assign(process, { server });
  }

  async restart(before: Process, options?: ProcessOptions): Promise<Running> {
    before.kill();
    return this.start(options);
  }

  /** What the peer was asked to send, in the order in which it was. */
  get sentTexts(): string[] {
    return this.channel.sends.filter((call) => call.outcome !== null).map((call) => call.message.text);
  }

  stored(): Promise<StoredInstance> {
    return this.disk.load('bot', { keys: 1_000, handled: 1_000 });
  }

  async letters(): Promise<readonly StoredDeadLetter[]> {
    return (await this.disk.deadLetters.list()).letters;
  }

  #random(): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed / 2_147_483_647;
  }
}

class ProcessLife implements Life {
  readonly clock: Clock;
  readonly #timers = new Set<unknown>();
  readonly #clock: Clock;
  readonly #onEnd: () => void;
  #isOver = false;

  constructor(clock: Clock, onEnd: () => void) {
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.clock = {
      now: () => clock.now(),
      setTimeout: (callback, delayMs) => this.#arm(callback, delayMs),
      clearTimeout: (handle) => {
        this.#timers.delete(handle);
        clock.clearTimeout(handle);
      },
    };
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const timer of this.#timers) this.#clock.clearTimeout(timer);
    this.#onEnd();
  }

  during<T>(call: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) return;
      call().then(
        (value) => this.#isOver || resolve(value),
        (error: unknown) => this.#isOver || reject(error),
      );
    });
  }

  #arm(callback: () => void, delayMs: number): unknown {
    if (this.#isOver) return undefined;
    const run = (): void => {
      this.#timers.delete(timer);
      callback();
    };
    const timer = this.#clock.setTimeout(run, delayMs);
    this.#timers.add(timer);
    return timer;
  }
}

/** The channel as a process sees it. A dead one does not reach the peer. */
function mortal(channel: ScriptedChannel<'scripted'>, life: Life): Adapter {
  const { capabilities, kind, probeIntervalMs } = channel;
  return {
    kind,
    capabilities,
    probeIntervalMs,
    classifyFailure: (error, during) => channel.classifyFailure(error, during),
    connect: (attempt) => life.during(async () => mortalLink(await channel.connect(attempt), life)),
  };
}

function mortalLink(link: Link, life: Life): Link {
  const { commit, identity, poll } = link;
  return {
    identity,
    closed: life.during(() => link.closed),
    ...(poll && { poll: (request) => life.during(() => poll.call(link, request)) }),
    ...(commit && { commit: (cursor) => life.during(() => commit.call(link, cursor)) }),
    send: (message, options) => life.during(() => link.send(message, options)),
    probe: (options) => life.during(() => link.probe(options)),
    close: (options) => life.during(() => link.close(options)),
  };
}

export function failing(changes: Partial<Failure>): Outcome {
  return outcome.fail({ severity: 'recoverable', scope: 'server', code: 'x.x', message: 'as scripted', ...changes });
}

/** Nobody knows whether the peer has taken it. */
export const inDoubt = failing({ delivered: 'unknown' });
