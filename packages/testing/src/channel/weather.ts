import type { Failure } from 'holdfast';
import { linkFailure } from './classifyScripted.ts';
import { Draw } from './Draw.ts';

/** What becomes of calls for which no script says anything. Made by `weather`. */
export type Weather =
  | { readonly kind: 'clear' }
  | { readonly kind: 'halfOpen' }
  | { readonly kind: 'slow'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'down'; readonly failure: Failure };

/** One kind of weather, and how long it lasts. */
export interface Spell {
  readonly weather: Weather;
  /** Milliseconds since the forecast began; Infinity: for good. */
  readonly untilMs: number;
}

/** Weather that changes: what it is so many milliseconds after it began. Pure, and the same for the same time. */
export type Forecast = (elapsedMs: number) => Spell;

export interface Flapping {
  /** How long the channel works at a time. Milliseconds, more than 0. */
  readonly upMs: number;
  /** How long it does not. Milliseconds, more than 0. */
  readonly downMs: number;
  /** What it is when it does not work. Default: down. */
  readonly as?: Weather | undefined;
}

export interface RandomWeather {
  /** The same seed is the same weather. Any finite number. */
  readonly seed: number;
  /** The shortest and the longest that one kind of weather lasts. Milliseconds. Default: 1,000 and 60,000. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** How often each comes. Default: clear 4, slow 1, halfOpen 1, down 2. */
  readonly weights?: { readonly [Kind in Weather['kind']]?: number } | undefined;
}

const defaultWeights = { clear: 4, slow: 1, halfOpen: 1, down: 2 } as const satisfies RandomWeather['weights'];
const defaultFromMs = 1_000;
const defaultToMs = 60_000;
const slowestMs = 20_000;

function down(failure: Failure = linkFailure('scripted.down', 'The scripted peer is not there.')): Weather {
  return { kind: 'down', failure };
}

/** The kinds of weather, and how they change: `scriptedChannel({ clock, weather: weather.flap({ upMs: 60_000, downMs: 5_000 }) })`. */
export const weather = {
  /** Everything works. */
  clear: (): Weather => ({ kind: 'clear' }),
  /**
   * The connection is dead and nobody has noticed: every call hangs until its signal aborts, nothing comes in, and `closed` does
   * not settle. Closing takes all of its grace.
   */
  halfOpen: (): Weather => ({ kind: 'halfOpen' }),
  /** Every call takes so long, or from so long to so long by the channel's seed. Milliseconds. */
  slow: (fromMs: number, toMs = fromMs): Weather => ({ kind: 'slow', fromMs, toMs }),
  /** The links that are open die with this failure, and no other can be made. */
  down,
  /** Up for a while, down for a while, for ever. Begins with up. */
  flap: ({ upMs, downMs, as = down() }: Flapping): Forecast => {
    const roundMs = upMs + downMs;
    return (elapsedMs) => {
      const beganMs = Math.floor(elapsedMs / roundMs) * roundMs;
      const isUp = elapsedMs - beganMs < upMs;
      return isUp
        ? { weather: { kind: 'clear' }, untilMs: beganMs + upMs }
        : { weather: as, untilMs: beganMs + roundMs };
    };
  },
  /** One kind after the other, by chance, the same for the same seed. Begins with clear. */
  random: ({ seed, fromMs = defaultFromMs, toMs = defaultToMs, weights = defaultWeights }: RandomWeather): Forecast => {
    const draw = new Draw(seed);
    const spells: Spell[] = [{ weather: { kind: 'clear' }, untilMs: draw.whole(fromMs, toMs) }];
    return (elapsedMs) => {
      for (;;) {
        const known = spells.find(({ untilMs }) => elapsedMs < untilMs);
        if (known) return known;
        const beganMs = spells.at(-1)?.untilMs ?? 0;
        spells.push({ weather: drawn(draw, weights), untilMs: beganMs + Math.max(1, draw.whole(fromMs, toMs)) });
      }
    };
  },
} as const;

function drawn(draw: Draw, weights: NonNullable<RandomWeather['weights']>): Weather {
  const slowMs = draw.whole(1, slowestMs);
  return (
    draw.pick<Weather>([
      [{ kind: 'clear' }, weights.clear ?? 0],
      [{ kind: 'slow', fromMs: 1, toMs: slowMs }, weights.slow ?? 0],
      [{ kind: 'halfOpen' }, weights.halfOpen ?? 0],
      [down(), weights.down ?? 0],
    ]) ?? { kind: 'clear' }
  );
}
