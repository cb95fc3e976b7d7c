import type { ChartDescription } from '../chartOf.ts';
import type { SourceName } from '../page/protocol.ts';
import type { InspectorRecord } from '../records.ts';
import type { Batch, Subscription } from '../Subscribers.ts';
import type { RecordSource } from './serverOptions.ts';
import type { Snapshot } from './snapshotMessages.ts';
import { Viewer, type ViewerOptions, type ViewerSocket } from './Viewer.ts';

/** Records that come within so many milliseconds travel together, unless they are more than `mostTogether`. */
const togetherMs = 40;
const mostTogether = 1_000;

export type FeedOptions = Pick<ViewerOptions, 'maxBytes' | 'onChart' | 'sendable'>;

interface Tap {
  readonly name: SourceName;
  readonly source: RecordSource;
  subscription?: Subscription;
  waiting: InspectorRecord[];
  missed: number;
}

/** Brings what the sources tell to all pages that watch. Without a page it listens to no source. */
export class Feed {
  readonly #taps: readonly Tap[];
  readonly #options: FeedOptions;
  readonly #viewers = new Set<Viewer>();
  #missedByGone = 0;
  #mostTogether = 0;
  #mostWaitingOfGone = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(sources: ReadonlyMap<SourceName, RecordSource>, options: FeedOptions) {
    this.#taps = [...sources].map(([name, source]) => ({ name, source, waiting: [], missed: 0 }));
    this.#options = options;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  /** How many records pages have missed because they were too slow. */
  get missed(): number {
    return [...this.#viewers].reduce((sum, { missed }) => sum + missed, this.#missedByGone);
  }

  /** How many bytes have waited for one page at most. */
  get mostBytesWaiting(): number {
    return Math.max(this.#mostWaitingOfGone, ...[...this.#viewers].map(({ mostWaiting }) => mostWaiting));
  }

  /** How many records have waited at most to travel together. */
  get mostRecordsWaiting(): number {
    return this.#mostTogether;
  }

  /** What this returns takes it away again. */
  add(socket: ViewerSocket): () => void {
    this.#flush(); // What waits is in the snapshots that the new one gets.
    if (this.#viewers.size === 0)
      for (const tap of this.#taps) tap.subscription = tap.source.subscribe((batch) => this.#take(tap, batch));
    const viewer = new Viewer(socket, {
      ...this.#options,
      snapshots: () => this.#snapshots(),
      standings: (name, actors) =>
        this.#source(name)
          ?.actors()
          .filter(({ actor }) => actors.has(actor)) ?? [],
      chart: (source, key) => {
        const chart = this.#source(source)?.chart(key);
        return chart && { type: 'chart', source, key, chart };
      },
    });
    this.#viewers.add(viewer);
    viewer.pump();
    return () => this.#remove(viewer);
  }

  #remove(viewer: Viewer): void {
    if (!this.#viewers.delete(viewer)) return;
    this.#missedByGone += viewer.missed;
    this.#mostWaitingOfGone = Math.max(this.#mostWaitingOfGone, viewer.mostWaiting);
    if (this.#viewers.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const tap of this.#taps) {
      tap.subscription?.unsubscribe();
      tap.waiting = [];
      tap.missed = 0;
    }
  }

  /** The charts that there are now. */
  charts(): readonly ChartDescription[] {
    return this.#taps.flatMap(({ source }) => Object.values(source.toJSON().charts));
  }

  #snapshots(): readonly Snapshot[] {
    return this.#taps.map(({ name, source }) => ({ source: name, session: source.toJSON() }));
  }

  #source(name: SourceName): RecordSource | undefined {
    return this.#taps.find((tap) => tap.name === name)?.source;
  }

  #take(tap: Tap, { records, missed }: Batch): void {
    tap.missed += missed;
    for (const record of records) tap.waiting.push(record);
    this.#mostTogether = Math.max(this.#mostTogether, tap.waiting.length);
    if (tap.waiting.length >= mostTogether) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), togetherMs).unref();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const tap of this.#taps) {
      const { missed, waiting } = tap;
      if (waiting.length === 0) continue;
      tap.waiting = [];
      tap.missed = 0;
      for (const viewer of this.#viewers) viewer.offer(tap.name, waiting, missed);
    }
  }
}
