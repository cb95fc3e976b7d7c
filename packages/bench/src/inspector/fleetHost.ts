/** A process with a fleet in it, and one way of watching it, its argument: `none`, `holdfast`, `stately`. */
import { createInspector } from '@holdfast/inspector';
import { startInspectorServer } from '@holdfast/inspector/server';
import { createWebSocketInspector } from '@statelyai/inspect';
import type { Inspection } from 'holdfast';
import { type AnyActor, createActor, createMachine, fromCallback } from 'xstate';
import { serve } from '../processes/serve.ts';
import { startFleet } from './fleet.ts';
import { type Load, type LoadResult, runLoad } from './load.ts';
import { type Memory, memoryAfterCollection, memoryNow } from './memory.ts';

/** How full a buffer was at most, and what it holds at most. */
export interface Fill {
  readonly name: string;
  readonly unit: 'records' | 'bytes';
  readonly highest: number;
  readonly bound: number;
}

export interface Delivery {
  readonly records: number;
  readonly missed: number;
}

export type FleetService = {
  /** Resolves with the address of the page; empty where there is none. */
  start(how: { readonly actors: number; readonly relay: string }): Promise<string>;
  /** One more actor with a chart that was not there before. */
  startOther(name: string): Promise<void>;
  run(load: Load): Promise<LoadResult>;
  memory(): Promise<Memory>;
  memoryAfterCollection(): Promise<Memory>;
  fills(): Promise<readonly Fill[]>;
  delivery(): Promise<Delivery>;
};

const history = { records: 10_000, bytes: 8 * 1024 * 1024 } as const;
const bounds = { viewerBytes: 8 * 1024 * 1024 } as const;
/** A batch that is full goes at once, and one more batch may be a whole history. */
const mostTogether = 1_000;
const looksEveryMs = 20;

const way = process.argv[2];
const inspector = createInspector({ record: 'viewed', history });
const server = way === 'holdfast' ? await startInspectorServer({ inspector, port: 0, bounds }) : undefined;
const highest = { records: 0, bytes: 0 };
const kept: AnyActor[] = [];
let send: (index: number) => void = () => undefined;

function inspectionOf(relay: string): Inspection | undefined {
  if (way === 'holdfast') return inspector;
  if (way !== 'stately') return undefined;
  const { inspect } = createWebSocketInspector({ url: relay });
  return (event) => inspect.next?.(event);
}

function look(): void {
  const { bytes, kept } = inspector.counts;
  highest.records = Math.max(highest.records, kept);
  highest.bytes = Math.max(highest.bytes, bytes);
}

/** The inspector keeps nobody alive. */
function keep(actor: AnyActor): void {
  kept.push(actor.start());
  inspector.watch(actor);
}

/** A way of twelve steps that can be gone back. */
function otherMachine(id: string) {
  const names = Array.from({ length: 12 }, (_, index) => `step${index}`);
  const states = names.map(
    (name, index) => [name, { on: { next: names[index + 1], back: names[index - 1] } }] as const,
  );
  return createMachine({ id, initial: 'step0', states: Object.fromEntries(states) });
}

const service: FleetService = {
  start: async ({ actors, relay }) => {
    if (server) {
      // The page shows the first actor by itself: one without a chart, so that the first chart is one that somebody chooses.
      keep(createActor(fromCallback(() => undefined)));
      setInterval(look, looksEveryMs).unref();
    }
    send = startFleet(actors, inspectionOf(relay));
    return server?.url ?? '';
  },
  startOther: async (name) => keep(createActor(otherMachine(name))),
  run: (load) => runLoad(send, load),
  memory: async () => memoryNow(),
  memoryAfterCollection: async () => memoryAfterCollection(),
  fills: async () => {
    const { mostBytesWaiting = 0, mostRecordsWaiting = 0 } = server?.counts ?? {};
    const together = mostTogether + history.records;
    return [
      { name: 'history', unit: 'records', highest: highest.records, bound: history.records },
      { name: 'history', unit: 'bytes', highest: highest.bytes, bound: history.bytes },
      { name: 'records that travel together', unit: 'records', highest: mostRecordsWaiting, bound: together },
      { name: 'what waits for the page', unit: 'bytes', highest: mostBytesWaiting, bound: bounds.viewerBytes },
    ];
  },
  delivery: async () => ({ records: inspector.counts.records, missed: server?.counts.missedByViewers ?? 0 }),
};
serve(service);
