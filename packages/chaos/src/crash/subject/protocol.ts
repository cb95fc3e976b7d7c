import type { MqttAdapter } from '@holdfast/mqtt';
import type { TelegramAdapter } from '@holdfast/telegram';
import type { ConfigOf, CredentialsOf } from 'holdfast';

/** What an instance does about a message of which nobody knows whether it arrived: `sender.unknownOutcome`. */
export type Policy = 'retry' | 'hold' | 'fail';

/** One of the instances that are killed. */
export type SubjectPlan = TelegramPlan | MqttPlan;

interface TelegramPlan extends CommonPlan {
  readonly kind: 'telegram';
  readonly credentials: CredentialsOf<TelegramAdapter>;
  readonly config: ConfigOf<TelegramAdapter>;
}

interface MqttPlan extends CommonPlan {
  readonly kind: 'mqtt';
  readonly credentials: CredentialsOf<MqttAdapter>;
  readonly config: ConfigOf<MqttAdapter>;
}

interface CommonPlan {
  readonly id: string;
  readonly policy: Policy;
  /** To where it sends, in turn: chats or topics. */
  readonly conversations: readonly string[];
  /** How often it sends. Milliseconds. */
  readonly sendEveryMs: number;
}

/** What a life is told first, in one line. */
export interface LifeOrder {
  /** From 1. */
  readonly life: number;
  readonly storePath: string;
  /** How large the store may grow; null for as large as the disk lets it. Bytes. */
  readonly maxBytes: number | null;
  readonly subjects: readonly SubjectPlan[];
}

/** What it may be told later, in a line each. */
export type Command =
  /** Decide about a message that is held. */
  | {
      readonly name: 'resolve';
      readonly instance: string;
      readonly jobId: string;
      readonly resolution: 'sent' | 'retry';
    }
  /** Send nothing new, and say `drained` when nothing is left. */
  | { readonly name: 'finish' }
  /** Stop in order, and end. */
  | { readonly name: 'stop' }
  /** Use up all the room that the store may have, until `makeRoom`. */
  | { readonly name: 'fill' }
  | { readonly name: 'makeRoom' };

/**
 * What a life says, in a line each, written before whatever comes next can happen: a SIGKILL loses none that was written.
 * `message` is the name of an outbound message, see `messageName`.
 */
export type Report =
  | { readonly what: 'opening' | 'open' | 'drained' }
  /** The store cannot be opened; it is tried again. */
  | { readonly what: 'unopened'; readonly code: string; readonly text: string }
  | { readonly what: 'started' | 'connected'; readonly instance: string }
  /** `enqueue` has resolved. */
  | { readonly what: 'accepted'; readonly message: string }
  /** `enqueue` has rejected. */
  | { readonly what: 'refused'; readonly message: string; readonly code: string; readonly cause: string }
  /** `settled` has resolved, or rejected. */
  | { readonly what: 'sent'; readonly message: string }
  | { readonly what: 'unsent'; readonly message: string; readonly code: string }
  | { readonly what: 'held'; readonly instance: string; readonly jobId: string; readonly message: string }
  /** The handler is done with it, and has not returned yet. `id` is the channel's. */
  | {
      readonly what: 'handled';
      readonly instance: string;
      readonly conversation: string;
      readonly number: number;
      readonly id: string;
    }
  /** One that was handled came again, and the handler was not called. */
  | { readonly what: 'suppressed'; readonly instance: string }
  | { readonly what: 'stopped'; readonly disagreements: readonly string[] }
  /** What must not happen. */
  | { readonly what: 'problem'; readonly text: string };

export interface MessageName {
  readonly instance: string;
  /** Its place among the conversations of its instance, from 0. */
  readonly conversation: number;
  readonly life: number;
  /** From 1, in this life and conversation. */
  readonly number: number;
}

/** Also its text, so that the peer's record tells it. */
export function messageName({ instance, conversation, life, number }: MessageName): string {
  return `${instance}/${conversation}/${life}/${number}`;
}

/** Undefined for what no life has written. */
export function readMessageName(name: string): MessageName | undefined {
  const [instance, ...rest] = name.split('/');
  const [conversation, life, number] = rest.map(Number);
  if (!instance || rest.length !== 3 || [conversation, life, number].some((part) => !Number.isSafeInteger(part)))
    return undefined;
  return { instance, conversation: Number(conversation), life: Number(life), number: Number(number) };
}
