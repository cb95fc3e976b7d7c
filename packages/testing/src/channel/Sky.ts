import { type Clock, maxTimerMs } from 'holdfast';
import type { Draw } from './Draw.ts';
import type { DetailsOf, Operation, ValueOf } from './operations.ts';
import { type Outcome, outcome } from './outcome.ts';
import type { Forecast, Weather } from './weather.ts';

/**
 * The weather over one channel, in the time of its clock.
 *
 * Invariants:
 * W1. It holds a timer only while a link is open and the weather is going to change.
 * W2. What the weather is depends on the time since it was set, and on nothing else.
 */
export class Sky {
  readonly #clock: Clock;
  readonly #draw: Draw;
  #forecast: Forecast;
  #sinceMs: number;
  readonly #watchers = new Set<(now: Weather) => void>();
  #timer: { readonly handle: unknown } | null = null;

  constructor(clock: Clock, draw: Draw, given: Weather | Forecast) {
    this.#clock = clock;
    this.#draw = draw;
    this.#forecast = asForecast(given);
    this.#sinceMs = clock.now();
  }

  get weather(): Weather {
    return this.#forecast(this.#clock.now() - this.#sinceMs).weather; // W2
  }

  set(given: Weather | Forecast): void {
    this.#forecast = asForecast(given);
    this.#sinceMs = this.#clock.now();
    this.#change();
  }

  /** Tells of every change until what this returns is called. */
  watch(onChange: (now: Weather) => void): () => void {
    this.#watchers.add(onChange);
    this.#arm();
    return () => {
      this.#watchers.delete(onChange);
      if (this.#watchers.size === 0) this.#disarm(); // W1
    };
  }

  /** What the weather makes of a call that would otherwise come to `usual`. */
  expose<Op extends Operation>(
    operation: Op,
    usual: Outcome<ValueOf<Op>>,
    details: DetailsOf<Op>,
  ): Outcome<ValueOf<Op>> {
    const now = this.weather;
    const graceMs = 'graceMs' in details ? details.graceMs : undefined;
    switch (now.kind) {
      case 'clear':
        return usual;
      case 'halfOpen':
        return graceMs === undefined ? outcome.hang() : outcome.delayed(graceMs, usual);
      case 'slow': {
        const delayMs = this.#draw.whole(now.fromMs, now.toMs);
        return outcome.delayed(Math.min(delayMs, graceMs ?? delayMs), usual);
      }
      case 'down':
        return operation === 'close' ? usual : outcome.fail(now.failure);
    }
  }

  #change(): void {
    this.#disarm();
    for (const tell of [...this.#watchers]) tell(this.weather);
    this.#arm();
  }

  #arm(): void {
    if (this.#timer !== null || this.#watchers.size === 0) return;
    const elapsedMs = this.#clock.now() - this.#sinceMs;
    const { untilMs } = this.#forecast(elapsedMs);
    if (!Number.isFinite(untilMs)) return;
    const handle = this.#clock.setTimeout(() => this.#change(), Math.min(untilMs - elapsedMs, maxTimerMs));
    this.#timer = { handle };
  }

  #disarm(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer.handle);
    this.#timer = null;
  }
}

function asForecast(given: Weather | Forecast): Forecast {
  return typeof given === 'function' ? given : () => ({ weather: given, untilMs: Number.POSITIVE_INFINITY });
}
