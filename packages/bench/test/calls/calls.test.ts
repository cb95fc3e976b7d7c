import { describe, expect, it } from 'vitest';
import type { Callable, CallsKind } from '../../src/calls/CallsKind.ts';
import { handWrittenCalls } from '../../src/calls/handWrittenCalls.ts';
import { measureCalls } from '../../src/calls/measureCalls.ts';
import { measureSending } from '../../src/calls/measureSending.ts';
import { interpretedCalls, messagingCalls } from '../../src/calls/messagings.ts';

const turns = { instances: 3, rounds: 2, warmUpRounds: 1, atLeast: 10 };

describe('calls', () => {
  it('are a figure each of everybody, with all rounds that count', async () => {
    const figures = await measureCalls([messagingCalls, interpretedCalls, handWrittenCalls], turns);
    expect(figures.map(({ what, who }) => `${what} ${who}`).sort()).toEqual(
      ['start', 'status', 'health', 'list', 'stop']
        .flatMap((what) => ['server', 'interpreted', 'handWritten'].map((who) => `${what} ${who}`))
        .sort(),
    );
    for (const { rounds } of figures) {
      expect(rounds).toHaveLength(2);
      for (const figure of rounds) expect(figure).toBeGreaterThanOrEqual(0);
    }
  });

  it.each<[string, Partial<Callable>]>([
    ['start', { start: () => undefined }],
    ['status', { status: () => 2 }],
    ['health', { health: () => 2 }],
    ['list', { list: () => 4 }],
  ])('of somebody whose %s does not do what it should are not compared', async (_, broken) => {
    const lazy: CallsKind = {
      ...handWrittenCalls,
      name: 'lazy',
      open: (observer) => {
        const honest = handWrittenCalls.open(observer);
        return {
          start: (ids) => honest.start(ids),
          status: (ids) => honest.status(ids),
          health: (ids) => honest.health(ids),
          list: () => honest.list(),
          stop: () => honest.stop(),
          ...broken,
        };
      },
    };
    await expect(measureCalls([lazy], turns)).rejects.toThrow('lazy');
  });
});

it('calls to instances that do not tell of their start are not compared', async () => {
  const silent: CallsKind = { ...handWrittenCalls, open: () => handWrittenCalls.open(() => undefined) };
  await expect(measureCalls([silent], turns)).rejects.toThrow('0 started');
});

it('messages are sent through all instances in turn, and timed', async () => {
  const figure = await measureSending({ instances: 2, messages: 20, rounds: 2, warmUpRounds: 1 });
  expect(figure).toMatchObject({ section: 'memory', what: 'send', who: 'server', instances: 2, unit: 'ns' });
  expect(figure.rounds).toHaveLength(2);
  for (const ns of figure.rounds) expect(ns).toBeGreaterThan(0);
});
