import type { ChartDescription } from '../chartOf.ts';
import type { ServerMessage, SourceName } from '../page/protocol.ts';
import type { EndedRecord, InspectorRecord, StartedRecord } from '../records.ts';
import { chunksOf, type Snapshot, snapshotMessages } from './snapshotMessages.ts';

/** The side of a WebSocket that is needed here. */
export interface ViewerSocket {
  readonly bufferedAmount: number;
  send(text: string, onSent: () => void): void;
}

export interface ViewerOptions {
  /** How many bytes may wait for it. */
  readonly maxBytes: number;
  /** The types of events that it may send. */
  readonly sendable: readonly string[];
  readonly snapshots: () => readonly Snapshot[];
  /** Where those of these actors that are alive stand. */
  readonly standings: (source: SourceName, actors: ReadonlySet<string>) => readonly Standing[];
  readonly chart: (source: SourceName, key: string) => Extract<ServerMessage, { type: 'chart' }> | undefined;
  /** The page is told of this chart. */
  readonly onChart: (chart: ChartDescription) => void;
}

export type Standing = Omit<StartedRecord, 'kind' | 'seq' | 'atMs' | 'input' | 'wasRunning'>;

/** What the page has missed. */
interface Gap {
  missed: number;
  last: { readonly seq: number; readonly atMs: number };
  readonly touched: Set<string>;
  readonly ended: Map<string, EndedRecord>;
}

/** Of more actors than these nobody remembers which they were: the page begins anew. */
const mostTouched = 20_000;
/** Of more charts than these nobody remembers whether the page has them. */
const mostCharts = 1_000;

/**
 * What one page gets.
 *
 * V1. What waits for a page has a bound: `maxBytes` in the socket and in the queue together. What is longer is made as it is sent, when
 *     less than half of that waits.
 * V2. A page that is too slow misses records, is told how many, and then where the actors stand that they were about.
 */
export class Viewer {
  readonly #socket: ViewerSocket;
  readonly #options: ViewerOptions;
  /** What the page has under which name. */
  readonly #charts = new Map<string, ChartDescription>();
  readonly #gaps = new Map<SourceName, Gap>();
  #queue: string[] = [];
  #queuedBytes = 0;
  #mostWaiting = 0;
  #missed = 0;
  #isPumping = false;
  /** What is made as it is sent, before anything of the queue. */
  #making: Iterator<ServerMessage> | undefined;

  constructor(socket: ViewerSocket, options: ViewerOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#making = snapshotMessages(options.snapshots(), options.sendable);
  }

  /** How many records it has missed so far. */
  get missed(): number {
    return this.#missed;
  }

  /** How many bytes have waited for it at most. */
  get mostWaiting(): number {
    return this.#mostWaiting;
  }

  offer(source: SourceName, records: readonly InspectorRecord[], missed: number): void {
    let untold = missed;
    for (const chunk of chunksOf(records)) {
      const isTaken =
        !this.#gaps.has(source) && this.#enqueue({ type: 'records', source, records: chunk, missed: untold });
      if (!isTaken) this.#miss(source, chunk, untold);
      untold = 0;
    }
    this.pump();
  }

  /** Sends what there is room for. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#socket.bufferedAmount < this.#options.maxBytes / 2) {
      const text = this.#next();
      if (text === undefined) break;
      this.#socket.send(text, () => this.pump());
      this.#mostWaiting = Math.max(this.#mostWaiting, this.#waiting);
    }
    this.#isPumping = false;
  }

  get #waiting(): number {
    return this.#queuedBytes + this.#socket.bufferedAmount;
  }

  #next(): string | undefined {
    const made = this.#making?.next();
    if (made?.done === false) {
      this.#remember(made.value);
      return JSON.stringify(made.value);
    }
    this.#making = undefined;
    const queued = this.#queue.shift();
    if (queued !== undefined) {
      this.#queuedBytes -= Buffer.byteLength(queued);
      return queued;
    }
    if (this.#gaps.size === 0 || this.#socket.bufferedAmount > 0) return undefined;
    this.#making = this.#catchUp();
    return this.#next();
  }

  /** Whether there was room for it. V1 */
  #enqueue(message: Extract<ServerMessage, { type: 'records' }>): boolean {
    const room = this.#options.maxBytes - this.#waiting;
    if (room <= 0) return false;
    const parts = [...this.#withCharts(message)];
    const texts = parts.map((part) => JSON.stringify(part));
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    if (bytes > room) return false;
    for (const part of parts) this.#remember(part);
    this.#queue.push(...texts);
    this.#queuedBytes += bytes;
    this.#mostWaiting = Math.max(this.#mostWaiting, this.#waiting);
    return true;
  }

  #remember(message: ServerMessage): void {
    if (message.type !== 'chart') return;
    this.#charts.set(message.key, message.chart);
    this.#options.onChart(message.chart);
    if (this.#charts.size > mostCharts) this.#charts.clear(); // They are told once more.
  }

  /** V2 */
  #miss(source: SourceName, records: readonly InspectorRecord[], missed: number): void {
    const [first] = records;
    if (first === undefined) return;
    const gap: Gap = this.#gaps.get(source) ?? { missed: 0, last: first, touched: new Set(), ended: new Map() };
    this.#gaps.set(source, gap);
    gap.missed += missed + records.length;
    gap.last = records.at(-1) ?? first;
    this.#missed += missed + records.length;
    for (const record of records) {
      if (record.kind === 'signal') continue;
      gap.touched.add(record.actor);
      if (record.kind === 'ended') gap.ended.set(record.actor, record);
    }
    if (gap.touched.size > mostTouched) this.#beginAgain();
  }

  *#catchUp(): Generator<ServerMessage, undefined> {
    for (const [source, gap] of [...this.#gaps]) {
      this.#gaps.delete(source);
      const records = sampleOf(gap, this.#options.standings(source, gap.touched));
      for (const [index, chunk] of [...chunksOf(records, true)].entries())
        yield* this.#withCharts({ type: 'records', source, records: chunk, missed: index === 0 ? gap.missed : 0 });
    }
    return undefined;
  }

  #beginAgain(): void {
    this.#gaps.clear();
    this.#charts.clear();
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#making = snapshotMessages(this.#options.snapshots(), this.#options.sendable);
  }

  /** The message, after the charts that it names and the page has not, or has another of that name. */
  *#withCharts(message: Extract<ServerMessage, { type: 'records' }>): Generator<ServerMessage> {
    const told = new Set<string>();
    for (const record of message.records) {
      if (record.kind !== 'started' || record.chart === null || told.has(record.chart)) continue;
      told.add(record.chart);
      const chart = this.#options.chart(message.source, record.chart);
      if (chart && this.#charts.get(record.chart) !== chart.chart) yield chart;
    }
    yield message;
  }
}

/** Records that say where actors stand after a gap; their numbers lie between those of the last that was missed and the next. */
function sampleOf({ ended, last }: Gap, standings: readonly Standing[]): readonly InspectorRecord[] {
  const { atMs, seq } = last;
  const found = standings.map((standing) => ({ kind: 'started' as const, ...standing, wasRunning: true, seq, atMs }));
  const all: readonly InspectorRecord[] = [...found, ...ended.values()];
  return all.map((record, index) => ({ ...record, atMs, seq: seq + index / (all.length + 1) }));
}
