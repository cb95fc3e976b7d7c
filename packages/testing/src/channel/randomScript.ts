import { Draw } from './Draw.ts';
import { type Outcome, outcome } from './outcome.ts';
import type { Script } from './scripts.ts';

export interface RandomScriptOptions {
  /** The same seed is the same script. Any finite number. */
  readonly seed: number;
  /** How many outcomes each operation gets; after them everything works, or is as the weather has it. Default: 20. */
  readonly calls?: number | undefined;
  /** The longest delay. Milliseconds. Default: 30,000. */
  readonly maxDelayMs?: number | undefined;
  /** How many of 100 calls work. Default: 50. */
  readonly worksPercent?: number | undefined;
}

const defaultCalls = 20;
const defaultMaxDelayMs = 30_000;
const defaultWorksPercent = 50;
const deepestDelay = 2;

/** Everything that can go wrong with a call and does not park the instance, drawn by a seed. `close` and webhooks work. */
export function randomScript(options: RandomScriptOptions): Script {
  const { calls = defaultCalls } = options;
  const draw = new Draw(options.seed);
  const many = (harms: readonly Outcome[]) =>
    Array.from({ length: calls }, () => drawOutcome({ draw, harms, options }));
  return {
    connect: many([outcome.conflict(), outcome.unavailable()]),
    probe: many([outcome.unavailable(), outcome.conflict()]),
    send: many([outcome.messageRefused(), outcome.rateLimited({ retryAfterMs: draw.whole(0, 10_000) })]),
    poll: many([outcome.malformedItems(), outcome.rateLimited({ retryAfterMs: draw.whole(0, 10_000) })]),
    commit: many([outcome.unavailable()]),
  };
}

interface Drawing {
  readonly draw: Draw;
  readonly harms: readonly Outcome[];
  readonly options: RandomScriptOptions;
}

function drawOutcome(drawing: Drawing, depth = 0): Outcome {
  const { draw, harms, options } = drawing;
  const { maxDelayMs = defaultMaxDelayMs, worksPercent = defaultWorksPercent } = options;
  if (draw.whole(1, 100) <= worksPercent) return outcome.ok();
  const delayMs = draw.whole(0, maxDelayMs);
  const common = [
    outcome.fail(`lost ${draw.whole(1, 1_000)}`),
    outcome.throwAtOnce('thrown'),
    outcome.hang(),
    outcome.garbage(draw.whole(0, 1) === 0 ? undefined : { not: 'expected' }),
    outcome.unavailable(),
    ...harms,
  ];
  if (depth < deepestDelay) {
    const next = drawOutcome(drawing, depth + 1);
    common.push(outcome.delayed(delayMs, next), outcome.late(next, delayMs));
  }
  return common[draw.whole(0, common.length - 1)] ?? outcome.ok();
}
