import { InspectorOptionError } from '../errors.ts';
import type { StatelyFrame } from './frames.ts';
import type { Line, LineEvents } from './line.ts';

/** What is used of a WebSocket. */
export interface SocketLike {
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

export type SocketConstructor = new (url: string) => SocketLike;

export interface Timers {
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(timer: never): void;
}

export interface SocketLineOptions {
  readonly url: URL;
  readonly WebSocket: SocketConstructor | undefined;
  readonly timers: Timers;
  readonly maxBufferedBytes: number;
}

const firstDelayMs = 1_000;
const longestDelayMs = 30_000;

/**
 * A WebSocket that is made again whenever it is gone, however it went, until it is stopped.
 *
 * W1. There is one socket or one timer, or neither after stop(). The timer keeps no process alive.
 * W2. When much waits in the socket it says that it has no room.
 */
export class SocketLine implements Line {
  readonly #options: SocketLineOptions;
  readonly #WebSocket: SocketConstructor;
  readonly #events: LineEvents;
  #socket: SocketLike | undefined;
  #timer: unknown;
  #delayMs = firstDelayMs;
  #isOpen = false;
  #isStarted = false;
  #problem: string | null = null;

  /** @throws InspectorOptionError when there is no WebSocket */
  constructor(options: SocketLineOptions, events: LineEvents) {
    if (options.WebSocket === undefined) {
      throw new InspectorOptionError(
        'WebSocket: this runtime has none of its own (Node has one from 22 on). Give one: ' +
          "import { WebSocket } from 'ws', and statelyInspector({ url, WebSocket }).",
      );
    }
    this.#WebSocket = options.WebSocket;
    this.#options = options;
    this.#events = events;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** W2 */
  get hasRoom(): boolean {
    return (this.#socket?.bufferedAmount ?? 0) <= this.#options.maxBufferedBytes;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#connect();
  }

  stop(): void {
    this.#isStarted = false;
    this.#options.timers.clearTimeout(this.#timer as never);
    this.#timer = undefined;
    this.#drop();
    this.#delayMs = firstDelayMs;
  }

  send(frame: StatelyFrame): boolean {
    const socket = this.#socket;
    if (!this.#isOpen || !socket) return false;
    try {
      socket.send(JSON.stringify(frame));
      return true;
    } catch {
      return false; // It is closing; `onclose` follows.
    }
  }

  #connect(): void {
    try {
      const socket = new this.#WebSocket(this.#options.url.href);
      this.#socket = socket;
      socket.onopen = () => this.#opened(socket);
      socket.onclose = () => this.#lost(socket, 'the connection was closed');
      socket.onerror = () => this.#lost(socket, 'nobody answers, or the connection broke');
      socket.onmessage = null; // Whoever draws has nothing to say.
    } catch {
      this.#retry('the WebSocket could not be made');
    }
  }

  #opened(socket: SocketLike): void {
    if (socket !== this.#socket) return;
    this.#isOpen = true;
    this.#problem = null;
    this.#delayMs = firstDelayMs;
    this.#events.onOpen();
  }

  /** A clean close too: whoever draws may have been started anew. */
  #lost(socket: SocketLike, why: string): void {
    if (socket !== this.#socket) return;
    this.#drop();
    if (this.#isStarted) this.#retry(why);
  }

  #drop(): void {
    const socket = this.#socket;
    const wasOpen = this.#isOpen;
    this.#socket = undefined;
    this.#isOpen = false;
    if (wasOpen) this.#events.onClose();
    if (!socket) return;
    socket.onopen = null;
    socket.onclose = null;
    // Node's `ws` tells of a socket that is closed before it was open by an error, and one that nobody hears ends the process.
    socket.onerror = () => undefined;
    socket.close();
  }

  #retry(why: string): void {
    this.#problem = `${this.#options.url.href}: ${why}. It is tried again in ${this.#delayMs} ms.`;
    const timer = this.#options.timers.setTimeout(() => {
      this.#timer = undefined;
      this.#connect();
    }, this.#delayMs);
    this.#timer = timer;
    if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
      timer.unref(); // W1
    this.#delayMs = Math.min(this.#delayMs * 2, longestDelayMs);
  }
}
