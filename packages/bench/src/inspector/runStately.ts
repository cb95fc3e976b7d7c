import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ChildService } from '../processes/ChildService.ts';
import type { FleetService } from './fleetHost.ts';
import type { LoadResult } from './load.ts';
import type { Memory } from './memory.ts';
import type { InspectorPlan } from './plan.ts';
import type { Received, ReceiverService } from './receiverHost.ts';
import type { RelayService } from './relayHost.ts';
import { type Sample, sampleWhile } from './samples.ts';

/** `@statelyai/inspect`: the app's side, its relay, and its receiver, each in a process of its own. */
export interface StatelyRun {
  readonly load: LoadResult;
  readonly samples: readonly Sample[];
  readonly received: Received;
  readonly relay: { readonly cpuSeconds: number };
  /** What is left in the app after garbage was collected, after a quarter of the time and at the end. */
  readonly early: Memory;
  readonly end: Memory;
}

export async function runStately(plan: InspectorPlan, onProgress: (words: string) => void): Promise<StatelyRun> {
  const port = await freePort();
  const url = `ws://127.0.0.1:${port}`;
  await using relay = new ChildService<RelayService>(new URL('relayHost.js', import.meta.url));
  await relay.call('start', port);
  await using receiver = new ChildService<ReceiverService>(new URL('receiverHost.js', import.meta.url));
  await receiver.call('start', url);
  await using host = new ChildService<FleetService>(new URL('fleetHost.js', import.meta.url), ['stately']);
  await host.call('start', { actors: plan.actors, relay: url });
  await pause(1_000);
  const before = await receiver.call('received');
  const cpuBefore = await relay.call('cpuSeconds');
  let isRunning = true;
  const loading = host.call('run', plan).finally(() => {
    isRunning = false;
  });
  const take = async (): Promise<Omit<Sample, 'atSeconds'>> => ({ ...(await host.call('memory')), pageHeap: 0 });
  const onSample = ({ atSeconds, resident }: Sample): void =>
    onProgress(`@statelyai/inspect ${atSeconds.toFixed(0)} s: app ${(resident / 1024 / 1024).toFixed(0)} MB`);
  const quarter = pause((plan.seconds * 1_000) / 4).then(() => host.call('memoryAfterCollection'));
  const sampling = sampleWhile(() => isRunning, take, onSample);
  const [load, samples, early] = await Promise.all([loading, sampling, quarter]);
  const received = since(await receiver.call('received'), before);
  const cpuSeconds = (await relay.call('cpuSeconds')) - cpuBefore;
  const end = await host.call('memoryAfterCollection');
  return { load, samples, received, relay: { cpuSeconds }, early, end };
}

function since(now: Received, before: Received): Received {
  return { snapshots: now.snapshots - before.snapshots, bytes: now.bytes - before.bytes };
}

/** Theirs takes no port 0: one that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('No port is free on 127.0.0.1.');
  return address.port;
}
