import type { Inspector } from './Inspector.ts';
import type { LiveActor } from './liveActor.ts';

/** As `createMessaging({ observer })` gets them. */
export interface TelemetryLike {
  readonly name: string;
  readonly metadata: { readonly instanceId?: unknown };
}

/**
 * An observer for `createMessaging` that watches each instance as it starts and takes its telemetry down. `find` is
 * `(id) => messaging.whereis(id)`. It never throws.
 */
export function instanceObserver(
  inspector: Pick<Inspector, 'watch' | 'signal'>,
  find: (instanceId: string) => { readonly actor: LiveActor } | undefined,
): (event: TelemetryLike) => void {
  return (event) => {
    inspector.signal(event);
    if (event.name !== 'instance.started' || typeof event.metadata.instanceId !== 'string') return;
    const instance = find(event.metadata.instanceId);
    if (instance) inspector.watch(instance.actor);
  };
}
