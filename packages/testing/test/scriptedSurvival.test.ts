import fc from 'fast-check';
import { createMessaging, type StopAccount, type TelemetryEvent } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { randomScript, type ScriptedChannel, scriptedChannel, VirtualClock, weather } from '../src/index.ts';

const stormMs = 20 * 60_000;
const calmMs = 2 * 60 * 60_000;
/** Longer than any late answer of the script. */
const lateMs = 5 * 60_000;
const rounds = 10;

interface Run {
  readonly telemetry: readonly TelemetryEvent[];
  readonly handled: ReadonlySet<string>;
  readonly delivered: ReadonlySet<string>;
  readonly isConnected: boolean;
  readonly account: StopAccount;
  readonly pendingTimers: number;
  readonly channel: ScriptedChannel;
}

/** An instance through a storm, in virtual time: what the seed says, then calm weather, then a stop. */
async function runThroughStorm(seed: number): Promise<Run> {
  const clock = new VirtualClock({ startMs: 0 });
  const channel = scriptedChannel({
    clock,
    seed,
    script: randomScript({ seed, calls: 15 }),
    weather: weather.random({ seed }),
    capabilities: { maxInFlight: 3 },
  });
  const telemetry: TelemetryEvent[] = [];
  const handled = new Set<string>();
  const delivered = new Set<string>();
  const messaging = createMessaging({
    channels: [channel],
    clock,
    random: () => 0.5,
    observer: (event) => telemetry.push(event),
  });
  const bot = await messaging.startInstance('scripted', {
    id: 'bot',
    name: 'Bot',
    onMessage: (message) => void handled.add(message.id),
  });
  for (let round = 0; round < rounds; round += 1) {
    const id = `m${round}`;
    delivered.add(id);
    const cursor = channel.deliver({ id, conversation: 'c', text: id });
    if (round % 3 === 0) channel.redeliver(cursor);
    if (round % 4 === 0) channel.deliverUnreadable();
    const { settled } = await bot.enqueue({ id: `out-${id}`, conversation: `c${round % 2}`, text: id });
    settled.catch(() => undefined);
    await clock.advance(stormMs / rounds);
  }
  channel.clearScript();
  channel.setWeather(weather.clear());
  await clock.advance(calmMs);
  const isConnected = bot.status().status === 'connected';
  const stopping = bot.stop();
  await clock.advance(lateMs);
  const account = await stopping;
  await messaging.stop();
  return { telemetry, handled, delivered, isConnected, account, pendingTimers: clock.pending().length, channel };
}

describe('an instance', () => {
  it('comes through any weather and any script: connected in the calm, all handled, accounts even, nothing left over', async () => {
    const survives = async (seed: number) => {
      const { account, handled, delivered, isConnected, pendingTimers, channel } = await runThroughStorm(seed);
      expect(isConnected).toBe(true);
      expect(handled).toEqual(delivered);
      const { accepted, sent, failed, expired, withdrawn, unknown, handedBack } = account;
      expect(accepted).toBe(rounds);
      expect(sent + failed + expired + withdrawn + unknown + handedBack.length).toBe(accepted);
      expect(pendingTimers).toBe(0);
      expect(channel.openLinks).toBe(0);
    };
    await fc.assert(fc.asyncProperty(fc.integer(), survives), { numRuns: 25 });
  }, 120_000);

  it('does the same for the same seed, event by event', async () => {
    const sameTwice = async (seed: number) => {
      const [one, other] = [await runThroughStorm(seed), await runThroughStorm(seed)];
      expect(one.telemetry.length).toBeGreaterThan(20);
      expect(other.telemetry).toEqual(one.telemetry);
    };
    await fc.assert(fc.asyncProperty(fc.integer(), sameTwice), { numRuns: 5 });
  }, 120_000);

  it('does something else for another seed', async () => {
    const [one, other] = [await runThroughStorm(1), await runThroughStorm(2)];
    expect(other.telemetry).not.toEqual(one.telemetry);
  });
});

describe('a random script', () => {
  it('is the same for the same seed, and has as many outcomes as it is asked for', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 40 }), (seed, calls) => {
        const script = randomScript({ seed, calls });
        expect(randomScript({ seed, calls })).toEqual(script);
        for (const outcomes of Object.values(script)) expect(outcomes).toHaveLength(calls);
      }),
    );
  });

  it('works always, or never, when it is told so', () => {
    const kinds = (worksPercent: number) =>
      new Set((randomScript({ seed: 3, calls: 200, worksPercent }).send ?? []).map(({ kind }) => kind));
    expect([...kinds(100)]).toEqual(['ok']);
    expect([...kinds(0)].sort()).toEqual(['delayed', 'fail', 'garbage', 'hang', 'late', 'throw']);
  });
});
