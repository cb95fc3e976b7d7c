import type { AnyActorRef, InspectionEvent } from 'xstate';
import type { Inspection } from '../ports/inspection.ts';

/** What XState is given of it. XState puts the actor in error when an inspector throws. Ours is only watched. */
export function inspectOption(inspection: Inspection | undefined): { inspect?: (event: InspectionEvent) => void } {
  return typeof inspection === 'function' ? { inspect: (event) => guarded(() => inspection(event)) } : {};
}

/** Shows it the actor, until that has ended. */
export function watch(inspection: Inspection | undefined, actor: AnyActorRef, ended: Promise<unknown>): void {
  if (typeof inspection !== 'object') return;
  const watching = guarded(() => inspection.watch(actor));
  void ended.then(() => guarded(() => watching?.unsubscribe()));
}

/** Whoever watches must not break what is watched. */
function guarded<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
