import type { LocalTelegram } from './LocalTelegram.ts';
import { pause } from './pause.ts';

const retryMs = 100;

/** Somebody who writes to the bot on the local server. */
export class SimulatedUser {
  readonly #server: LocalTelegram;
  /** Telegram's numbers never start over; the local server's do when it is killed. So the user counts. */
  #nextUpdateId = 1;

  constructor(server: LocalTelegram) {
    this.#server = server;
  }

  /** Resolves when the server has the message. Tries again while the server is down, until `signal` aborts. */
  async say(text: string, signal: AbortSignal): Promise<void> {
    const updateId = this.#nextUpdateId;
    this.#nextUpdateId += 1;
    while (!signal.aborted) {
      const isTaken = await this.#post({ text, updateId }, signal);
      if (isTaken) return;
      await pause(retryMs, signal);
    }
  }

  /** Writes every `everyMs`, until `signal` aborts. */
  async chat(everyMs: number, signal: AbortSignal): Promise<void> {
    for (let count = 1; !signal.aborted; count += 1) {
      await this.say(`hello ${count}`, signal);
      await pause(everyMs, signal);
    }
  }

  /** Whether the server could be reached. */
  async #post(message: { readonly text: string; readonly updateId: number }, signal: AbortSignal): Promise<boolean> {
    const { url, headers } = this.#server.inbox;
    const body = JSON.stringify({ chatId: '100', fromId: 7, fromName: 'Ann', fromUsername: 'ann_user', ...message });
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal,
    }).catch(() => undefined);
    if (answer && !answer.ok) {
      throw new Error(`The local server refused a message with ${answer.status}: ${await answer.text()}`);
    }
    return answer !== undefined;
  }
}
