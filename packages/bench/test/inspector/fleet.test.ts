import { createInspector, type InspectorRecord } from '@holdfast/inspector';
import { expect, it } from 'vitest';
import { startFleet } from '../../src/inspector/fleet.ts';

it('each instance of the fleet goes through failures, successes and outages, one event each in turn', () => {
  const inspector = createInspector();
  const send = startFleet(3, inspector);
  const before = inspector.counts.records;
  for (let index = 0; index < 30; index += 1) send(index);
  const records = inspector
    .toJSON()
    .records.slice(before)
    .filter((record): record is Extract<InspectorRecord, { kind: 'transition' }> => record.kind === 'transition');
  expect(records).toHaveLength(30);
  expect(records.filter(({ ignored }) => ignored === 'unhandled')).toEqual([]);
  const actors = new Set(records.map(({ actor }) => actor));
  expect(actors.size).toBe(3);
  for (const one of actors) {
    const types = records.filter(({ actor }) => actor === one).map(({ event }) => event.type);
    expect(new Set(types).size).toBe(5);
  }
  expect(records.slice(0, 3).map(({ event }) => event.type)).toEqual([
    'notify.failure',
    'notify.success',
    'notify.disconnected',
  ]);
});
