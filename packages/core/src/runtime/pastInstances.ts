import type { Store } from '../ports/store.ts';
import type { Instance } from '../schema/instanceConfig.ts';
import type { InstanceServer } from './InstanceServer.ts';
import { readRecord } from './Recorder.ts';
import type { Start } from './startStaggered.ts';

/** An instance as the process before this one has left it. */
export interface PastInstance extends Instance {
  /** It ran when that process ended: it was not stopped in order. */
  readonly wasRunning: boolean;
}

/** The start of an instance where it was; `begin` leaves alone what it has no answer for. */
export function startOfPast(
  store: Store,
  instanceId: string,
  begin: (past: PastInstance) => Promise<InstanceServer | undefined>,
): Start {
  const start = async (): Promise<InstanceServer | undefined> => {
    const { snapshot } = await store.load(instanceId, { keys: 0, handled: 0 });
    const record = readRecord(snapshot);
    return record && begin({ ...record.instance, wasRunning: record.isRunning });
  };
  return { instanceId, start };
}
