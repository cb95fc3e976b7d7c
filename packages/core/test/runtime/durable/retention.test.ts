import { outcome } from '@holdfast/testing';
import type { DeadLetter, RetentionOptions } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { World } from './World.ts';

const hourMs = 3_600_000;
const letter = (id: string, atMs: number): DeadLetter => ({
  id,
  direction: 'inbound',
  conversation: '42',
  message: { id, conversation: '42', text: id },
  reason: { severity: 'recoverable', scope: 'message', code: 'x.x', message: 'as made' },
  attempts: 1,
  atMs,
  state: 'dead',
});

/** A store with letters of these ages, in milliseconds; they are named by them. */
async function withLetters(agesMs: readonly number[]) {
  const world = new World({ capabilities: { inbound: 'none' }, fallback: { connect: outcome.hang() } });
  const put = (ageMs: number) => world.clock.now() - ageMs;
  const letters = agesMs.map((ageMs) => letter(`${ageMs}`, put(ageMs)));
  await world.disk.commit(letters.map((each) => ({ type: 'deadLetter.put', instanceId: 'bot', letter: each })));
  return world;
}

const retain = (retention: Partial<RetentionOptions>) => ({ messaging: { retention } });
const ids = async (world: World) => (await world.letters()).map(({ id }) => id);

describe('retention', () => {
  it('takes dead letters away that are too old, from the first start on', async () => {
    const world = await withLetters([0, 5_000, 5_001]);
    const process = world.boot(retain({ deadLetterMaxAgeMs: 5_000 }));
    await world.clock.settle();
    expect(await ids(world)).toHaveLength(3);
    await process.messaging.startInstance('scripted', { id: 'bot', name: 'Bot' });
    await world.clock.settle();
    expect(await ids(world)).toEqual(['0', '5000']);
  });

  it('keeps the newest dead letters, so many of each instance', async () => {
    const world = await withLetters([0, 1, 2, 3]);
    const other = letter('other', 1);
    await world.disk.commit([{ type: 'deadLetter.put', instanceId: 'other', letter: other }]);
    await world.start(retain({ deadLetterMaxCount: 2, deadLetterMaxAgeMs: 10 * hourMs }));
    expect(await ids(world)).toEqual(['0', '1', 'other']);
  });

  it('keeps the newest keys and handled ids', async () => {
    const world = await withLetters([]);
    for (const n of [1, 2, 3]) {
      await world.disk.commit([
        { type: 'key.put', instanceId: 'bot', key: `k${n}`, receipt: { externalMessageId: n }, atMs: n },
        { type: 'handled.put', instanceId: 'bot', messageId: `m${n}`, atMs: n },
      ]);
    }
    await world.start(retain({ keys: 2, handled: 1 }));
    const { handled, keys } = await world.stored();
    expect(keys.map(({ key }) => key)).toEqual(['k2', 'k3']);
    expect(handled).toEqual(['m3']);
  });

  it('keeps 30 days, and 10,000 of a kind, when nobody says otherwise', async () => {
    const dayMs = 24 * hourMs;
    const world = await withLetters([30 * dayMs, 30 * dayMs + 1]);
    await world.start();
    expect(await ids(world)).toEqual([`${30 * dayMs}`]);
  });

  it('is seen to every everyMs, however many instances start', async () => {
    const world = await withLetters([0]);
    const { messaging } = await world.start(retain({ deadLetterMaxAgeMs: 90_000, everyMs: 60_000 }));
    await world.clock.advance(30_000);
    await messaging.startInstance('scripted', { id: 'second', name: 'Second' });
    await world.clock.advance(89_999);
    expect(await ids(world)).toEqual(['0']);
    await world.clock.advance(1);
    expect(await ids(world)).toEqual([]);
  });

  it('a store that cannot prune is told of, and asked again the next time', async () => {
    const world = await withLetters([0, 200_000]);
    const { events, store } = await world.start({
      ...retain({ deadLetterMaxAgeMs: 100_000, everyMs: 60_000 }),
      prepare: (broken) => {
        broken.isBroken = true;
      },
    });
    const failed = events.filter(({ metadata }) => metadata['instanceId'] === '*');
    expect(failed).toMatchObject([{ name: 'store.failed', metadata: { reason: 'The file is locked.' } }]);
    expect(await ids(world)).toHaveLength(2);
    store.isBroken = false;
    await world.clock.advance(60_000);
    expect(await ids(world)).toEqual(['0']);
  });

  it('leaves no timer behind when the messaging has stopped, and begins again with the next start', async () => {
    const world = await withLetters([]);
    const { messaging } = await world.start(retain({ deadLetterMaxAgeMs: 1_000 }));
    const stopped = messaging.stop({ deadlineMs: 0 });
    await world.clock.advance(0);
    await stopped;
    expect(world.clock.pending()).toEqual([]);
    await world.disk.commit([{ type: 'deadLetter.put', instanceId: 'bot', letter: letter('old', 0) }]);
    await messaging.startInstance('scripted', { id: 'bot', name: 'Bot' });
    await world.clock.settle();
    expect(await ids(world)).toEqual([]);
  });

  it('ends with the last instance, however that was stopped, and begins again with the next', async () => {
    const world = await withLetters([]);
    const { messaging } = world.boot(retain({ everyMs: hourMs }));
    const start = (id: string) => messaging.startInstance('scripted', { id, name: 'Bot' });
    const stop = async (stopping: Promise<unknown>) => {
      await world.clock.advance(10_000);
      await stopping;
    };
    const [one, two] = [await start('one'), await start('two')];
    await stop(one.stop());
    expect(world.clock.pending()).not.toEqual([]);
    await stop(messaging.stopInstance(two.instance.id));
    expect(world.clock.pending()).toEqual([]);
    await stop((await start('one')).stop());
    expect(world.clock.pending()).toEqual([]);
  });
});
