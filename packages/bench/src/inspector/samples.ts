import { setTimeout as pause } from 'node:timers/promises';

/** What was in use at a point of a run. Bytes; the page's are zero where there is none. */
export interface Sample {
  readonly atSeconds: number;
  readonly resident: number;
  readonly heap: number;
  readonly pageHeap: number;
}

/** Takes a sample every second until `isOver`. */
export async function sampleWhile(
  isRunning: () => boolean,
  take: () => Promise<Omit<Sample, 'atSeconds'>>,
  onSample: (sample: Sample) => void,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const begunAtMs = performance.now();
  for (let second = 1; isRunning(); second += 1) {
    await pause(Math.max(0, begunAtMs + second * 1_000 - performance.now()));
    if (!isRunning()) break;
    const sample = { atSeconds: (performance.now() - begunAtMs) / 1_000, ...(await take()) };
    samples.push(sample);
    onSample(sample);
  }
  return samples;
}

/** How fast a figure grows over the second half of the samples: the slope of the straight line nearest to them, per second. */
export function slopeOf(samples: readonly Sample[], figure: 'resident' | 'heap' | 'pageHeap'): number {
  const half = samples.slice(Math.floor(samples.length / 2));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const middle = mean(half.map(({ atSeconds }) => atSeconds));
  const level = mean(half.map((sample) => sample[figure]));
  const squares = half.reduce((sum, { atSeconds }) => sum + (atSeconds - middle) ** 2, 0);
  if (squares === 0) return 0;
  return half.reduce((sum, sample) => sum + (sample.atSeconds - middle) * (sample[figure] - level), 0) / squares;
}

/** How much memory a process has and keeps. Bytes. */
export interface Growth {
  readonly highest: number;
  /** Per second, over the second half. */
  readonly slope: number;
  /** In use after garbage was collected, after a quarter of the time and at the end. */
  readonly leftEarly: number;
  readonly leftEnd: number;
}

export function growthOf(
  samples: readonly Sample[],
  figure: 'resident' | 'pageHeap',
  [leftEarly, leftEnd]: readonly [number, number],
): Growth {
  const highest = Math.max(...samples.map((sample) => sample[figure]));
  return { highest, slope: slopeOf(samples, figure), leftEarly, leftEnd };
}
