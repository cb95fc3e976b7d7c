import type { ChartDescription } from '../chartOf.ts';

/** A drawing as the page shows it, or why there is none. */
export type Drawn = SVGSVGElement | string;

/** So many are had before anybody asks for them, and so many are kept. */
const mostAhead = 12;
const mostKept = 60;
const triesAgainMs = 2_000;

/**
 * Charts, drawn by the server. The first few are had ahead, one after the other, so that whoever chooses an actor sees its chart at once.
 */
export class Drawings {
  readonly #onDrawn: () => void;
  readonly #texts = new WeakMap<ChartDescription, string>();
  readonly #drawn = new Map<string, Drawn>();
  readonly #asked = new Set<string>();
  #last: Promise<void> = Promise.resolve();
  #ahead = 0;

  constructor(onDrawn: () => void) {
    this.#onDrawn = onDrawn;
  }

  /** Undefined as long as it is being drawn. */
  of(chart: ChartDescription): Drawn | undefined {
    const text = this.#textOf(chart);
    const drawn = this.#drawn.get(text);
    if (drawn === undefined) void this.#ask(text);
    return drawn;
  }

  /** It will be wanted, maybe. */
  ahead(chart: ChartDescription): void {
    if (this.#ahead >= mostAhead) return;
    this.#ahead += 1;
    this.#last = this.#last.then(() => this.#ask(this.#textOf(chart)));
  }

  #textOf(chart: ChartDescription): string {
    const text = this.#texts.get(chart) ?? JSON.stringify(chart);
    this.#texts.set(chart, text);
    return text;
  }

  async #ask(text: string): Promise<void> {
    if (this.#asked.has(text) || this.#drawn.has(text)) return;
    this.#asked.add(text);
    const drawn = await drawingOf(text).catch(() => undefined);
    this.#asked.delete(text);
    this.#drawn.set(text, drawn ?? 'The chart could not be had: the server has gone.');
    if (drawn === undefined) setTimeout(() => this.#drawn.delete(text), triesAgainMs);
    const [oldest] = this.#drawn.keys();
    if (this.#drawn.size > mostKept && oldest !== undefined) this.#drawn.delete(oldest);
    this.#onDrawn();
  }
}

async function drawingOf(chart: string): Promise<Drawn> {
  const response = await fetch('/chart', { method: 'POST', body: chart });
  const text = await response.text();
  if (!response.ok) return text;
  const { documentElement } = new DOMParser().parseFromString(text, 'image/svg+xml');
  return documentElement instanceof SVGSVGElement
    ? document.importNode(documentElement, true)
    : 'The server has sent no drawing.';
}
