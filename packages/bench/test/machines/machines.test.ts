import * as fc from 'fast-check';
import type { TelemetryEvent } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { handWritten } from '../../src/machines/handWrittenMachines.ts';
import { machineKindOf, machineKinds } from '../../src/machines/machineKinds.ts';
import { eventKinds, idsOf, type Traffic, trafficFor } from '../../src/machines/traffic.ts';

const ids = idsOf(2);
const anyEvents = fc.array(fc.record({ id: fc.constantFrom(...ids), kind: fc.constantFrom(...eventKinds) }), {
  minLength: 1,
  maxLength: 120,
});

function openWithLog(name: string) {
  const told: TelemetryEvent[] = [];
  const machines = machineKindOf(name).open({ ids, observer: (event) => void told.push(event) });
  return { machines, told };
}

/** All of an event but the time, which differs between two of them. */
function tellable({ name, measurements, metadata }: TelemetryEvent) {
  return {
    name,
    measured: Object.keys(measurements),
    metadata: { ...metadata, timestamp: typeof metadata['timestamp'] },
  };
}

describe.each(machineKinds.filter((kind) => kind !== handWritten).map(({ name }) => name))('%s', (name) => {
  it('publishes what the hand-written class publishes, and comes to the same states', () =>
    fc.assert(
      fc.property(anyEvents, (events) => {
        const [one, other] = [openWithLog(name), openWithLog(handWritten.name)];
        const traffic: Traffic = {
          ids: events.map(({ id }) => id),
          kinds: events.map(({ kind }) => kind),
          mask: 2 ** 20 - 1,
        };
        for (const { machines } of [one, other]) machines.mixed(traffic, { from: 0, times: events.length });
        expect(one.told.map(tellable)).toEqual(other.told.map(tellable));
        for (const id of ids) expect(one.machines.stateOf(id)).toEqual(other.machines.stateOf(id));
        one.machines.close();
      }),
    ));
});

describe.each(machineKinds.map(({ name }) => name))('the loops of %s', (name) => {
  it('tell of as many events as they were asked for', () => {
    const { machines, told } = openWithLog(name);
    const toldIn = (work: () => void): number => {
      const before = told.length;
      work();
      return told.length - before;
    };
    expect(told.map((event) => event.name)).toEqual(['instance.started', 'instance.started', 'instance.connected']);
    expect(toldIn(() => machines.success(10))).toBe(0);
    expect(toldIn(() => machines.failureSuccess(10))).toBe(10);
    expect(toldIn(() => machines.connection(10))).toBe(10);
    machines.close();
  });

  it('refuse to tell the state of who is not there', () => {
    const { machines } = openWithLog(name);
    expect(() => machines.stateOf('nobody')).toThrow('nobody');
    machines.close();
  });
});

describe('traffic', () => {
  it('is the same for the same seed, and another for another', () => {
    const some = idsOf(1_000);
    const [one, same, other] = [1, 1, 2].map((seed) => trafficFor(some, { size: 1_024, seed }));
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });

  it('has each kind of event about as often as the others, and every instance', () => {
    const { ids: whom, kinds } = trafficFor(idsOf(100), { size: 2 ** 16 });
    expect(new Set(whom).size).toBe(100);
    for (const kind of eventKinds) {
      const share = kinds.filter((each) => each === kind).length / kinds.length;
      expect(share).toBeCloseTo(1 / eventKinds.length, 1);
    }
  });

  it.each([0, 3, 100])('of %d events is refused: that is no power of two', (size) => {
    expect(() => trafficFor(ids, { size })).toThrow(RangeError);
  });

  it('for nobody is refused', () => {
    expect(() => trafficFor([], { size: 4 })).toThrow('no instance');
  });
});

it('an unknown name is refused with those that there are', () => {
  expect(() => machineKindOf('java')).toThrow(/"java".*handWritten/);
});
