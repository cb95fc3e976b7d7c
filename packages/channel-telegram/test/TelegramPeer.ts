import type { ServerResponse } from 'node:http';
import type { ChannelPeer, RefusableOperation, Refusal } from '@holdfast/testing/contracts';
import { answers, type Fault, FaultyTelegram, hangs, refuses } from './FaultyTelegram.ts';

const methods = ['getMe', 'getWebhookInfo', 'getUpdates', 'sendMessage'] as const;
type Method = (typeof methods)[number];

/** The first call of each operation. */
const methodOf = { connect: 'getMe', probe: 'getMe', poll: 'getUpdates', send: 'sendMessage' } as const;

/** A Telegram that keeps updates until they are acknowledged, holds long polls, and can be driven by the contract. */
export class TelegramPeer implements ChannelPeer {
  readonly #token: string;
  #telegram: FaultyTelegram | undefined;
  #apiRoot = '';
  readonly #refusals = new Map<Method, Fault[]>();
  readonly #waiting = new Map<ServerResponse, NodeJS.Timeout>();
  #updates: { readonly update_id: number }[] = [];
  #lastUpdateId = 0;
  #sent: string[] = [];
  #isFrozen = false;

  constructor(token: string) {
    this.#token = token;
  }

  async start(): Promise<void> {
    this.#telegram = await FaultyTelegram.start(this.#token);
    this.#apiRoot = this.#telegram.apiRoot;
    for (const method of methods) this.#serve(method);
  }

  async stop(): Promise<void> {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    await this.#telegram?.stop();
    this.#telegram = undefined;
  }

  /** Also when nobody is there any more. */
  get apiRoot(): string {
    return this.#apiRoot;
  }

  deliver(text: string): void {
    const chat = { id: 100, type: 'private', first_name: 'Ann' };
    const from = { id: 7, is_bot: false, first_name: 'Ann' };
    this.#add({ message: { message_id: this.#lastUpdateId + 1, date: 1_700_000_000, chat, from, text } });
  }

  deliverUnreadable(): void {
    this.#add({ message: { message_id: 'none' } });
  }

  received(): readonly string[] {
    return this.#sent;
  }

  requests(operation: RefusableOperation): number {
    return this.#running.countOf(methodOf[operation]);
  }

  openConnections(): number {
    return this.#telegram?.openSockets ?? 0;
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
  }

  cutOff(): Promise<void> {
    return this.stop();
  }

  refuse(operation: RefusableOperation, refusal: Refusal): void {
    const method = methodOf[operation];
    this.#refusals.set(method, [...(this.#refusals.get(method) ?? []), faultOf(refusal)]);
  }

  get #running(): FaultyTelegram {
    if (this.#telegram === undefined) throw new Error('This Telegram is not running.');
    return this.#telegram;
  }

  /** Every call of the method, for good. */
  #serve(method: Method): void {
    this.#telegram?.next(method, (response) => {
      this.#serve(method);
      if (this.#isFrozen) return hangs(response);
      const refusal = this.#refusals.get(method)?.shift();
      if (refusal) return refusal(response);
      this.#answer(method, response);
    });
  }

  #answer(method: Method, response: ServerResponse): void {
    const body = this.#running.calls.at(-1)?.body ?? {};
    switch (method) {
      case 'getMe':
        return say(response, { id: 12345, is_bot: true, first_name: 'Fake', username: 'fake_bot' });
      case 'getWebhookInfo':
        return say(response, { url: '', has_custom_certificate: false, pending_update_count: 0 });
      case 'sendMessage':
        this.#sent.push(String(body['text']));
        return say(response, { message_id: this.#sent.length });
      case 'getUpdates':
        return this.#poll(response, body);
    }
  }

  #poll(response: ServerResponse, { offset, timeout }: Record<string, unknown>): void {
    if (typeof offset === 'number') this.#updates = this.#updates.filter(({ update_id }) => update_id >= offset);
    if (this.#updates.length > 0 || timeout === 0) return say(response, this.#updates);
    const end = (): void => {
      this.#waiting.delete(response);
      say(response, []);
    };
    this.#waiting.set(response, setTimeout(end, Number(timeout) * 1_000));
    response.on('close', () => {
      clearTimeout(this.#waiting.get(response));
      this.#waiting.delete(response);
    });
  }

  #add(update: object): void {
    this.#lastUpdateId += 1;
    this.#updates.push({ update_id: this.#lastUpdateId, ...update });
    for (const [response, timer] of this.#waiting) {
      clearTimeout(timer);
      say(response, this.#updates);
    }
    this.#waiting.clear();
  }
}

function say(response: ServerResponse, result: unknown): void {
  answers({ ok: true, result })(response);
}

function faultOf({ kind, words, retryAfterMs = 0 }: Refusal): Fault {
  switch (kind) {
    case 'unauthorized':
      return refuses(401, words);
    case 'conflict':
      return refuses(409, `Conflict: terminated by other getUpdates request; ${words}`);
    case 'rateLimited':
      return refuses(429, words, { retry_after: retryAfterMs / 1_000 });
    case 'unavailable':
      return refuses(502, words);
    case 'message':
      return refuses(400, words);
  }
}
