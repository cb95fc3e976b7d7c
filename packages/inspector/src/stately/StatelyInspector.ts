import type { InspectionEvent } from 'xstate';
import { InspectorOptionError } from '../errors.ts';
import { createInspector, type Inspector, type InspectorOptions } from '../Inspector.ts';
import type { Batch, Subscription } from '../Subscribers.ts';
import { Frames, type StatelyFrame } from './frames.ts';
import type { Line, LineEvents } from './line.ts';
import { type SocketConstructor, SocketLine, type Timers } from './SocketLine.ts';
import { type FrameElementLike, type WindowLike, WindowLine } from './WindowLine.ts';

export interface StatelyOptions extends InspectorOptions {
  /**
   * Where whoever draws is: `ws:` or `wss:` for a WebSocket, such as the relay of `@statelyai/inspect/server`; otherwise a page that is
   * opened in a window. Default: Stately's page where there is a window, `ws://127.0.0.1:8080` where there is none.
   */
  readonly url?: string | undefined;
  /** Shows the page in this frame, not in a window of its own. */
  readonly iframe?: FrameElementLike | undefined;
  /** Default: the global one. */
  readonly window?: WindowLike | undefined;
  /** Default: the global one. Node 20 has none: give that of `ws`. */
  readonly WebSocket?: SocketConstructor | undefined;
  /** Default: the global ones. */
  readonly timers?: Timers | undefined;
  /** Whether it begins by itself. Default true. */
  readonly autoStart?: boolean | undefined;
  /** How many of the last records are told to whoever comes late. Default 200. */
  readonly replay?: number | undefined;
  /** How many bytes may wait in the WebSocket until records are left out. Default 1 MiB. */
  readonly maxBufferedBytes?: number | undefined;
  /** One that you have already: it is shared, and its options hold. Default: one of its own. */
  readonly inspector?: Inspector | undefined;
}

const statelyPage = 'https://stately.ai/inspect';
const localRelay = 'ws://127.0.0.1:8080';
const defaultReplay = 200;
const defaultMaxBufferedBytes = 1024 * 1024;

/**
 * Tells Stately's inspector, or whoever speaks the protocol of `@statelyai/inspect`, what happens.
 *
 * B1. A frame is made of records and charts, and so has gone through the Redaction.
 * B2. Whoever comes, comes again or was too slow is first told who is there and where they stand.
 * B3. To whom is too slow nothing is sent until there is room, and then B2: what waits is bounded by one such introduction.
 */
export class StatelyInspector implements Disposable {
  /** Where the records are. */
  readonly inspector: Inspector;
  readonly #ownsInspector: boolean;
  readonly #line: Line;
  readonly #replay: number;
  #frames: Frames | undefined;
  #subscription: Subscription | undefined;
  #isBehind = false;
  #sent = 0;
  #dropped = 0;

  /** @throws InspectorOptionError */
  constructor(options: StatelyOptions) {
    this.#replay = wholeNumber(options.replay ?? defaultReplay, 'replay');
    this.#line = createLine(options, { onOpen: () => this.#meet(), onClose: () => this.#part() });
    this.#ownsInspector = options.inspector === undefined;
    this.inspector = options.inspector ?? createInspector(options);
    if (options.autoStart ?? true) this.start();
  }

  /** For `createActor(…, { inspect })` and `createMessaging({ inspect })`. Not for actors that a shared inspector has already. */
  readonly inspect = (event: InspectionEvent): void => this.inspector.inspect(event);

  /** Whether somebody listens. */
  get isConnected(): boolean {
    return this.#line.isOpen;
  }

  /** Why nobody listens, if that is known; for people. */
  get problem(): string | null {
    return this.#line.problem;
  }

  /** Frames that were sent, and records that were not, because the other side was slow. */
  get counts(): { readonly sent: number; readonly dropped: number } {
    return { sent: this.#sent, dropped: this.#dropped };
  }

  start(): void {
    this.#line.start();
  }

  /** Leaves nothing behind: no connection, no timer, no listener. `start` begins anew. */
  stop(): void {
    this.#line.stop();
  }

  [Symbol.dispose](): void {
    this.stop();
    if (this.#ownsInspector) this.inspector[Symbol.dispose]();
  }

  /** B2 */
  #meet(): void {
    // The new subscription comes first: an inspector that nobody subscribes to may fall asleep.
    const before = this.#subscription;
    this.#subscription = this.inspector.subscribe((batch) => this.#tell(batch));
    before?.unsubscribe();
    const { actors, charts, exportedAtMs, records } = this.inspector.toJSON();
    const frames = new Frames((key) => charts[key] ?? this.inspector.chart(key));
    this.#frames = frames;
    this.#isBehind = false;
    const cut = Math.max(0, records.length - this.#replay);
    const startedLater = new Set(records.flatMap((record) => (record.kind === 'started' ? [record.actor] : [])));
    for (const actor of actors) if (!startedLater.has(actor.actor)) frames.introduce(actor, exportedAtMs);
    for (const record of records.slice(0, cut)) frames.pass(record);
    for (const frame of frames.introduceAll(exportedAtMs)) this.#send(frame);
    for (const record of records.slice(cut)) for (const frame of frames.of(record)) this.#send(frame);
  }

  #part(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    this.#frames = undefined;
  }

  #tell({ records, missed }: Batch): void {
    if (!this.#line.hasRoom) {
      this.#isBehind = true; // B3
      this.#dropped += records.length + missed;
    } else if (missed > 0 || this.#isBehind)
      this.#meet(); // B2
    else for (const record of records) for (const frame of this.#frames?.of(record) ?? []) this.#send(frame);
  }

  #send(frame: StatelyFrame): void {
    if (this.#line.send(frame)) this.#sent += 1;
  }
}

function createLine(options: StatelyOptions, events: LineEvents): Line {
  const window = options.window ?? (globalThis as { readonly window?: WindowLike }).window;
  const url = parseUrl(options.url ?? (window ? statelyPage : localRelay));
  if (url.protocol === 'ws:' || url.protocol === 'wss:') {
    const WebSocket = options.WebSocket ?? (globalThis as { readonly WebSocket?: SocketConstructor }).WebSocket;
    const maxBufferedBytes = wholeNumber(options.maxBufferedBytes ?? defaultMaxBufferedBytes, 'maxBufferedBytes');
    return new SocketLine({ url, WebSocket, timers: options.timers ?? globalThis, maxBufferedBytes }, events);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new InspectorOptionError(`url: expected one that begins with ws, wss, http or https, got ${url.protocol}`);
  }
  if (!window) {
    throw new InspectorOptionError(
      'url: a page needs a browser’s window to be opened in. Outside of one, give a ws: address.',
    );
  }
  return new WindowLine({ url, window, iframe: options.iframe }, events);
}

function parseUrl(url: string): URL {
  if (URL.canParse(url)) return new URL(url);
  throw new InspectorOptionError('url: expected an address such as ws://127.0.0.1:8080, got one that is none.');
}

function wholeNumber(value: number, option: string): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InspectorOptionError(`${option}: expected a whole number of at least 0, got ${String(value)}.`);
}

/** @throws InspectorOptionError that names the option */
export function statelyInspector(options: StatelyOptions = {}): StatelyInspector {
  return new StatelyInspector(options);
}
