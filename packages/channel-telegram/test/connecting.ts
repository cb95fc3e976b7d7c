import type { Failure, InboundItem, Json, Link, QueuedMessage } from 'holdfast';
import type { TelegramConfig } from '../src/config.ts';
import { telegram } from '../src/telegram.ts';

interface Peer {
  readonly token: string;
  readonly apiRoot: string;
}

interface ConnectOptions {
  readonly config?: TelegramConfig;
  readonly cursor?: Json;
  readonly signal?: AbortSignal;
}

/** A signal that aborts only when the test has taken far too long. */
export function patience(): AbortSignal {
  return AbortSignal.timeout(10_000);
}

/** One attempt to connect to a peer on this machine. */
export function connectTo({ token, apiRoot }: Peer, options: ConnectOptions = {}): Promise<Link> {
  const { config = {}, cursor = null, signal = patience() } = options;
  const mode = 'webhook' in config ? 'webhook' : 'long-poll';
  const credentials = { token };
  return telegram({ mode }).connect({
    instanceId: 'bot',
    credentials,
    config: { apiRoot, ...config },
    cursor,
    signal,
  });
}

/** What a call came to, when it is expected to fail. */
export async function failureOf(
  during: 'connect' | 'probe' | 'poll' | 'send',
  call: Promise<unknown>,
): Promise<Failure> {
  const error = await call.then(
    () => {
      throw new Error(`The ${during} was expected to fail, and did not.`);
    },
    (reason: unknown) => reason,
  );
  return telegram().classifyFailure(error, during);
}

export function outgoing(text: string, fields: Partial<QueuedMessage> = {}): QueuedMessage {
  return { id: text, idempotencyKey: text, conversation: '100', text, metadata: {}, ...fields };
}

/** Polls once, and commits everything that came. */
export async function readAndCommit(link: Link, cursor: Json): Promise<{ texts: string[]; cursor: Json }> {
  const { items, cursor: next } = await pollOnce(link, cursor);
  for (const item of items) await link.commit?.(item.cursor);
  await link.commit?.(next);
  return { texts: items.map(({ message }) => message.text), cursor: next };
}

export async function pollOnce(
  link: Link,
  cursor: Json,
  waitMs = 5_000,
): Promise<{ readonly items: readonly InboundItem[]; readonly cursor: Json }> {
  if (!link.poll) throw new Error('This link cannot be polled.');
  return link.poll({ cursor, waitMs, signal: patience() });
}
