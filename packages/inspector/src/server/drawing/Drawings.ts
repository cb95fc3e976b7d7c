import type { ChartDescription } from '../../chartOf.ts';
import { readCharts } from '../../session/charts.ts';
import { place } from '../../session/check.ts';
import { DrawingThread } from './DrawingThread.ts';
import type { DrawingFormat } from './drawingOf.ts';

/** A chart beyond these takes the layout seconds, and everybody else's waits. */
const mostStates = 400;
const mostTransitions = 1_500;
/** Drawings that are kept. */
const mostKept = 50;
const mostAhead = 12;
const warmUpAfterMs = 300;

/** Drawings of charts: what was drawn once is kept. */
export class Drawings {
  readonly #thread: Pick<DrawingThread, 'draw' | 'warmUp' | 'close'>;
  readonly #timer: NodeJS.Timeout;
  /** Those that are under way too: who asks for the same gets the same. */
  readonly #kept = new Map<string, Promise<string>>();

  /** Makes the thread ready in a moment: the program that has just started the inspector has itself to start first. */
  constructor(thread: Pick<DrawingThread, 'draw' | 'warmUp' | 'close'> = new DrawingThread()) {
    this.#thread = thread;
    this.#timer = setTimeout(() => void this.#thread.warmUp(), warmUpAfterMs).unref();
  }

  /** Somebody may want to see it. Of many charts only the first are drawn before they are asked for. */
  ahead(chart: ChartDescription): void {
    if (this.#kept.size < mostAhead) void this.draw(JSON.stringify(chart), 'page').catch(() => undefined);
  }

  close(): Promise<void> {
    clearTimeout(this.#timer);
    return this.#thread.close();
  }

  /** `json`: a chart as a page has it. Rejects with `SessionError` where it is none, and with `ChartTooLargeError`. */
  async draw(json: string, format: DrawingFormat): Promise<string> {
    const key = `${format}:${json}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return await known;
    const drawn = this.#thread.draw({ chart: readChart(json), format });
    this.#kept.set(key, drawn);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    try {
      return await drawn;
    } catch (error) {
      this.#kept.delete(key);
      throw error;
    }
  }
}

/** Too much to be laid out beside the process that is being watched. */
export class ChartTooLargeError extends Error {
  override readonly name = 'ChartTooLargeError';
}

function readChart(json: string): ChartDescription {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    parsed = undefined;
  }
  const { chart } = readCharts(place({ chart: parsed }, 'charts'));
  const { states = [], transitions = [] } = chart ?? {};
  if (chart === undefined || states.length > mostStates || transitions.length > mostTransitions) {
    throw new ChartTooLargeError(
      `The chart has ${states.length} states and ${transitions.length} transitions; up to ${mostStates} and ${mostTransitions} are drawn.`,
    );
  }
  return chart;
}
