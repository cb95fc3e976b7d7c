import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SparseMap, SparseSet } from '../../src/policy/sparse.ts';

const key = fc.constantFrom('a', 'b', 'c');
const operation = fc.oneof(
  fc.record({ set: key, value: fc.integer() }),
  fc.record({ delete: key }),
  fc.constant({ clear: true } as const),
);

describe('a sparse map', () => {
  it('is a Map to whoever asks it', () => {
    fc.assert(
      fc.property(fc.array(operation), (operations) => {
        const [sparse, map] = [new SparseMap<string, number>(), new Map<string, number>()];
        for (const one of operations) {
          if ('set' in one) {
            sparse.set(one.set, one.value);
            map.set(one.set, one.value);
          } else if ('delete' in one) expect(sparse.delete(one.delete)).toBe(map.delete(one.delete));
          else {
            sparse.clear();
            map.clear();
          }
          expect([...sparse]).toEqual([...map]);
          expect([...sparse.values()]).toEqual([...map.values()]);
          expect([sparse.size, sparse.has('a'), sparse.get('a')]).toEqual([map.size, map.has('a'), map.get('a')]);
        }
      }),
    );
  });
});

describe('a sparse set', () => {
  it('is a Set to whoever asks it', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.record({ add: key }), fc.record({ delete: key }))), (operations) => {
        const [sparse, set] = [new SparseSet<string>(), new Set<string>()];
        expect([sparse.size, sparse.has('a'), sparse.delete('a'), [...sparse]]).toEqual([0, false, false, []]);
        for (const one of operations) {
          if ('add' in one) {
            sparse.add(one.add);
            set.add(one.add);
          } else expect(sparse.delete(one.delete)).toBe(set.delete(one.delete));
          expect([sparse.size, sparse.has('a'), [...sparse]]).toEqual([set.size, set.has('a'), [...set]]);
        }
      }),
    );
  });
});
