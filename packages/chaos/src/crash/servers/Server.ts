import type { SubjectPlan } from '../subject/protocol.ts';

/** A message that a server has taken from an instance. */
export interface Arrival {
  readonly instance: string;
  /** Where it arrived: a chat or a topic, as it is named in the plan of its instance. */
  readonly conversation: string;
  readonly text: string;
}

/** Real servers of one kind, outside of the process that is killed, and the user who writes to the instances. */
export interface Server {
  readonly subjects: readonly SubjectPlan[];
  /** How many messages an instance reads at once, at most: it reads no more before all of them are seen to. */
  readonly readAtOnce: number;
  /** The user writes a number to an instance. Resolves when the server has said that it has it. */
  write(instance: string, number: number): Promise<void>;
  /** What has arrived so far, in the order in which it did. */
  arrivals(): Promise<readonly Arrival[]>;
  close(): Promise<void>;
}

/** In how many conversations the user writes to each instance. */
export const inboundConversations = 4;
export const outboundConversations = 3;

/** The three policies in turn. */
export function policyOf(index: number): SubjectPlan['policy'] {
  return (['retry', 'hold', 'fail'] as const)[index % 3] ?? 'retry';
}
