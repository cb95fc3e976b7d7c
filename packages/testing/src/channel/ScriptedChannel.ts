import type {
  ChannelAdapter,
  ChannelCapabilities,
  ChannelOperation,
  Clock,
  ConnectAttempt,
  Failure,
  InboundItem,
  InboundMessage,
  InputSchema,
  JsonObject,
  Link,
} from 'holdfast';
import { type Classify, classifyScripted } from './classifyScripted.ts';
import { Draw } from './Draw.ts';
import { InboundSource } from './InboundSource.ts';
import type { CallTo, Operation, ValueOf } from './operations.ts';
import { type Outcome, outcome } from './outcome.ts';
import { ScriptedLink } from './ScriptedLink.ts';
import { Sky } from './Sky.ts';
import { appendTo, buildScripts, type OperationScripts, type Script } from './scripts.ts';
import { type Forecast, type Weather, weather as weathers } from './weather.ts';

export interface ScriptedChannelOptions {
  /** The only source of time: the same clock that the instance under test has. */
  readonly clock: Clock;
  /** Default: everything is used up from the start, so `fallback` applies. */
  readonly script?: Script | undefined;
  /** What happens to a call when the scripts are used up. Default: it works. */
  readonly fallback?: { readonly [Op in Operation]?: Outcome<ValueOf<Op>> } | undefined;
  /** Default: long-poll, resume, ack and sendAck, not exclusive, one send at a time. */
  readonly capabilities?: Partial<ChannelCapabilities> | undefined;
  /** What becomes of the calls for which no script says anything: `weather.slow(500)`, `weather.flap(…)`. Default: clear. */
  readonly weather?: Weather | Forecast | undefined;
  /** Decides how slow each call is in slow weather. Any finite number. Default: 1. */
  readonly seed?: number | undefined;
  /** What an error means that is no Failure already. Default: recoverable, of the link, code `scripted.error`. */
  readonly classify?: Classify | undefined;
  /** Who the links are at the peer. Default: `{ name: 'scripted' }`. */
  readonly identity?: JsonObject | undefined;
  /** How many messages one poll brings at most. Default: 100. */
  readonly maxItemsPerPoll?: number | undefined;
  /** How many links, and calls of each operation, are remembered; for long runs. Default: all. */
  readonly keep?: number | undefined;
  /** As in ChannelAdapter. */
  readonly probeIntervalMs?: number | undefined;
  readonly credentialsSchema?: InputSchema<unknown> | undefined;
  readonly configSchema?: InputSchema<unknown> | undefined;
}

const defaultCapabilities = {
  inbound: 'long-poll',
  resume: true,
  ack: true,
  sendAck: true,
  exclusive: false,
  maxInFlight: 1,
} as const satisfies ChannelCapabilities;

const defaultMaxItemsPerPoll = 100;

/**
 * A channel for tests: it does what its script says, in the time of the clock that it was given, and records what was
 * asked of it. Hand it to `createMessaging({ channels: [channel] })` and keep it, to drive it.
 */
export class ScriptedChannel<Kind extends string = string> implements ChannelAdapter<unknown, unknown, Kind> {
  readonly kind: Kind;
  readonly capabilities: ChannelCapabilities;
  readonly probeIntervalMs: number | undefined;
  readonly credentialsSchema: InputSchema<unknown> | undefined;
  readonly configSchema: InputSchema<unknown> | undefined;
  /** The links so far, the oldest first. */
  readonly links: ScriptedLink[] = [];
  readonly #options: ScriptedChannelOptions;
  readonly #scripts: OperationScripts;
  readonly #shared: Outcome[];
  readonly #source: InboundSource;
  readonly #sky: Sky;
  #linksOpened = 0;
  #openLinks = 0;

  constructor(kind: Kind, options: ScriptedChannelOptions) {
    this.kind = kind;
    this.capabilities = { ...defaultCapabilities, ...options.capabilities };
    this.probeIntervalMs = options.probeIntervalMs;
    this.credentialsSchema = options.credentialsSchema;
    this.configSchema = options.configSchema;
    this.#options = options;
    this.#shared = [...(options.script?.connectOrProbe ?? [])];
    this.#sky = new Sky(options.clock, new Draw(options.seed ?? 1), options.weather ?? weathers.clear());
    this.#scripts = buildScripts(options, { shared: this.#shared, sky: this.#sky });
    const isSilent = () => this.#sky.weather.kind === 'halfOpen';
    this.#source = new InboundSource(options.clock, { isSilent, keep: options.keep });
  }

  connect(attempt: ConnectAttempt<unknown, unknown>): Promise<Link> {
    const { clock, identity = { name: 'scripted' } } = this.#options;
    const complete = (given?: JsonObject) => this.#openLink(given ?? identity);
    return this.#scripts.connect.run(
      { details: { attempt } },
      { clock, linkNumber: null, signal: attempt.signal, complete },
    );
  }

  classifyFailure(error: unknown, during: ChannelOperation): Failure {
    return classifyScripted(error, during, this.#options.classify);
  }

  /** The calls of `connect`, the oldest first. */
  get connects(): readonly CallTo<'connect'>[] {
    return this.#scripts.connect.calls;
  }

  get probes(): readonly CallTo<'probe'>[] {
    return this.#scripts.probe.calls;
  }

  get sends(): readonly CallTo<'send'>[] {
    return this.#scripts.send.calls;
  }

  get polls(): readonly CallTo<'poll'>[] {
    return this.#scripts.poll.calls;
  }

  get commits(): readonly CallTo<'commit'>[] {
    return this.#scripts.commit.calls;
  }

  get webhooks(): readonly CallTo<'webhook'>[] {
    return this.#scripts.webhook.calls;
  }

  /** How often this was called, calls included that `keep` has made it forget. */
  callCount(operation: Operation): number {
    return this.#scripts[operation].count;
  }

  /** Links that nobody has closed and that have not died. */
  get openLinks(): number {
    return this.#openLinks;
  }

  /** Polls that wait for a message right now. */
  get waitingPolls(): number {
    return this.#source.waiting;
  }

  /** The cursor up to which all is handled; null before the first commit. */
  get committedCursor(): number | null {
    return this.#source.committed;
  }

  /** What was delivered and is not committed: the next link gets it again. */
  get uncommitted(): readonly InboundItem[] {
    return this.#source.uncommitted;
  }

  /** A message comes in at the peer, and answers the poll that waits for it. Returns its cursor: 1, 2, 3 … */
  deliver(message: InboundMessage): number {
    return this.#source.deliver(message);
  }

  /** What comes in is no message: it is skipped, and the cursor passes it. Returns its cursor. */
  deliverUnreadable(): number {
    return this.#source.deliverUnreadable();
  }

  /**
   * The message that had this cursor comes once more, under a new one, also when it was committed. Returns the new cursor.
   * @throws InvalidInputError when no message had it, or `keep` has made the channel forget it.
   */
  redeliver(cursor: number): number {
    return this.#source.redeliver(cursor);
  }

  /** How it is right now. */
  get weather(): Weather {
    return this.#sky.weather;
  }

  /** From now on it is like this. Calls under way go on as they were told to; `down` ends the links that are open. */
  setWeather(weather: Weather | Forecast): void {
    this.#sky.set(weather);
  }

  /** The polls that wait now reject with this reason; when none waits, the next poll does. */
  failPoll(reason: unknown): void {
    if (this.#source.interrupt(reason) === 0) this.#scripts.poll.prepend(outcome.fail(reason));
  }

  /** Adds to what is left of the scripts. */
  append(script: Script): void {
    this.#shared.push(...(script.connectOrProbe ?? []));
    appendTo(this.#scripts, script);
  }

  /** Drops what is left of the scripts: calls from now on get the fallbacks. Calls under way go on as they were told to. */
  clearScript(): void {
    for (const script of Object.values(this.#scripts)) script.clear();
  }

  #openLink(identity: JsonObject): Link {
    const { clock, keep = Number.POSITIVE_INFINITY, maxItemsPerPoll = defaultMaxItemsPerPoll } = this.#options;
    this.#linksOpened += 1;
    this.#openLinks += 1;
    const opened = new ScriptedLink(this.#linksOpened, identity, {
      clock,
      capabilities: this.capabilities,
      scripts: this.#scripts,
      source: this.#source,
      sky: this.#sky,
      maxItemsPerPoll,
      onClosed: () => {
        this.#openLinks -= 1;
      },
    });
    this.links.push(opened);
    if (this.links.length > keep) this.links.shift();
    return opened.link;
  }
}

/** A channel of kind `scripted`, or of the kind that you name. */
export function scriptedChannel(options: ScriptedChannelOptions): ScriptedChannel<'scripted'>;
export function scriptedChannel<Kind extends string>(
  options: ScriptedChannelOptions & { readonly kind: Kind },
): ScriptedChannel<Kind>;
export function scriptedChannel({
  kind = 'scripted',
  ...options
}: ScriptedChannelOptions & { readonly kind?: string }): ScriptedChannel {
  return new ScriptedChannel(kind, options);
}
