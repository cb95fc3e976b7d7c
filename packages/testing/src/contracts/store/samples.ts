import type { DeadLetter, OutboxEntry, Receipt, StoreChange } from 'holdfast';

/** Plain values, each told apart by its number. */
export function entry(sequence: number, changes: Partial<OutboxEntry> = {}): OutboxEntry {
  return {
    jobId: `job-${sequence}`,
    sequence,
    message: {
      id: `message-${sequence}`,
      conversation: `chat-${sequence % 3}`,
      text: `text ${sequence}`,
      idempotencyKey: `key-${sequence}`,
      metadata: { number: sequence },
    },
    attempts: 0,
    state: 'queued',
    notBeforeMs: 0,
    priority: 0,
    expiresAtMs: null,
    acceptedAtMs: 1_000 + sequence,
    ...changes,
  };
}

export function receipt(number: number): Receipt {
  return { externalMessageId: `external-${number}` };
}

type Outbound = Extract<DeadLetter, { direction: 'outbound' }>;

export function letter(number: number, changes: Partial<Outbound> = {}): Outbound {
  const { message } = entry(number);
  return {
    id: `letter-${number}`,
    direction: 'outbound',
    conversation: message.conversation,
    message,
    reason: { severity: 'degraded', scope: 'message', code: 'test.refused', message: 'refused', delivered: 'no' },
    attempts: 5,
    atMs: 1_000 + number,
    state: 'dead',
    ...changes,
  };
}

export function inboundLetter(number: number): DeadLetter {
  return {
    ...letter(number),
    direction: 'inbound',
    message: {
      id: `in-${number}`,
      conversation: `chat-${number % 3}`,
      text: 'hello',
      sender: { id: 'u1', name: 'Uma' },
    },
  };
}

export function putEntry(instanceId: string, value: OutboxEntry): StoreChange {
  return { type: 'outbox.put', instanceId, entry: value };
}

export function putKey(instanceId: string, number: number, atMs = number): StoreChange {
  return { type: 'key.put', instanceId, key: `key-${number}`, receipt: receipt(number), atMs };
}

export function putHandled(instanceId: string, number: number, atMs = number): StoreChange {
  return { type: 'handled.put', instanceId, messageId: `in-${number}`, atMs };
}

export function putLetter(instanceId: string, value: DeadLetter): StoreChange {
  return { type: 'deadLetter.put', instanceId, letter: value };
}

/** For `load`: more than any test puts. */
export const everything = { keys: 10_000, handled: 10_000 } as const;

/** Plain values for tests of a store of your own, each told apart by its number, and the changes that put them. */
export const storeSamples = {
  entry,
  receipt,
  letter,
  inboundLetter,
  putEntry,
  putKey,
  putHandled,
  putLetter,
  everything,
} as const;
