import { setTimeout as pause } from 'node:timers/promises';
import type { Inspector } from '@holdfast/inspector';

export interface Patience {
  readonly wanted: number;
  readonly withinMs: number;
}

/** How many instances the inspector has seen to be connected, to lose it, and to be connected again. */
export async function outagesSeen(inspector: Inspector, { wanted, withinMs }: Patience): Promise<number> {
  const lost = new Set<string>();
  const back = new Set<string>();
  const subscription = inspector.subscribe(({ records }) => {
    for (const record of records) {
      if (record.kind !== 'signal' || record.instanceId === null) continue;
      if (record.name === 'instance.disconnected') lost.add(record.instanceId);
      if (record.name === 'instance.connected' && lost.has(record.instanceId)) back.add(record.instanceId);
    }
  });
  const endMs = Date.now() + withinMs;
  while (back.size < wanted && Date.now() < endMs) await pause(200);
  subscription.unsubscribe();
  return back.size;
}
