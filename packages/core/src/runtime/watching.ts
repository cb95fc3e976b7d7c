import type { AnyActorRef, InspectionEvent } from 'xstate';
import type { Inspection, Vitals } from '../ports/inspection.ts';
import type { OpenChannel } from './OpenChannel.ts';

/** What XState is given of it. XState puts the actor in error when an inspector throws. Ours is only watched. */
export function inspectOption(inspection: Inspection | undefined): { inspect?: (event: InspectionEvent) => void } {
  return typeof inspection === 'function' ? { inspect: (event) => guarded(() => inspection(event)) } : {};
}

export interface Watched {
  readonly channel: OpenChannel | undefined;
  readonly onEnd: (listener: () => void) => void;
}

/** Shows it the actor, until that has ended. */
export function watch(inspection: Inspection | undefined, actor: AnyActorRef, { channel, onEnd }: Watched): void {
  if (typeof inspection !== 'object') return;
  const watching = guarded(() => inspection.watch(actor, () => vitalsOf(channel)));
  onEnd(() => guarded(() => watching?.unsubscribe()));
}

function vitalsOf(channel: OpenChannel | undefined): Vitals | null {
  if (!channel) return null;
  const { capacity, pressure, size } = channel.outbox;
  const { maxRestarts, restartWindowMs } = channel.binding.reconnect;
  return { queueDepth: size, queueCapacity: capacity, pressure, maxRestarts, restartWindowMs };
}

/** Whoever watches must not break what is watched. */
function guarded<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
