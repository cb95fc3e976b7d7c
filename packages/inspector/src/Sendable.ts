import type { Actor } from './Actors.ts';
import type { LiveActor } from './liveActor.ts';
import type { EventSummary } from './records.ts';

/** An actor that is alive, for whoever may send to it. */
export interface Sendable {
  /** The id of an instance of Holdfast, as far as it is shown; of others their own. */
  readonly id: string;
  /** What would be shown of the event. */
  summaryOf(event: { readonly type: string }): EventSummary;
  /** Hands the event to the actor. It is the app's code that runs then; what that throws stays with the actor. */
  send(event: { readonly type: string }): void;
}

export function sendableOf({ context, identity, redaction }: Actor, live: LiveActor): Sendable {
  const instance = context['instance.id'];
  return {
    id: typeof instance === 'string' ? instance : identity.id,
    summaryOf: (event) => redaction.event(event),
    send: (event) => live.send(event),
  };
}
