import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FewObservers, type Observers, type Told } from '../src/light/FewObservers.ts';

const observers: readonly Told[] = [{}, {}, {}, {}];

const anyChange = fc.record({
  observer: fc.constantFrom(...observers),
  kind: fc.constantFrom('add', 'add', 'delete', 'clear'),
});
type Change = { readonly observer: Told; readonly kind: string };

function change(set: Observers, { kind, observer }: Change): void {
  if (kind === 'add') set.add(observer);
  else if (kind === 'delete') set.delete(observer);
  else set.clear();
}

/** Who is come to, when after each of them the next change is made. */
function visited(set: Observers, changes: readonly Change[]): number[] {
  const seen: number[] = [];
  for (const observer of set) {
    const next = changes[seen.length];
    seen.push(observers.indexOf(observer));
    if (next) change(set, next);
  }
  return seen;
}

it('whatever is added or taken out, also one at a time while they are gone through, it is what a Set would be', () => {
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 8 }), fc.array(anyChange, { maxLength: 6 }), (before, during) => {
      const few = new FewObservers();
      const set: Observers = new Set<Told>();
      for (const one of before) {
        change(few, one);
        change(set, one);
        expect([few.size, [...few]]).toEqual([set.size, [...set]]);
      }
      expect(visited(few, during)).toEqual(visited(set, during));
      expect(few.delete(observers[0] as Told)).toBe(set.delete(observers[0] as Told));
    }),
  );
});
