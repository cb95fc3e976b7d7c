import { setImmediate } from 'node:timers/promises';
import type { ChannelOperation, Failure, InboundItem, Json, Link, QueuedMessage } from 'holdfast';
import type { MqttConfig, MqttCredentials } from '../src/config.ts';
import { type MqttAdapter, mqtt } from '../src/mqtt.ts';

export interface ConnectOptions {
  readonly adapter?: MqttAdapter;
  readonly instanceId?: string;
  readonly credentials?: MqttCredentials;
  readonly cursor?: Json;
  readonly signal?: AbortSignal;
}

/** A signal that aborts only when the test has taken far too long. */
export function patience(): AbortSignal {
  return AbortSignal.timeout(10_000);
}

/** One attempt to connect. */
export function connectTo(config: MqttConfig, options: ConnectOptions = {}): Promise<Link> {
  const { adapter = mqtt(), instanceId = 'bot', credentials = {}, cursor = null, signal = patience() } = options;
  return adapter.connect({ instanceId, credentials, config, cursor, signal });
}

/** What a call came to, when it is expected to fail. */
export async function failureOf(during: ChannelOperation, call: Promise<unknown>): Promise<Failure> {
  return mqtt().classifyFailure(await errorOf(call), during);
}

export async function errorOf(call: Promise<unknown>): Promise<unknown> {
  const outcome = await call.then(
    () => ({ error: undefined }),
    (error: unknown) => ({ error }),
  );
  if (outcome.error === undefined) throw new Error('This was expected to fail, and did not.');
  return outcome.error;
}

export function outgoing(text: string, fields: Partial<QueuedMessage> = {}): QueuedMessage {
  return { id: text, idempotencyKey: text, conversation: 'out', text, metadata: {}, ...fields };
}

export function send(link: Link, text: string, fields: Partial<QueuedMessage> = {}): Promise<unknown> {
  return link.send(outgoing(text, fields), { signal: patience() });
}

export async function pollOnce(
  link: Link,
  cursor: Json = null,
  waitMs = 5_000,
): Promise<{ readonly items: readonly InboundItem[]; readonly cursor: Json }> {
  if (!link.poll) throw new Error('This link cannot be polled.');
  return link.poll({ cursor, waitMs, signal: patience() });
}

/** Polls until there are so many, without committing any. A read may bring nothing but what is skipped. */
export async function readItems(link: Link, count: number): Promise<readonly InboundItem[]> {
  const items: InboundItem[] = [];
  let cursor: Json = null;
  while (items.length < count) {
    const read = await pollOnce(link, cursor);
    if (read.cursor === cursor) throw new Error(`Only ${items.length} of ${count} messages came.`);
    items.push(...read.items);
    cursor = read.cursor;
  }
  return items;
}

export function textsOf(items: readonly InboundItem[]): string[] {
  return items.map(({ message }) => message.text);
}

/** Turns the event loop until it is so; a timer would be counted among the open handles. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`Waited 5 s in vain until ${what}.`);
    await setImmediate();
  }
}

/** Sockets and timers, also those of the test runner, which come and go. */
export function openHandles(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /TCPSocketWrap|TCPWrap|TLSWrap|ConnectWrap|Timeout/.test(name))
    .sort();
}

/** Every round of ours would have left one at least, and one that lives longer than we wait. */
export function untilNoMoreThan(before: readonly string[]): Promise<void> {
  return until(`no more is open than ${before.join()}`, () => openHandles().length <= before.length);
}
