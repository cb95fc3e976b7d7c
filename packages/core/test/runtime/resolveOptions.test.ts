import { outcome as scripted } from '@holdfast/testing';
import {
  defaultPollerOptions,
  defaultReconnectPolicy,
  defaultSenderOptions,
  InvalidInputError,
  type JsonObject,
  type WorkerOptions,
} from 'holdfast';
import { describe, expect, it } from 'vitest';
import { resolveWorkerOptions } from '../../src/runtime/resolveOptions.ts';
import { errorOf, startOnChannel } from './running.ts';

interface Sources {
  readonly given?: WorkerOptions;
  readonly defaults?: WorkerOptions;
  readonly channel?: number;
  readonly settings?: JsonObject;
}

const resolve = ({ given = {}, defaults = {}, channel, settings = {} }: Sources) =>
  resolveWorkerOptions(given, defaults, { adapter: { probeIntervalMs: channel }, settings });

describe('what is done with an unknown outcome', () => {
  it("is, from the weakest to the strongest: ours, the channel's, the messaging's, the one given", () => {
    const outcome = (given: WorkerOptions, defaults: WorkerOptions, channel: 'fail' | undefined) => {
      const adapter = { capabilities: { unknownOutcome: channel } };
      return resolveWorkerOptions(given, defaults, { adapter, settings: {} }).sender.unknownOutcome;
    };
    const hold = { sender: { unknownOutcome: 'hold' } } as const;
    const retry = { sender: { unknownOutcome: 'retry' } } as const;
    expect(outcome({}, {}, undefined)).toBe('retry');
    expect(outcome({}, {}, 'fail')).toBe('fail');
    expect(outcome({}, hold, 'fail')).toBe('hold');
    expect(outcome(retry, hold, 'fail')).toBe('retry');
  });

  it('is what the channel of an instance says', async () => {
    const capabilities = { unknownOutcome: 'hold' } as const;
    const { clock, server } = await startOnChannel({
      channel: { capabilities, script: { send: [scripted.hang()] } },
      instance: { sender: { sendTimeoutMs: 100 } },
    });
    const { jobId } = await server.enqueue({ conversation: '1', text: 'x' });
    await clock.advance(200);
    expect(server.delivery(jobId)).toMatchObject({ state: 'held', mayBeDelivered: true });
  });
});

describe('the probe interval', () => {
  const sources = {
    defaults: { reconnect: { probeIntervalMs: 2 } },
    channel: 3,
    settings: { probeIntervalMs: 4 },
    given: { reconnect: { probeIntervalMs: 5 } },
  };

  it("is, from the weakest to the strongest: ours, the messaging's, the channel's, the settings', the one given", () => {
    const { defaults, channel, settings, given } = sources;
    const interval = (from: Sources) => resolve(from).reconnect.probeIntervalMs;
    expect([
      interval({}),
      interval({ defaults }),
      interval({ defaults, channel }),
      interval({ defaults, channel, settings }),
      interval({ defaults, channel, settings, given }),
    ]).toEqual([30_000, 2, 3, 4, 5]);
  });
});

describe('the options of the workers', () => {
  it('are the defaults where nobody says anything', () => {
    expect(resolve({})).toEqual({
      reconnect: defaultReconnectPolicy,
      sender: defaultSenderOptions,
      poller: defaultPollerOptions,
      ignoredSettings: [],
    });
  });

  it('given win over the defaults of the messaging, one by one', () => {
    const defaults = { sender: { capacity: 5, maxAttempts: 7 }, poller: { waitMs: 5, graceMs: 7 } };
    const given = { sender: { capacity: 6 }, poller: { waitMs: 6 } };
    const { sender, poller } = resolve({ defaults, given });
    expect(sender).toEqual({ ...defaultSenderOptions, capacity: 6, maxAttempts: 7 });
    expect(poller).toEqual({ ...defaultPollerOptions, waitMs: 6, graceMs: 7 });
  });

  it('that are undefined hide no default', () => {
    const nothing = {
      reconnect: { maxAttempts: undefined, jitter: undefined },
      sender: { capacity: undefined },
      poller: undefined,
    } as unknown as WorkerOptions;
    const defaults = { reconnect: { maxAttempts: 9 }, sender: { capacity: 8 } };
    const resolved = resolve({ defaults, given: nothing });
    expect(resolved.reconnect).toEqual({ ...defaultReconnectPolicy, maxAttempts: 9 });
    expect(resolved.sender.capacity).toBe(8);
    expect(resolved.poller).toEqual(defaultPollerOptions);
  });

  it('keep a setting of the instance where none is given', () => {
    const settings = { maxReconnectAttempts: 3, reconnectJitterRatio: 0 };
    const { reconnect } = resolve({ settings, given: { reconnect: { jitterRatio: 1 } } });
    expect(reconnect).toMatchObject({ maxAttempts: 3, jitterRatio: 1 });
  });

  it('say which settings were of no use', () => {
    const settings = { maxReconnectAttempts: 0, probeIntervalMs: 10 };
    expect(resolve({ settings }).ignoredSettings).toEqual(['maxReconnectAttempts']);
  });

  it.each<[string, Sources, string]>([
    ['a policy', { given: { reconnect: { baseBackoffMs: 0 } } }, 'reconnect.baseBackoffMs'],
    ['a sender option', { given: { sender: { sendTimeoutMs: 1.5 } } }, 'sender.sendTimeoutMs'],
    ['a poller option', { given: { poller: { handlingTimeoutMs: Number.NaN } } }, 'poller.handlingTimeoutMs'],
    ['a default policy', { defaults: { reconnect: { jitterRatio: 2 } } }, 'reconnect.jitterRatio'],
    ['a default sender option', { defaults: { sender: { maxAttempts: -1 } } }, 'sender.maxAttempts'],
    ['null for a group', { given: { sender: null } as unknown as WorkerOptions }, 'sender'],
  ])('are refused for %s out of bounds', async (_, sources, path) => {
    const error = await errorOf(() => resolve(sources));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({ problems: [{ path }] });
  });
});

describe('settings that are of no use', () => {
  it('are signalled once, after the start, by their names', async () => {
    const settings = { maxReconnectAttempts: 'many', reconnectJitterRatio: 7, probeIntervalMs: 10_000 };
    const { clock, events, server } = await startOnChannel({ instance: { settings } });
    const ignored = events.filter(({ name }) => name === 'instance.settings_ignored');
    expect(ignored).toEqual([
      {
        name: 'instance.settings_ignored',
        measurements: { timestamp: clock.now() },
        metadata: {
          instanceModule: 'Test',
          instanceId: 'bot',
          channelType: 'scripted',
          timestamp: clock.now(),
          settings: ['maxReconnectAttempts', 'reconnectJitterRatio'],
        },
      },
    ]);
    expect(server.status().status).toBe('connected');
  });

  it('that are of use are not signalled, and hold', async () => {
    const { channel, clock, names } = await startOnChannel({ instance: { settings: { probeIntervalMs: 1_000 } } });
    await clock.advance(3_500);
    expect(channel.probes).toHaveLength(3);
    expect(names()).not.toContain('instance.settings_ignored');
  });
});
