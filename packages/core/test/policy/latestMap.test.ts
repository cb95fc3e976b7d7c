import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatestMap } from '../../src/policy/LatestMap.ts';

describe('the latest entries', () => {
  it('are those that were put in last, whatever was put in twice', () => {
    const entry = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.nat(9));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(entry, { maxLength: 40 }), (size, entries) => {
        const latest = new LatestMap<number>(size);
        let model: [string, number][] = [];
        for (const [key, value] of entries) {
          latest.set(key, value);
          const known = model.find(([name]) => name === key);
          if (known) known[1] = value;
          else model = [...model, [key, value] as [string, number]].slice(-size);
          for (const name of 'abcde') {
            expect(latest.has(name)).toBe(model.some(([there]) => there === name));
            expect(latest.get(name)).toBe(model.find(([there]) => there === name)?.[1]);
          }
        }
      }),
    );
  });

  it('keep a value of undefined under its key', () => {
    const latest = new LatestMap<undefined>(2);
    latest.set('a', undefined);
    expect([latest.has('a'), latest.get('a'), latest.has('b')]).toEqual([true, undefined, false]);
  });
});
