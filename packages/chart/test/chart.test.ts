import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { Chart } from '../src/index.ts';
import { fetchMachine } from './machines/fetchMachine.ts';
import { mediaPlayer } from './machines/mediaPlayer.ts';
import { trafficLight } from './machines/trafficLight.ts';

const namesOf = (chart: Chart): readonly string[] => chart.transitions.map(({ name }) => name);

describe('Chart', () => {
  it('lists the states of a machine, parents first, and which of them are initial', () => {
    const { states } = new Chart(trafficLight);
    expect(states.map(({ name }) => name)).toEqual([
      'light',
      'green',
      'yellow',
      'red',
      'red.walk',
      'red.wait',
      'red.stop',
      'dark',
    ]);
    expect(states.filter(({ isInitial }) => isInitial).map(({ name }) => name)).toEqual(['light', 'green', 'red.walk']);
    expect(states.find(({ name }) => name === 'red.stop')).toMatchObject({ type: 'final', parent: 'light.red' });
  });

  it('counts each region of a parallel state as initial', () => {
    const { states } = new Chart(mediaPlayer);
    expect(states.filter(({ isInitial }) => isInitial).map(({ name }) => name)).toEqual([
      'player',
      'playback',
      'playback.paused',
      'sound',
      'sound.loud',
    ]);
  });

  it('names events, delays, inline guards and states that are done as a reader would', () => {
    expect(namesOf(new Chart(trafficLight))).toEqual([
      'light → dark by powerOutage',
      'green → yellow by tick',
      'yellow → red by after 1000 ms',
      'red → green by done',
      'red.walk → red.wait by tick',
      'red.wait → red.stop by tick [inline]',
      'dark → red by powerRestored',
    ]);
  });

  it('names invoked actors, delays with a name, and guards with their params', () => {
    expect(namesOf(new Chart(fetchMachine))).toEqual([
      'idle → loading by fetch',
      'loading → success by done(request)',
      'loading → failed by error(request)',
      'failed → loading by after backoff [mayTryAgain(limit: 3)]',
      'failed → givenUp by always [mayTryAgain(limit: 0)]',
    ]);
  });

  it('names composed guards by their parts, and a transition without a target as one that stays', () => {
    const names = namesOf(new Chart(mediaPlayer));
    expect(names).toContain('playback.paused → playback.playing by play [and(not(isMuted), isAllowed)]');
    expect(names).toContain('sound.loud stays by volume.*');
    expect(names).toContain('sound.loud → sound.muted by any event [inline]');
  });

  it('tells two transitions apart that would read the same', () => {
    const machine = createMachine({ id: 'm', on: { go: [{ guard: () => false }, { guard: () => true }] } });
    expect(namesOf(new Chart(machine))).toEqual(['m stays by go [inline]', 'm stays by go [inline] (2)']);
  });

  it('knows the transitions of a machine that was provided with other implementations', () => {
    const chart = new Chart(fetchMachine);
    const provided = fetchMachine.provide({ delays: { backoff: 1 } });
    for (const definition of provided.root.states['loading']?.transitions.values().next().value ?? [])
      expect(chart.find(definition)?.name).toBe('loading → success by done(request)');
    expect(new Chart(provided).transitions).toEqual(chart.transitions);
  });

  it('finds states and transitions by their ids, and nothing by other ones', () => {
    const chart = new Chart(trafficLight);
    for (const state of chart.states) expect(chart.state(state.id)).toBe(state);
    for (const transition of chart.transitions) expect(chart.transition(transition.id)).toBe(transition);
    expect(chart.state('elsewhere')).toBeUndefined();
    expect(chart.transition('elsewhere')).toBeUndefined();
  });
});
