import type { ChartDescription } from '../chartOf.ts';
import type { InspectorRecord, KnownActor } from '../records.ts';

/** Who a record comes from: the program that the server runs in, or apps that send theirs. */
export type SourceName = 'own' | 'apps';

/** What the server tells a page, one JSON text a frame. Each source begins with `begin`, then what is known, then what comes. */
export type ServerMessage =
  | { readonly type: 'begin'; readonly source: SourceName; readonly dropped: number }
  | { readonly type: 'actors'; readonly source: SourceName; readonly actors: readonly KnownActor[] }
  | { readonly type: 'chart'; readonly source: SourceName; readonly key: string; readonly chart: ChartDescription }
  /** `missed`: so many came before these that this page was too slow for. What comes then are samples, as `started` and `ended`. */
  | {
      readonly type: 'records';
      readonly source: SourceName;
      readonly records: readonly InspectorRecord[];
      readonly missed: number;
    }
  /** All that was known is told. `sendable`: the types of events that may be sent. */
  | { readonly type: 'ready'; readonly sendable: readonly string[] };
