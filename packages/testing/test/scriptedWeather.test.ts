import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Forecast, outcome, type Weather, weather } from '../src/index.ts';
import { commit, connect, fateOf, inbound, newChannel, outbound, poll, WatchedSignal } from './onChannel.ts';

const { signal } = new AbortController();

describe('a half-open channel', () => {
  it('lets every call hang until its signal aborts, brings nothing, and does not settle closed', async () => {
    const { clock, channel } = newChannel();
    const link = await connect(channel);
    const watched = new WatchedSignal();
    const waiting = poll(link, { signal: watched.signal });
    await clock.settle();
    channel.setWeather(weather.halfOpen());
    channel.deliver(inbound('m'));
    const calls = [
      waiting,
      connect(channel, watched.signal),
      link.probe(watched),
      link.send(outbound('m'), watched),
      poll(link, { signal: watched.signal }),
    ];
    await clock.advance(86_400_000);
    for (const call of calls) expect(await fateOf(clock, call)).toBe('pending');
    expect(await fateOf(clock, link.closed)).toBe('pending');
    watched.controller.abort('deadline');
    for (const call of calls) expect(await fateOf(clock, call)).toEqual({ reason: 'deadline' });
    expect(watched.listeners).toBe(0);
    expect(clock.pending()).toEqual([]);
  });

  it('takes all of the grace to close, and settles closed then', async () => {
    const { clock, channel } = newChannel({ weather: weather.clear() });
    const link = await connect(channel);
    channel.setWeather(weather.halfOpen());
    const closing = link.close({ graceMs: 500 });
    await clock.advance(499);
    expect(await fateOf(clock, closing)).toBe('pending');
    await clock.advance(1);
    expect(await fateOf(clock, closing)).toEqual({ value: undefined });
    expect(await link.closed).toMatchObject({ code: 'scripted.closed' });
  });

  it('works again when it clears up, and brings what has come in meanwhile', async () => {
    const { channel } = newChannel();
    const link = await connect(channel);
    channel.setWeather(weather.halfOpen());
    channel.deliver(inbound('m'));
    channel.setWeather(weather.clear());
    expect((await poll(link)).items.map(({ message }) => message.id)).toEqual(['m']);
  });
});

describe('a slow channel', () => {
  it('takes its time for every call, and closes within the grace', async () => {
    const { clock, channel } = newChannel({ weather: weather.slow(300) });
    const connecting = connect(channel);
    await clock.advance(299);
    expect(await fateOf(clock, connecting)).toBe('pending');
    await clock.advance(1);
    const link = await connecting;
    const calls = [link.probe({ signal }), link.send(outbound('m'), { signal }), commit(link, 0)];
    for (const call of calls) expect(await fateOf(clock, call)).toBe('pending');
    await clock.advance(300);
    await Promise.all(calls);
    const closing = link.close({ graceMs: 100 });
    await clock.advance(100);
    await closing;
    expect(clock.pending()).toEqual([]);
  });

  it('is slow by its seed: the same for the same, within its bounds', async () => {
    const times = async (seed: number) => {
      const { clock, channel } = newChannel({ weather: weather.slow(10, 5_000), seed });
      const took: number[] = [];
      for (let call = 0; call < 20; call += 1) {
        const startMs = clock.now();
        const probing = connect(channel).then(() => took.push(clock.now() - startMs));
        await clock.advance(5_000);
        await probing;
      }
      return took;
    };
    const [one, again, other] = [await times(7), await times(7), await times(8)];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    expect(Math.min(...one)).toBeGreaterThanOrEqual(10);
    expect(new Set(one).size).toBeGreaterThan(10);
  });
});

describe('a channel that is down', () => {
  it('ends the links that are open and refuses others, until it clears up', async () => {
    const { clock, channel } = newChannel();
    const link = await connect(channel);
    channel.setWeather(weather.down());
    expect(await link.closed).toMatchObject({ code: 'scripted.down', severity: 'recoverable' });
    await expect(connect(channel)).rejects.toMatchObject({ code: 'scripted.down' });
    channel.setWeather(weather.clear());
    expect(await fateOf(clock, connect(channel))).toHaveProperty('value');
  });

  it('does what a script says all the same: a script goes before the weather', async () => {
    const { channel } = newChannel({ weather: weather.down(), script: { connect: [outcome.ok()] } });
    await expect(connect(channel)).resolves.toBeDefined();
    await expect(connect(channel)).rejects.toMatchObject({ code: 'scripted.down' });
  });
});

describe('a channel that flaps', () => {
  it('is up and down by turns, and holds a timer only while a link is open', async () => {
    const { clock, channel } = newChannel({ weather: weather.flap({ upMs: 100, downMs: 50 }) });
    expect(clock.pending()).toEqual([]);
    const link = await connect(channel);
    expect(clock.pending()).toHaveLength(1);
    await clock.advance(99);
    expect(await fateOf(clock, link.closed)).toBe('pending');
    await clock.advance(1);
    expect(await fateOf(clock, link.closed)).toHaveProperty('value');
    expect(clock.pending()).toEqual([]);
    await expect(connect(channel)).rejects.toMatchObject({ code: 'scripted.down' });
    await clock.advance(50);
    const second = await connect(channel);
    await clock.advance(99);
    expect(channel.openLinks).toBe(1);
    await second.close({ graceMs: 0 });
    expect(clock.pending()).toEqual([]);
  });

  it('may be half-open by turns instead', async () => {
    const { clock, channel } = newChannel({ weather: weather.flap({ upMs: 10, downMs: 10, as: weather.halfOpen() }) });
    const link = await connect(channel);
    await clock.advance(10);
    expect(channel.weather.kind).toBe('halfOpen');
    expect(await fateOf(clock, link.closed)).toBe('pending');
    await clock.advance(10);
    expect(channel.weather.kind).toBe('clear');
    await link.close({ graceMs: 0 });
  });
});

describe('random weather', () => {
  const seed = fc.integer();
  const times = fc.array(fc.nat(10_000_000), { minLength: 1, maxLength: 20 });

  it('is the same for the same seed and time, whatever was asked before', () => {
    fc.assert(
      fc.property(seed, times, (given, asked) => {
        const [one, other] = [weather.random({ seed: given }), weather.random({ seed: given })];
        const inOrder = [...asked].sort((a, b) => a - b);
        for (const time of inOrder) one(time);
        for (const time of asked) expect(other(time)).toEqual(one(time));
      }),
    );
  });

  it('has spells that follow each other without a gap, each within its bounds', () => {
    fc.assert(
      fc.property(seed, (given) => {
        const forecast: Forecast = weather.random({ seed: given, fromMs: 100, toMs: 500 });
        let beganMs = 0;
        for (let spell = 0; spell < 50; spell += 1) {
          const { untilMs, weather: now } = forecast(beganMs);
          expect(forecast(untilMs - 1)).toEqual({ untilMs, weather: now });
          expect(untilMs - beganMs).toBeGreaterThanOrEqual(100);
          expect(untilMs - beganMs).toBeLessThanOrEqual(500);
          beganMs = untilMs;
        }
      }),
    );
  });

  it('is another for another seed', () => {
    const spells = (seed: number) =>
      Array.from({ length: 50 }, (_, minute) => weather.random({ seed })(minute * 60_000));
    expect(spells(1)).not.toEqual(spells(2));
  });

  it('brings every kind in time, and only those that have a weight', () => {
    const kinds = (forecast: Forecast) => {
      const seen = new Set<Weather['kind']>();
      for (let time = 0; time < 10_000_000; time += 1_000) seen.add(forecast(time).weather.kind);
      return [...seen].sort();
    };
    expect(kinds(weather.random({ seed: 1 }))).toEqual(['clear', 'down', 'halfOpen', 'slow']);
    expect(kinds(weather.random({ seed: 1, weights: { down: 1 } }))).toEqual(['clear', 'down']);
  });
});
