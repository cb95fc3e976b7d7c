import {
  type ChannelAdapter,
  classifyReason,
  type Failure,
  HoldfastError,
  type Json,
  type Link,
  type QueuedMessage,
  type Receipt,
} from 'holdfast';
import { isList, isObject } from '../format/reader.ts';
import type { ScriptedResult } from '../format/workerTrace.ts';

/** What a scripted peer answers instead of taking a message. */
class ScriptedFailure extends HoldfastError {
  override readonly name = 'ScriptedFailure';
  readonly code = 'SCRIPTED';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** A channel whose sends do what a trace's script says for their payload. It only sends, one message at a time. */
export class PayloadChannel implements ChannelAdapter {
  readonly kind = 'trace';
  readonly capabilities = {
    inbound: 'none',
    resume: false,
    ack: false,
    sendAck: true,
    exclusive: false,
    maxInFlight: 1,
  } as const;
  readonly #left: Map<string, ScriptedResult[]>;
  readonly #onSend: (message: QueuedMessage) => void;

  constructor(script: Readonly<Record<string, readonly ScriptedResult[]>>, onSend: (message: QueuedMessage) => void) {
    this.#left = new Map(Object.entries(script).map(([payload, results]) => [payload, [...results]]));
    this.#onSend = onSend;
  }

  async connect(): Promise<Link> {
    return {
      identity: {},
      closed: new Promise(() => undefined),
      send: (message) => this.#send(message),
      probe: async () => undefined,
      close: async () => undefined,
    };
  }

  classifyFailure(error: unknown): Failure {
    return error instanceof ScriptedFailure ? error.failure : failureOf(['exception', String(error)]);
  }

  async #send(message: QueuedMessage): Promise<Receipt> {
    this.#onSend(message);
    const result = this.#left.get(message.text)?.shift();
    if (result === undefined) return { externalMessageId: `ext-${message.text}` };
    if (result.kind !== 'returns') throw new ScriptedFailure(failureOf([termOf(result.kind), result.value]));
    const [term, detail = null] = isList(result.value) ? result.value : [result.value];
    if (term === 'error') throw new ScriptedFailure(failureOf(detail));
    return { externalMessageId: externalIdOf(detail) };
  }
}

/** A failure that shows this reason, of the class that the reason has. */
export function failureOf(reason: Json): Failure {
  const message = `The script says ${JSON.stringify(reason)}.`;
  return { severity: classifyReason(reason), scope: 'server', code: 'trace.scripted', message, reason };
}

/** The reason that the original gives to what was raised, thrown or exited with. */
export function termOf(kind: Exclude<ScriptedResult['kind'], 'returns'>): string {
  return { raises: 'exception', throws: 'throw', exits: 'exit' }[kind];
}

/** Channels of the original name their message's id in several ways; ours say it in a receipt. */
function externalIdOf(result: Json): string | number | null {
  const id = isObject(result) ? (result['message_id'] ?? result['id'] ?? null) : result;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
