import { quantile } from '../report/statistics.ts';
import type { Fill } from './fleetHost.ts';
import type { LoadResult } from './load.ts';
import { aims } from './plan.ts';
import type { LocalRun } from './runLocal.ts';
import type { StatelyRun } from './runStately.ts';
import { type Growth, growthOf } from './samples.ts';

/** The figures of the page and its server. Times in milliseconds. */
export interface LocalFigures {
  readonly framesPerSecond: number;
  readonly frameMs: { readonly p95: number; readonly worst: number };
  readonly firstChartMs: {
    readonly cold: number;
    readonly warm: number;
    readonly warmWorst: number;
    readonly fresh: number;
  };
  readonly lagMs: { readonly p50: number; readonly p95: number };
  readonly server: Growth;
  readonly page: Growth;
  readonly fills: readonly Fill[];
}

/** One way of watching, beside the others. Processor time is for each event, in microseconds. */
export interface Contestant {
  readonly label: string;
  readonly eventsPerSecond: number;
  readonly cpu: { readonly app: number; readonly relay: number };
  /** Of what the actors did; null where nobody watches. */
  readonly delivered: number | null;
  readonly bytesPerEvent: number | null;
  readonly app: Growth | null;
}

export interface Aim {
  readonly words: string;
  readonly reached: string;
  readonly isMet: boolean;
}

export function localFigures(run: LocalRun): LocalFigures {
  const { early, end, fills, firstChartMs, samples, seen } = run;
  const { cold, fresh, warm } = firstChartMs;
  return {
    framesPerSecond: seen.frames.length / (seen.frames.reduce((sum, frame) => sum + frame, 0) / 1_000),
    frameMs: { p95: quantile(seen.frames, 0.95), worst: quantile(seen.frames, 1) },
    firstChartMs: { cold, warm: quantile(warm, 0.5), warmWorst: quantile(warm, 1), fresh },
    lagMs: { p50: quantile(seen.lags, 0.5), p95: quantile(seen.lags, 0.95) },
    server: growthOf(samples, 'resident', [early.server.heap, end.server.heap]),
    page: growthOf(samples, 'pageHeap', [early.pageHeap, end.pageHeap]),
    fills,
  };
}

export function contestants(bare: LoadResult, local: LocalRun, stately: StatelyRun): readonly Contestant[] {
  const { received, relay } = stately;
  const relayed = (relay.cpuSeconds * 1e6) / stately.load.sent;
  return [
    { ...ofLoad('nobody watches', bare), delivered: null, bytesPerEvent: null, app: null },
    {
      ...ofLoad('Holdfast, server and page', local.load),
      delivered: 1 - local.delivery.missed / local.delivery.records,
      bytesPerEvent: local.seen.bytes / local.load.sent,
      app: growthOf(local.samples, 'resident', [local.early.server.heap, local.end.server.heap]),
    },
    {
      ...ofLoad('@statelyai/inspect, relay', stately.load, relayed),
      delivered: received.snapshots / stately.load.sent,
      bytesPerEvent: received.bytes / stately.load.sent,
      app: growthOf(stately.samples, 'resident', [stately.early.heap, stately.end.heap]),
    },
  ];
}

function ofLoad(label: string, { cpuMicroseconds, seconds, sent }: LoadResult, relay = 0) {
  return { label, eventsPerSecond: sent / seconds, cpu: { app: cpuMicroseconds, relay } };
}

export function aimsOf({ fills, firstChartMs, framesPerSecond, page, server }: LocalFigures): readonly Aim[] {
  const { cold, fresh, warm, warmWorst } = firstChartMs;
  const growths = [server, page].map(({ leftEnd, leftEarly }) => leftEnd / leftEarly - 1);
  const over = fills.filter(({ bound, highest }) => highest > bound);
  const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;
  return [
    {
      words: `the page makes at least ${aims.framesPerSecond} frames a second`,
      reached: framesPerSecond.toFixed(0),
      isMet: framesPerSecond >= aims.framesPerSecond,
    },
    {
      words: `a chart is there within ${aims.firstChartMs} ms of the click`,
      reached: `${cold.toFixed(0)} cold, ${warm.toFixed(0)} warm (at worst ${warmWorst.toFixed(0)}), ${fresh.toFixed(0)} new`,
      isMet: Math.max(cold, warmWorst, fresh) < aims.firstChartMs,
    },
    {
      words: `what is in use grows by less than ${percent(aims.growthRatio)} from a quarter of the time to its end, in the server and in the page`,
      reached: growths.map(percent).join(', '),
      isMet: growths.every((growth) => growth < aims.growthRatio),
    },
    {
      words: 'no buffer passes its bound',
      reached: `${over.length} of ${fills.length}`,
      isMet: over.length === 0,
    },
  ];
}
