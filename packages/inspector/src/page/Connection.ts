import type { ServerMessage } from './protocol.ts';

export interface ConnectionOptions {
  readonly onMessage: (message: ServerMessage) => void;
  readonly onState: (words: string, isLive: boolean) => void;
}

const firstDelayMs = 500;
const longestDelayMs = 10_000;

/** The line to the server. It is made anew when it breaks, more and more slowly. */
export class Connection {
  readonly #options: ConnectionOptions;
  #delayMs = firstDelayMs;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Gives the token of the address for a cookie, so that it is in no history, and begins. */
  async begin(): Promise<void> {
    const token = location.hash.slice(1);
    if (token !== '') {
      history.replaceState(null, '', location.pathname);
      const response = await fetch('/enter', { method: 'POST', body: token });
      if (!response.ok) this.#options.onState((await response.text()).trim(), false);
    }
    this.#open();
  }

  #open(): void {
    const line = new WebSocket(`ws://${location.host}/live`);
    let wasOpen = false;
    line.onopen = () => {
      wasOpen = true;
      this.#delayMs = firstDelayMs;
      this.#options.onState('live', true);
    };
    line.onmessage = ({ data }) => this.#options.onMessage(JSON.parse(String(data)));
    line.onclose = () => {
      const words = wasOpen
        ? 'The program has gone. Looking for it…'
        : 'Not connected: open the address that the program has printed.';
      this.#options.onState(words, false);
      setTimeout(() => this.#open(), this.#delayMs);
      this.#delayMs = Math.min(this.#delayMs * 2, longestDelayMs);
    };
  }
}
