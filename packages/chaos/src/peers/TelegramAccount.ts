import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InboundMessage, InstanceServer, OutboundMessage } from 'holdfast';
import type { Fleet } from '../fleet.ts';
import type { FaultyProxy } from '../proxy/FaultyProxy.ts';
import type { Account } from './Peer.ts';
import { callTelegram, tooManyRequests } from './telegramCalls.ts';

/** The user's, with which crabline lets him write. */
export const adminToken = 'the-user';
/** How long a user waits for the server. Longer than any fault, so that an answer that comes is seen. */
const userPatienceMs = 20_000;
const rivalPauseMs = 200;
const retryAfterSec = 1;

/** One bot, on a server that knows its token and no other. */
export class TelegramAccount implements Account {
  readonly id: string;
  readonly token: string;
  readonly proxy: FaultyProxy;
  readonly wrongCredentials: unknown;
  readonly rightCredentials: unknown;
  readonly #agent = new Agent({ keepAlive: true });
  #port = 0;

  constructor(id: string, botId: number, proxy: FaultyProxy) {
    this.id = id;
    this.proxy = proxy;
    this.token = `${botId}:the-token-of-${id}`;
    this.rightCredentials = { token: this.token };
    this.wrongCredentials = { token: `${botId}:a-token-that-was-revoked` };
  }

  /** The server listens there now. */
  moveTo(port: number): void {
    this.#port = port;
    this.proxy.aimAt(port);
  }

  start(fleet: Fleet, onMessage: (message: InboundMessage) => Promise<void>): Promise<InstanceServer> {
    return fleet.startInstance('telegram', {
      id: this.id,
      name: this.id,
      credentials: { token: this.token },
      config: { apiRoot: `http://127.0.0.1:${this.proxy.port}`, requestTimeoutMs: 2_000, pollGraceMs: 1_000 },
      onMessage,
    });
  }

  outbound(number: number): OutboundMessage {
    // Two chats, so that one which waits for a retry does not hold back all.
    return { conversation: String(100 + (number % 2)), text: textOf(number) };
  }

  numberOf({ text }: InboundMessage): number {
    return Number(text);
  }

  async write(number: number): Promise<void> {
    const { status, text } = await callTelegram({
      port: this.#port,
      path: '/crabline/telegram/inbound',
      headers: { 'x-crabline-admin-token': adminToken },
      body: { chatId: '100', fromId: 7, fromName: 'Ann', text: textOf(number), updateId: updateIdOf(number) },
      agent: this.#agent,
      signal: AbortSignal.timeout(userPatienceMs),
    });
    if (status !== 200) throw new Error(`crabline took no message from the user: ${status} ${text}`);
  }

  async rival(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // Without an offset it confirms nothing, so what it reads stays for the instance.
      await callTelegram({
        port: this.#port,
        path: `/bot${this.token}/getUpdates`,
        body: { timeout: 30 },
        agent: this.#agent,
        signal,
      }).catch(() => {});
      await sleep(rivalPauseMs, undefined, { signal }).catch(() => {});
    }
  }

  refuseForRate(): Buffer {
    return tooManyRequests(retryAfterSec);
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    await this.proxy.close();
  }
}

export function textOf(number: number): string {
  return String(number);
}

/** The user's own numbering: Telegram keeps its numbers when it restarts, crabline does not. */
export function updateIdOf(number: number): number {
  return number + 1;
}
