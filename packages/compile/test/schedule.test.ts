import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createActor, fromCallback } from 'xstate';
import type { InternalActorRef } from '../src/light/internals.ts';
import { keyOf, Schedule, type Waiting } from '../src/light/Schedule.ts';

const sources = ['one', 'other'].map(() => createActor(fromCallback(() => undefined)) as never as InternalActorRef);

const anyName = fc.record({ source: fc.constantFrom(...sources), id: fc.integer({ min: 0, max: 9 }).map(String) });
const anyCommand = fc.record({ name: anyName, isSet: fc.boolean() });

it('what waits is what a map by actor and id would hold, in its order, however many there are', () => {
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 80 }), (commands) => {
      const schedule = new Schedule();
      const model = new Map<string, Waiting>();
      commands.forEach(({ isSet, name: { id, source } }, delay) => {
        const key = keyOf({ source, id });
        if (isSet) {
          const scheduled = { source, target: source, event: { type: 'x' }, delay, id, startedAt: 0 };
          const waiting: Waiting = { ...scheduled, timer: delay, next: undefined };
          schedule.set(waiting);
          model.set(key, waiting);
        } else {
          expect(schedule.take(source, id)).toBe(model.get(key));
          model.delete(key);
        }
        expect(schedule.all().map(({ timer }) => timer)).toEqual([...model.values()].map(({ timer }) => timer));
      });
    }),
  );
});
