import { InspectorOptionError } from '../../errors.ts';
import type { JsonObject } from '../../records.ts';

/** What pages may send, and who keeps an account of it. */
export interface SendingOptions {
  /** The types of events that may be sent, each in full; none of XState's own (`xstate.…`). */
  readonly types: readonly string[];
  /**
   * Gets a line for each event that somebody wanted to send, before it is sent, and also when it is refused. An event whose line it throws at
   * is not sent.
   */
  readonly audit: (line: SendAudit) => void;
}

/** Who wanted to send what to whom. */
export interface SendAudit {
  readonly atMs: number;
  /** The page: a browser's visit has one name as long as its cookie lives. No secret can be told from it. */
  readonly page: string;
  /** Where it is, by network. */
  readonly address: string;
  /** The actor's name in records, and what is known of who it is: an instance's id, or the actor's own. Null for nobody. */
  readonly actor: string | null;
  readonly id: string | null;
  readonly type: string | null;
  /** What of its fields may be shown, and how many others there are. */
  readonly fields: JsonObject;
  readonly hidden: number;
  /** Why it was refused; null when it was sent. */
  readonly refused: string | null;
}

/** @throws InspectorOptionError */
export function checkSending({ audit, types }: SendingOptions, canSend: boolean): SendingOptions {
  if (!Array.isArray(types) || types.length === 0)
    throw new InspectorOptionError(
      'sending.types: expected at least one type of event. To send none, leave sending out.',
    );
  for (const type of types) {
    if (typeof type !== 'string' || type === '' || type.includes('*') || type.startsWith('xstate.'))
      throw new InspectorOptionError(
        `sending.types: expected a type in full, and none of XState's own, got ${JSON.stringify(type)}.`,
      );
  }
  if (typeof audit !== 'function')
    throw new InspectorOptionError(`sending.audit: expected a function that keeps account, got ${typeof audit}.`);
  if (!canSend) throw new InspectorOptionError('sending: expected an inspector with it, whose actors are sent to.');
  return { audit, types: [...types] };
}
