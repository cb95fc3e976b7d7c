import { describe, expect, it } from 'vitest';
import { growthOf, type Sample, sampleWhile, slopeOf } from '../../src/inspector/samples.ts';

const sampled = (resident: readonly number[]): readonly Sample[] =>
  resident.map((bytes, index) => ({ atSeconds: index, resident: bytes, heap: 0, pageHeap: -bytes }));

describe('the slope of memory', () => {
  it('is that of the second half: what is taken at the beginning does not count', () => {
    expect(slopeOf(sampled([0, 90, 100, 100, 100, 100]), 'resident')).toBe(0);
    expect(slopeOf(sampled([500, 9, 0, 10, 20, 30]), 'resident')).toBeCloseTo(10);
    expect(slopeOf(sampled([500, 9, 0, 10, 20, 30]), 'pageHeap')).toBeCloseTo(-10);
  });

  it('lies between samples that go up and down', () => {
    expect(slopeOf(sampled([0, 0, 0, 0, 0, 50, 0, 50]), 'resident')).toBeCloseTo(10);
  });

  it('is none where there is no time between samples', () => {
    expect(slopeOf(sampled([7]), 'resident')).toBe(0);
  });

  it('stands beside the highest and what is left', () => {
    const growth = { highest: 9, slope: 0, leftEarly: 1, leftEnd: 2 };
    expect(growthOf(sampled([9, 5, 5, 5]), 'resident', [1, 2])).toEqual(growth);
  });
});

it('nobody takes a sample of what is over', async () => {
  expect(
    await sampleWhile(
      () => false,
      () => Promise.reject(new Error('taken')),
      () => undefined,
    ),
  ).toEqual([]);
});
