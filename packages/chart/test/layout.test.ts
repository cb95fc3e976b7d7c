import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { Chart, type ChartDrawing, layoutChart, type Rectangle } from '../src/index.ts';
import { fetchMachine } from './machines/fetchMachine.ts';
import { mediaPlayer } from './machines/mediaPlayer.ts';
import { trafficLight } from './machines/trafficLight.ts';
import { randomMachine } from './randomChart.ts';

const isWithin = (inner: Rectangle, outer: Rectangle): boolean =>
  inner.x >= outer.x - 0.5 &&
  inner.y >= outer.y - 0.5 &&
  inner.x + inner.width <= outer.x + outer.width + 0.5 &&
  inner.y + inner.height <= outer.y + outer.height + 0.5;
const areApart = (first: Rectangle, second: Rectangle): boolean =>
  first.x + first.width <= second.x + 0.5 ||
  second.x + second.width <= first.x + 0.5 ||
  first.y + first.height <= second.y + 0.5 ||
  second.y + second.height <= first.y + 0.5;

function stateIn({ states }: ChartDrawing, name: string) {
  const found = states.find(({ state }) => state.name === name);
  if (!found) throw new Error(`There is no state ${name}.`);
  return found;
}

function expectSound(drawing: ChartDrawing): void {
  const { arrows, chart, states } = drawing;
  const whole = { x: 0, y: 0, width: drawing.width, height: drawing.height };
  expect(states.map(({ state }) => state.id)).toEqual(chart.states.map(({ id }) => id));
  for (const state of states) {
    const parent = states.find((one) => one.state.id === state.state.parent);
    expect(isWithin(state, parent ?? whole), `${state.state.name} is in its parent`).toBe(true);
    for (const row of state.rows) expect(isWithin(row, state), `${row.transition.name} is in its state`).toBe(true);
    const siblings = states.filter((one) => one !== state && one.state.parent === state.state.parent);
    for (const sibling of siblings) expect(areApart(state, sibling), `${state.title}, ${sibling.title}`).toBe(true);
  }
  const written = [...states.flatMap(({ rows }) => rows), ...arrows.flatMap(({ labels }) => labels)];
  expect(written.map(({ transition }) => transition.id).sort()).toEqual(chart.transitions.map(({ id }) => id).sort());
  for (const { points } of arrows) expect(points.length).toBeGreaterThan(1);
}

describe('layoutChart', () => {
  it.each([
    ['nested states', trafficLight],
    ['invoked actors', fetchMachine],
    ['parallel states', mediaPlayer],
  ])('has a place for each state in its parent and for each transition: %s', async (_, machine) => {
    expectSound(await layoutChart(new Chart(machine)));
  });

  it('has it for any chart', async () => {
    await fc.assert(
      fc.asyncProperty(randomMachine, async (machine) => expectSound(await layoutChart(new Chart(machine)))),
      { numRuns: 60 },
    );
  }, 60_000);

  it('gives the same drawing for the same chart', async () => {
    const [first, second] = [await layoutChart(new Chart(mediaPlayer)), await layoutChart(new Chart(mediaPlayer))];
    expect(first).toEqual(second);
  });

  it('begins at the top: the initial state is above those that follow', async () => {
    const drawing = await layoutChart(new Chart(trafficLight));
    for (const later of ['yellow', 'red']) expect(stateIn(drawing, 'green').y).toBeLessThan(stateIn(drawing, later).y);
    expect(drawing.beginnings).toHaveLength(2);
  });

  it('puts regions side by side', async () => {
    const drawing = await layoutChart(new Chart(mediaPlayer));
    const [playback, sound] = [stateIn(drawing, 'playback'), stateIn(drawing, 'sound')];
    expect(playback.x + playback.width).toBeLessThan(sound.x);
  });

  it('writes what stays within its source into its box, and draws the rest as arrows', async () => {
    const drawing = await layoutChart(new Chart(trafficLight));
    expect(stateIn(drawing, 'light').rows.map(({ lines }) => lines)).toEqual([['powerOutage → dark']]);
    expect(drawing.arrows.map(({ source, target }) => `${source.name} ${target.name}`)).toEqual([
      'green yellow',
      'yellow red',
      'red green',
      'red.walk red.wait',
      'red.wait red.stop',
      'dark red',
    ]);
  });

  it('draws one arrow for all transitions from one state to another', async () => {
    const { arrows } = await layoutChart(new Chart(mediaPlayer));
    expect(arrows.map(({ labels }) => labels.map(({ lines }) => lines.join(' ')))).toEqual([
      ['play [and(not(isMuted), isAllowed)]', 'toggle'],
      ['pause', 'toggle'],
      ['mute', 'any event [inline]'],
      ['unmute'],
    ]);
  });

  it('writes a transition with several targets on its first arrow only', async () => {
    const machine = createMachine({
      id: 'm',
      initial: 'off',
      states: {
        off: { on: { go: { target: ['#b2', '#d2'] } } },
        on: {
          type: 'parallel',
          states: {
            a: { initial: 'b1', states: { b1: {}, b2: { id: 'b2' } } },
            c: { initial: 'd1', states: { d1: {}, d2: { id: 'd2' } } },
          },
        },
      },
    } as never);
    const { arrows } = await layoutChart(new Chart(machine));
    expect(arrows.map(({ labels, transitions }) => [labels.length, transitions.length])).toEqual([
      [1, 1],
      [0, 1],
    ]);
  });

  it('says of a row where it leads in the fewest words, and that a state is entered anew', async () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: {
        a: {
          initial: 'b',
          on: { in: '.c', self: { target: 'a', reenter: true }, up: '#m' },
          states: { b: { on: { out: { target: '#m.a', guard: () => true } } }, c: {} },
        },
      },
    });
    const drawing = await layoutChart(new Chart(machine));
    expect(stateIn(drawing, 'a').rows.map(({ lines }) => lines[0])).toEqual([
      'in → c',
      'self → itself, anew',
      'up → m',
    ]);
    expect(stateIn(drawing, 'a.b').rows.map(({ lines }) => lines[0])).toEqual(['out [inline] → a']);
  });

  it('puts many rows into columns, and the guard into a second line where it has no room', async () => {
    const on = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`event${index}`, {}]));
    const long = { guard: { type: 'isGuarded', params: { by: 'x'.repeat(33) } } };
    const machine = createMachine({ id: 'm', on: { ...on, long } } as never);
    const [root] = (await layoutChart(new Chart(machine))).states;
    expect(new Set(root?.rows.map(({ x }) => x)).size).toBe(3);
    expect(root?.rows.at(-1)?.lines).toEqual(['long', `[isGuarded(by: ${'x'.repeat(33)})]`]);
  });

  it('makes a state as wide as its longest row, though what is in it is small', async () => {
    const on = { 'an.event.whose.name.is.longer.than.what.is.in.the.state': {} };
    const states = { outer: { on, initial: 'x', states: { x: {} } } };
    const drawing = await layoutChart(new Chart(createMachine({ id: 'm', initial: 'outer', states } as never)));
    expect(stateIn(drawing, 'outer').width).toBeGreaterThan(330);
  });

  it('draws two hundred states', async () => {
    const states = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [
        `s${index}`,
        { on: { next: `s${(index + 1) % 200}`, jump: `s${(index * 7) % 200}` } },
      ]),
    );
    expectSound(await layoutChart(new Chart(createMachine({ id: 'm', initial: 's0', states } as never))));
  }, 60_000);

  it('says what is wrong with a chart without any state', async () => {
    await expect(layoutChart({ id: 'm', states: [], transitions: [] })).rejects.toThrow('Expected a chart with a root');
  });
});
