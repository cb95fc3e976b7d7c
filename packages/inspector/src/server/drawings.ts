import { layoutChart, renderMermaid, renderSvg } from '@holdfast/chart';
import type { ChartDescription } from '../chartOf.ts';
import { readCharts } from '../session/charts.ts';
import { place } from '../session/check.ts';

/** How a chart may be had: for the page, which has the style; as a file that stands alone; as text. */
export type DrawingFormat = 'page' | 'svg' | 'mermaid';

/** A chart beyond these takes the layout seconds, in which the process does nothing else. */
const mostStates = 400;
const mostTransitions = 1_500;
/** Drawings that are kept. */
const mostKept = 50;

/** Lays charts out and draws them, one after the other. */
export class Drawings {
  readonly #kept = new Map<string, string>();
  #last: Promise<unknown> = Promise.resolve();

  /** `json`: a chart as a page has it. Rejects with `SessionError` where it is none, and with `ChartTooLargeError`. */
  async draw(json: string, format: DrawingFormat): Promise<string> {
    const key = `${format}:${json}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const chart = readChart(json);
    const drawn = this.#last.then(() => drawingOf(chart, format));
    this.#last = drawn.catch(() => undefined);
    const text = await drawn;
    this.#kept.set(key, text);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return text;
  }
}

/** Too much to be laid out in the process that is being watched. */
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

async function drawingOf(chart: ChartDescription, format: DrawingFormat): Promise<string> {
  if (format === 'mermaid') return renderMermaid(chart);
  const drawing = await layoutChart(chart);
  return renderSvg(drawing, format === 'page' ? { withStyle: false, isFocusable: true } : {});
}
