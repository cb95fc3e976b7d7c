import { createMessaging, instanceMachine } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { createActor, createMachine, fromPromise, raise, setup } from 'xstate';
import { CoverageMismatchError, CoverageTooLowError, chartCoverage } from '../../src/chart/index.ts';
import { outcome, scriptedChannel, VirtualClock } from '../../src/index.ts';
import { fetchMachine } from './fetchMachine.ts';
import { mediaPlayer } from './mediaPlayer.ts';
import { trafficLight } from './trafficLight.ts';

describe('chartCoverage', () => {
  it('counts nothing before an actor has started', () => {
    const coverage = chartCoverage(trafficLight);
    createActor(trafficLight, { inspect: coverage.inspect });
    expect(coverage.report()).toMatchObject({
      states: { covered: 0, total: 8 },
      transitions: { covered: 0, total: 7 },
    });
  });

  it('counts what was gone through, a state that is left in the same macrostep too, and names the rest', async () => {
    const clock = new VirtualClock();
    const coverage = chartCoverage(trafficLight);
    const actor = createActor(trafficLight, { clock, inspect: coverage.inspect }).start();
    actor.send({ type: 'tick' });
    await clock.advance(1000);
    actor.send({ type: 'tick' });
    actor.send({ type: 'tick' });
    expect(actor.getSnapshot().value).toBe('green');
    const { states, transitions, guards } = coverage.report();
    expect(states.missing).toEqual(['dark']);
    expect(transitions.missing).toEqual(['light → dark by powerOutage', 'dark → red by powerRestored']);
    expect(transitions.percent).toBeCloseTo((5 / 7) * 100);
    expect(guards.missing).toEqual(['red.wait → red.stop by tick [inline]: does not hold']);
    actor.stop();
  });

  it('counts invoked actors that end well and badly, delays, and both outcomes of the guards', async () => {
    const clock = new VirtualClock();
    const coverage = chartCoverage(fetchMachine);
    let isUp = false;
    const request = fromPromise(() => (isUp ? Promise.resolve('ok') : Promise.reject(new Error('down'))));
    const machine = fetchMachine.provide({ actors: { request } });
    const run = async (): Promise<void> => {
      const actor = createActor(machine, { clock, inspect: coverage.inspect });
      actor.subscribe({ error: () => undefined });
      actor.start().send({ type: 'fetch' });
      await clock.advance(10_000);
      actor.stop();
    };
    await run();
    isUp = true;
    await run();
    expect(coverage.report().transitions.missing).toEqual(['failed → givenUp by always [mayTryAgain(limit: 0)]']);
    expect(coverage.report().guards.missing).toEqual(['failed → givenUp by always [mayTryAgain(limit: 0)]: holds']);
  });

  it('says of regions only what is certain: all guards of an event that nothing took, none of those that may have yielded', () => {
    const coverage = chartCoverage(mediaPlayer);
    const actor = createActor(mediaPlayer, { inspect: coverage.inspect }).start();
    actor.send({ type: 'toggle' });
    expect(coverage.report().guards.covered).toBe(0);
    actor.send({ type: 'unmute' });
    expect(coverage.report().guards.missing).not.toContain(
      'sound.loud → sound.muted by any event [inline]: does not hold',
    );
    actor.send({ type: 'mute' });
    actor.send({ type: 'pause' });
    actor.send({ type: 'play' });
    const play = 'playback.paused → playback.playing by play [and(not(isMuted), isAllowed)]';
    expect(coverage.report().guards.missing).toContain(`${play}: holds`);
    expect(coverage.report().guards.missing).not.toContain(`${play}: does not hold`);
    actor.stop();
  });

  it('sees the states and transitions that a start passes through, and raised events', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: {
        a: { always: 'b' },
        b: { entry: raise({ type: 'inner' }), on: { inner: 'c' } },
        c: { on: { '*': { guard: () => false, target: 'a' } } },
      },
    });
    const coverage = chartCoverage(machine);
    createActor(machine, { inspect: coverage.inspect }).start().stop();
    const { states, transitions, guards, pairs } = coverage.report();
    expect([states.missing, transitions.missing, pairs.covered]).toEqual([[], ['c → a by any event [inline]'], 1]);
    expect(guards.covered, 'a stop asks no guard').toBe(0);
  });

  it('counts the guards that were passed over on the way to the one that held, from the innermost state outwards', () => {
    const no = () => false;
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      on: {
        'go.*': { target: '.b', guard: no },
        go: [{ target: '.b', guard: no }, { actions: () => undefined }, { guard: no }],
      },
      states: { a: { on: { go: { target: 'b', guard: no } } }, b: {} },
    });
    const coverage = chartCoverage(machine);
    createActor(machine, { inspect: coverage.inspect }).start().send({ type: 'go' });
    expect(Object.keys(coverage.toJSON().guards.failed).sort()).toEqual(['m.a|go|0', 'm|go|0']);
  });

  it('passes over the actors of other machines, children among them', () => {
    const parent = setup({ actors: { trafficLight } }).createMachine({ id: 'p', invoke: { src: 'trafficLight' } });
    const ofParent = chartCoverage(parent);
    const ofChild = chartCoverage(trafficLight);
    const inspect = (event: Parameters<typeof ofParent.inspect>[0]): void => {
      ofParent.inspect(event);
      ofChild.inspect(event);
    };
    createActor(parent, { inspect }).start().stop();
    expect(ofParent.toJSON().states).toEqual({ p: 2 });
    expect(Object.keys(ofChild.toJSON().states)).toContain('light.green');
  });

  it('adds what other runs have recorded, through JSON', () => {
    const first = chartCoverage(trafficLight);
    createActor(trafficLight, { inspect: first.inspect }).start().send({ type: 'tick' });
    const second = chartCoverage(trafficLight);
    createActor(trafficLight, { inspect: second.inspect }).start().send({ type: 'powerOutage' });
    second.add(JSON.parse(JSON.stringify(first)));
    expect(second.report().transitions.covered).toBe(2);
    expect(second.toJSON().states['light.green']).toBe(2);
  });

  it.each([
    ['another chart', { chart: 'other' }],
    ['a state that is gone', { states: { 'light.gone': 1 } }],
    ['a transition that is gone', { transitions: { 'light|gone|0': 1 } }],
    ['a guard that is gone', { guards: { held: {}, failed: { 'light|gone|0': 1 } } }],
    ['a pair that is gone', { pairs: { 'light|powerOutage|0\nlight|gone|0': 1 } }],
  ])('refuses what was recorded of %s, whole', (_, wrong) => {
    const coverage = chartCoverage(trafficLight);
    const recorded = { ...coverage.toJSON(), states: { light: 1 }, ...wrong };
    expect(() => coverage.add(recorded)).toThrow(CoverageMismatchError);
    expect(coverage.report().states.covered).toBe(0);
  });

  it('fails under a threshold and names what was never taken, and passes at it', () => {
    const coverage = chartCoverage(trafficLight);
    createActor(trafficLight, { inspect: coverage.inspect }).start().send({ type: 'powerOutage' });
    coverage.expectAtLeast({ states: 37.5, transitions: 14 });
    expect(() => coverage.expectAtLeast({ states: 38 })).toThrow(CoverageTooLowError);
    expect(() => coverage.expectAtLeast({ transitions: 100 })).toThrow(
      /transitions: 14\.3 %, expected at least 100 %\. Never:\n {2}green → yellow by tick\n/,
    );
  });

  it('hands the report over with the error', () => {
    const coverage = chartCoverage(trafficLight);
    const attempt = (): void => coverage.expectAtLeast({ guards: 100 });
    expect(attempt).toThrow(expect.objectContaining({ report: coverage.report() }));
  });

  it('begins with what is active when the first transition leaves all regions at once', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'both',
      states: {
        both: {
          type: 'parallel',
          states: {
            one: { initial: 'x', states: { x: { always: '#m.after' } } },
            two: { initial: 'y', states: { y: {} } },
          },
        },
        after: {},
      },
    });
    const coverage = chartCoverage(machine);
    createActor(machine, { inspect: coverage.inspect }).start();
    expect(coverage.report().states.missing).toEqual([]);
  });

  it('takes a restored actor for what it is: what it went through before does not count', () => {
    const before = createActor(trafficLight).start();
    before.send({ type: 'powerOutage' });
    const coverage = chartCoverage(trafficLight);
    const snapshot = before.getPersistedSnapshot();
    createActor(trafficLight, { snapshot, inspect: coverage.inspect }).start().send({ type: 'powerRestored' });
    expect(Object.keys(coverage.toJSON().states)).toEqual(['light', 'light.dark', 'light.red', 'light.red.walk']);
  });

  it('covers the instances that createMessaging runs', async () => {
    const clock = new VirtualClock();
    const coverage = chartCoverage(instanceMachine);
    const channel = scriptedChannel({ clock, script: { connect: [outcome.fail('timeout'), outcome.ok()] } });
    const messaging = createMessaging({ channels: [channel], clock, inspect: coverage.inspect });
    await messaging.startInstance('scripted', { name: 'Bot' });
    await clock.advance(60_000);
    channel.links[0]?.drop();
    await clock.settle();
    const stopped = messaging.stop();
    await clock.advance(60_000);
    await stopped;
    const { states } = coverage.report();
    expect(states.missing).not.toContain('connected');
    expect(states.missing).not.toContain('disconnected');
    expect(states.missing).not.toContain('stopped');
  });
});
