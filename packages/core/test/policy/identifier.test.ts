import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIdentifier } from '../../src/policy/identifier.ts';
import { systemRandom } from '../../src/ports/random.ts';

const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const sequence = fc.nat();

describe('an identifier', () => {
  it('is a UUID of version 7 whose first 48 bits are the time', () => {
    fc.assert(
      fc.property(time, sequence, random, (nowMs, count, drawn) => {
        const id = createIdentifier(nowMs, count, () => drawn);
        expect(id).toMatch(version7);
        expect(timeOf(id)).toBe(nowMs);
      }),
    );
  });

  it('sorts as text after every identifier of an earlier millisecond', () => {
    fc.assert(
      fc.property(time, time, fc.tuple(sequence, sequence), (one, other, counts) => {
        fc.pre(one !== other);
        const [earlier, later] = [Math.min(one, other), Math.max(one, other)];
        const before = createIdentifier(earlier, counts[0], systemRandom);
        expect(before < createIdentifier(later, counts[1], systemRandom)).toBe(true);
      }),
    );
  });

  it('sorts after the ones that its maker made before in the same millisecond, up to 4,096 of them', () => {
    const ids = Array.from({ length: 4_096 }, (_, count) => createIdentifier(1, count, systemRandom));
    expect([...ids].sort()).toEqual(ids);
  });

  it('differs from those before even where randomness is a constant', () => {
    const ids = Array.from({ length: 1_000 }, (_, count) => createIdentifier(1, count, () => 0.5));
    expect(new Set(ids).size).toBe(1_000);
  });

  it('differs from 10,000 that other makers made in the same millisecond', () => {
    const ids = Array.from({ length: 10_000 }, () => createIdentifier(1, 1, systemRandom));
    expect(new Set(ids).size).toBe(10_000);
  });

  it.each([
    [-1, 0],
    [0.9, 0],
    [1_767_225_600_000.7, 1_767_225_600_000],
    [2 ** 48, 0],
  ])('made at %d holds the time %d, and keeps its form', (nowMs, held) => {
    const id = createIdentifier(nowMs, 0, systemRandom);
    expect(id).toMatch(version7);
    expect(timeOf(id)).toBe(held);
  });

  it('is foretold by the time, the count and what is drawn', () => {
    expect(createIdentifier(0x0123_4567_89ab, 0xdef, () => 0)).toBe('01234567-89ab-7def-8000-000000000000');
    expect(createIdentifier(0, 4_097, () => 1 - Number.EPSILON / 2)).toBe('00000000-0000-7001-bfff-ffffffffffff');
  });
});
