import type { StatelyFrame } from './frames.ts';
import type { Line, LineEvents } from './line.ts';

/** A window that frames are posted to. */
export interface WindowTarget {
  postMessage(message: unknown, targetOrigin: string): void;
}

interface MessageLike {
  readonly data: unknown;
  readonly origin: string;
  readonly source: unknown;
}

/** What is used of the app's own window. */
export interface WindowLike {
  open(url: string, target: string): WindowTarget | null;
  addEventListener(type: 'message', listener: (event: MessageLike) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageLike) => void): void;
}

export interface FrameElementLike {
  readonly contentWindow: WindowTarget | null;
  setAttribute(name: 'src', value: string): void;
}

export interface WindowLineOptions {
  readonly url: URL;
  readonly window: WindowLike;
  readonly iframe: FrameElementLike | undefined;
}

/**
 * Another window, or a frame in this one.
 *
 * P1. Only the window that was opened is listened to, and only as long as it shows the origin that was asked for.
 * P2. Frames are posted to that origin: a window that has gone elsewhere gets none.
 */
export class WindowLine implements Line {
  readonly #options: WindowLineOptions;
  readonly #events: LineEvents;
  #target: WindowTarget | null = null;
  #isOpen = false;
  #isStarted = false;
  #problem: string | null = null;

  constructor(options: WindowLineOptions, events: LineEvents) {
    this.#options = options;
    this.#events = events;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** Nobody can tell how much a window has still to read. */
  readonly hasRoom = true;

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const { iframe, url, window } = this.#options;
    window.addEventListener('message', this.#heard);
    if (iframe) iframe.setAttribute('src', url.href);
    else this.#target = window.open(url.href, 'xstateinspector');
    const isBlocked = !iframe && this.#target === null;
    this.#problem = isBlocked
      ? `The browser did not open ${url.href}: allow this page to open windows, or give an iframe.`
      : null;
  }

  stop(): void {
    if (!this.#isStarted) return;
    this.#isStarted = false;
    this.#options.window.removeEventListener('message', this.#heard);
    this.#post({ type: '@statelyai.disconnected' });
    if (this.#isOpen) this.#events.onClose();
    this.#isOpen = false;
    this.#target = null;
  }

  send(frame: StatelyFrame): boolean {
    return this.#isOpen && this.#post(frame);
  }

  readonly #heard = ({ data, origin, source }: MessageLike): void => {
    const target = this.#window();
    if (target === null || source !== target || origin !== this.#options.url.origin) return; // P1
    const isHello = typeof data === 'object' && data !== null && Reflect.get(data, 'type') === '@statelyai.connected';
    if (!isHello) return;
    // A page that was loaded again says hello again, and knows nothing.
    if (this.#isOpen) this.#events.onClose();
    this.#isOpen = true;
    this.#events.onOpen();
  };

  #post(message: object): boolean {
    try {
      this.#window()?.postMessage(message, this.#options.url.origin); // P2
      return true;
    } catch {
      return false; // The window is gone.
    }
  }

  #window(): WindowTarget | null {
    return this.#options.iframe?.contentWindow ?? this.#target;
  }
}
