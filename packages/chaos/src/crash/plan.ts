import type { SeededRandom } from '../SeededRandom.ts';

/** Where in a life it is killed: after so many of these reports, and then so much later. */
export interface KillPoint {
  readonly stage: Stage;
  readonly count: number;
  readonly delayMs: number;
}

export type Stage = 'opening' | 'started' | 'connected' | 'accepted' | 'handled';

/** Where the write-ahead log is cut off, as a share of what counts in it. */
export interface Cut {
  readonly share: number;
}

export interface Kill {
  /** From 1, in the order of the plan. */
  readonly number: number;
  readonly point: KillPoint;
  readonly cut: Cut | undefined;
}

interface StageShare {
  readonly stage: Stage;
  /** How many of ten kills. */
  readonly ofTen: number;
  readonly count: readonly [minimum: number, maximum: number];
  readonly delayMs: readonly [minimum: number, maximum: number];
}

/** Most of them while everything is at work; others while the store is opened, restored and connected, and right after an accept. */
const stages: readonly StageShare[] = [
  { stage: 'opening', ofTen: 1, count: [1, 1], delayMs: [0, 40] },
  { stage: 'started', ofTen: 1, count: [1, 20], delayMs: [0, 15] },
  { stage: 'connected', ofTen: 1, count: [1, 19], delayMs: [0, 15] },
  { stage: 'accepted', ofTen: 2, count: [1, 120], delayMs: [0, 0] },
  { stage: 'handled', ofTen: 1, count: [1, 60], delayMs: [0, 0] },
  { stage: 'connected', ofTen: 4, count: [20, 20], delayMs: [50, 1_800] },
];

export interface Plan {
  readonly kills: readonly Kill[];
  readonly cuts: readonly Kill[];
}

export const planSize = { kills: 60, cuts: 20 } as const;

export interface PlanSize {
  readonly kills: number;
  readonly cuts: number;
}

export function makePlan(random: SeededRandom, { kills, cuts }: PlanSize): Plan {
  const pointsOf = (count: number): KillPoint[] => {
    const places = Array.from({ length: count }, (_, index) => stageAt((index * 10) / count));
    return random.shuffled(places).map((stage) => ({
      stage: stage.stage,
      count: random.between(...stage.count),
      delayMs: random.between(...stage.delayMs),
    }));
  };
  return {
    kills: pointsOf(kills).map((point, index) => ({ number: index + 1, point, cut: undefined })),
    cuts: pointsOf(cuts).map((point, index) => ({ number: index + 1, point, cut: cutAt(random) })),
  };
}

/** Half of them anywhere, half of them near the end, where a power cut would tear it. */
function cutAt(random: SeededRandom): Cut {
  const anywhere = random.fraction();
  return { share: random.fraction() < 0.5 ? anywhere : 1 - anywhere * 0.05 };
}

function stageAt(tenths: number): StageShare {
  let upTo = 0;
  const found = stages.find(({ ofTen }) => {
    upTo += ofTen;
    return tenths < upTo;
  });
  if (!found) throw new Error('The shares of the stages do not add up to ten.');
  return found;
}
