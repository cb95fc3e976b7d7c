import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoryStore } from '@holdfast/store';
import { outcome, scriptedChannel, VirtualClock } from '@holdfast/testing';
import { type Clock, createMessaging, InstanceServer } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, instance, type OnChannel, type OnChannelOptions, startOnChannel, startServer } from './running.ts';

const afterMs = 60_000;
const probeIntervalMs = 600_000;
const minuteMs = 60_000;

/** An instance that has hibernated since nothing happened to it. */
async function hibernated(options: OnChannelOptions = {}): Promise<OnChannel> {
  const running = await startOnChannel({
    ...options,
    channel: { probeIntervalMs, ...options.channel },
    messaging: { hibernateAfterMs: afterMs, ...options.messaging },
  });
  await running.clock.advance(2 * afterMs);
  running.forget();
  expect(running.server.isHibernating).toBe(true);
  return running;
}

const soonMs = 1_000;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** After all that was put off. */
async function collect(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
}

/** The actors below that of the instance, without keeping them. */
async function grasp(server: InstanceServer): Promise<readonly WeakRef<object>[]> {
  const refs: WeakRef<object>[] = [];
  await server.waitFor(({ children }) => {
    const grandchildren = children.connection?.getSnapshot().children ?? {};
    const below = [children, grandchildren].flatMap((all) => Object.values<object | undefined>(all));
    for (const child of below) if (child) refs.push(new WeakRef(child));
    return true;
  });
  return refs;
}

describe('an instance to which nothing happens', () => {
  it('hibernates after the time that is set, a quarter of it late at most', async () => {
    const { clock, server } = await startOnChannel({
      channel: { probeIntervalMs },
      messaging: { hibernateAfterMs: afterMs },
    });
    await clock.advance(afterMs - 1);
    expect(server.isHibernating).toBe(false);
    await clock.advance(afterMs / 4 + 1);
    expect(server.isHibernating).toBe(true);
  });

  it('does so after thirty minutes where nothing is set, whatever its probes do', async () => {
    const { channel, clock, server } = await startOnChannel({ channel: { probeIntervalMs: minuteMs } });
    await clock.advance(30 * minuteMs - 1);
    expect(server.isHibernating).toBe(false);
    await clock.advance(8 * minuteMs);
    expect(server.isHibernating).toBe(true);
    expect(channel.probes).toHaveLength(37);
  });

  it('counts the time from the last thing that happened', async () => {
    const { clock, server } = await startOnChannel({
      channel: { probeIntervalMs },
      messaging: { hibernateAfterMs: afterMs },
    });
    await clock.advance(afterMs - 1_000);
    server.notifyFailure('odd');
    await clock.advance(afterMs - 1);
    expect(server.isHibernating).toBe(false);
    await clock.advance(afterMs / 4 + 1);
    expect(server.isHibernating).toBe(true);
  });

  it.each([
    ['never where the time is infinite', { hibernateAfterMs: Number.POSITIVE_INFINITY }],
    ['not where it is inspected', { hibernateAfterMs: afterMs, inspect: () => undefined }],
    ['not where XState interprets its charts', { hibernateAfterMs: afterMs, interpreter: 'xstate' }],
  ] as const)('hibernates %s, and is not looked at for it', async (_, messaging) => {
    const clock = new VirtualClock({ startMs: 0 });
    const looks: number[] = [];
    Object.assign(clock, { setIdleTimeout: (_: () => void, delayMs: number) => looks.push(delayMs) });
    const channel = scriptedChannel({ clock, probeIntervalMs });
    const server = await createMessaging({ channels: [channel], clock, ...messaging }).startInstance('scripted', {
      name: 'Bot',
    });
    await clock.advance(100 * afterMs);
    expect([server.isHibernating, looks]).toEqual([false, []]);
  });

  it('has nothing to let go of where it has no channel', async () => {
    const { clock, server } = startServer({ hibernateAfterMs: afterMs });
    await clock.advance(100 * afterMs);
    expect(server.isHibernating).toBe(false);
    expect(clock.pending()).toEqual([]);
  });

  it('hibernates also while it is parked, and is woken by new credentials', async () => {
    const refused = { severity: 'fatal', scope: 'auth', code: 'test.refused', message: 'Refused.' } as const;
    const { channel, clock, server } = await hibernated({ channel: { script: { connect: [outcome.fail(refused)] } } });
    expect(server.status()).toMatchObject({ status: 'error', substate: 'unauthorized' });
    server.updateCredentials({ token: 'new' });
    await clock.settle();
    expect(server.status().status).toBe('connected');
    expect(channel.connects).toHaveLength(2);
  });
});

describe('an instance that is kept awake', () => {
  it('by a wait for its turn hibernates all the same', async () => {
    const { channel, clock, server } = await startOnChannel({ channel: { probeIntervalMs } });
    const untilMs = clock.now() + 600 * minuteMs;
    Object.assign(channel, { reconnectNotBefore: () => untilMs });
    channel.links.at(-1)?.drop();
    await clock.advance(120 * minuteMs);
    expect(server.isHibernating).toBe(true);
    await clock.advance(481 * minuteMs);
    expect(server.status().status).toBe('connected');
  });

  it('for ever is looked at ever less often, and has its messages as before', async () => {
    const { channel, clock, server } = await startOnChannel({
      channel: { probeIntervalMs: 1_000 * minuteMs },
      messaging: { hibernateAfterMs: 64_000 },
    });
    const waits: number[] = [];
    const setIdleTimeout: Clock['setIdleTimeout'] = (callback, delayMs) => {
      waits.push(delayMs / 1_000);
      return clock.setTimeout(callback, delayMs);
    };
    Object.assign(clock, { setIdleTimeout });
    // Somebody follows a child, as one may who was shown a snapshot.
    let follower: { unsubscribe(): void } | undefined;
    await server.waitFor(({ children }) => {
      follower = children.sender?.subscribe(() => undefined);
      return true;
    });
    await clock.advance(140_000);
    expect(server.isHibernating).toBe(false);
    expect(waits).toEqual([16, 16, 16, 16, 1, 2, 4, 8, 16, 16, 16]);
    follower?.unsubscribe();
    await clock.advance(16_000);
    expect(server.isHibernating).toBe(true);
    // A round trip is given little time again.
    channel.append({ probe: [outcome.delayed(2_500, outcome.ok())] });
    clock.jump(minuteMs);
    await clock.advance(2_499);
    expect(server.isHibernating).toBe(false);
    await clock.advance(1_501);
    expect(server.isHibernating).toBe(true);
    await expect(server.send({ conversation: 'c', text: 'hello' })).resolves.toMatchObject({ externalMessageId: 1 });
  });

  it('is not looked at where it was refused its place', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    const registry = {
      whereis: () => undefined,
      register: () => {
        throw new Error('no place');
      },
      unregister: () => undefined,
      list: () => [],
    };
    const adapter = scriptedChannel({ clock });
    const start = (): unknown =>
      InstanceServer.start({
        instance: { ...instance, channelType: 'scripted' },
        clock,
        registry,
        channel: { adapter },
      });
    expect(start).toThrow('no place');
    expect(clock.pending()).toEqual([]);
  });

  it('by who has its actor stays so, also with a clock that fires what was taken back', async () => {
    const { clock, server } = await startOnChannel({
      channel: { probeIntervalMs },
      messaging: { hibernateAfterMs: afterMs },
    });
    // The next look would be the last.
    await clock.advance(afterMs + 1_000);
    clock.clearTimeout = () => undefined;
    expect(server.actor.getSnapshot().status).toBe('active');
    await clock.advance(afterMs);
    expect(server.isHibernating).toBe(false);
  });
});

describe('an instance that hibernates', () => {
  it('lets its actors go, and those that stood for them when it is woken', async () => {
    const { clock, server } = await startOnChannel({
      channel: { probeIntervalMs },
      messaging: { hibernateAfterMs: afterMs },
    });
    const awake = await grasp(server);
    await clock.advance(2 * afterMs);
    expect(server.isHibernating).toBe(true);
    const asleep = await grasp(server);
    await collect();
    expect([awake.length, awake.filter((ref) => ref.deref())]).toEqual([4, []]);
    server.notifySuccess();
    await collect();
    expect(asleep.filter((ref) => ref.deref())).toEqual([]);
  });

  it('shows the same status and health, and is not woken by who asks', async () => {
    const running = await startOnChannel({
      channel: { probeIntervalMs },
      messaging: { hibernateAfterMs: afterMs },
    });
    const { clock, messaging, server } = running;
    const before = { status: server.status(), health: server.healthSnapshot() };
    await clock.advance(2 * afterMs);
    expect(server.isHibernating).toBe(true);
    expect(server.status()).toEqual(before.status);
    expect(server.healthSnapshot()).toEqual({ ...before.health, uptimeMs: 2 * afterMs });
    expect(messaging.listInstanceHealth()).toHaveLength(1);
    expect(server.isHibernating).toBe(true);
  });

  it('is woken by what it is told, handles it, and hibernates again', async () => {
    const { clock, names, server } = await hibernated();
    server.notifyFailure('odd');
    expect(server.isHibernating).toBe(false);
    expect(server.status()).toMatchObject({ substate: 'degraded', consecutiveFailures: 1, lastError: 'odd' });
    expect(names()).toEqual(['instance.failure_counted']);
    await clock.advance(2 * afterMs);
    expect(server.isHibernating).toBe(true);
    server.notifySuccess();
    expect(server.status()).toMatchObject({ substate: 'healthy', consecutiveFailures: 0 });
  });

  it('hibernates soon again where it was told what changes nothing', async () => {
    const { clock, server } = await hibernated();
    server.notifySuccess();
    expect(server.isHibernating).toBe(false);
    await clock.advance(soonMs);
    expect(server.isHibernating).toBe(true);
  });

  it('probes its link when it is time, and hibernates soon again when the probe comes back', async () => {
    const { channel, clock, names, server } = await hibernated({
      channel: { script: { probe: [outcome.ok(), outcome.delayed(3_000, outcome.ok())] } },
    });
    await clock.advance(probeIntervalMs - 2 * afterMs);
    expect(channel.probes.map(({ atMs }) => atMs)).toEqual([clock.now()]);
    expect(server.isHibernating).toBe(false);
    await clock.advance(soonMs);
    expect(server.isHibernating).toBe(true);
    await clock.advance(probeIntervalMs - soonMs + 2_999);
    expect([channel.probes.length, server.isHibernating]).toEqual([2, false]);
    await clock.advance(soonMs + 1);
    expect(server.isHibernating).toBe(true);
    expect(names()).toEqual([]);
  });

  it('makes its link anew when a probe fails', async () => {
    const { channel, clock, names, server } = await hibernated({
      channel: { script: { probe: [outcome.fail(new Error('gone'))] } },
    });
    await clock.advance(probeIntervalMs + 10_000);
    expect(names().slice(0, 2)).toEqual(['instance.health_probe', 'instance.disconnected']);
    expect(server.status().status).toBe('connected');
    expect(channel.connects).toHaveLength(2);
  });

  it('makes its link anew when that dies', async () => {
    const { channel, clock, names, server } = await hibernated();
    channel.links.at(-1)?.drop();
    await clock.settle();
    expect(server.status()).toMatchObject({ status: 'disconnected', substate: 'waiting' });
    expect(names()).toContain('instance.disconnected');
    await clock.advance(10_000);
    expect(server.status().status).toBe('connected');
    channel.deliver({ id: 'm1', conversation: 'c', text: 'after' });
    await clock.settle();
    expect(names()).toContain('inbound.handled');
  });

  it('probes its link at once after a gap in time', async () => {
    const { channel, clock } = await hibernated();
    clock.jump(3 * minuteMs);
    await clock.advance(0);
    expect(channel.probes).toHaveLength(1);
  });

  it('hands over what comes in, and sleeps on', async () => {
    const seen: string[] = [];
    const onMessage = ({ text }: { readonly text: string }): void => void seen.push(text);
    const { channel, clock, names, server } = await hibernated({ instance: { onMessage } });
    channel.deliver({ id: 'm1', conversation: 'c', text: 'hello' });
    await clock.settle();
    expect(seen).toEqual(['hello']);
    expect(channel.uncommitted).toEqual([]);
    expect(names()).toEqual(['inbound.received', 'inbound.handled']);
    expect(server.isHibernating).toBe(true);
  });

  it('sends what it accepts, and sleeps on', async () => {
    const { channel, names, server } = await hibernated();
    await expect(server.send({ conversation: 'c', text: 'hello' })).resolves.toMatchObject({ externalMessageId: 1 });
    expect(channel.sends).toHaveLength(1);
    expect(names()).toEqual(['delivery.queued', 'delivery.attempt', 'delivery.sent']);
    expect(server.isHibernating).toBe(true);
  });

  it('is woken by a send that fails, and probes its link', async () => {
    const broken = { severity: 'recoverable', scope: 'link', code: 'test.broken', message: 'Broken.' } as const;
    const { channel, clock, server } = await hibernated({ channel: { script: { send: [outcome.fail(broken)] } } });
    const sent = server.send({ conversation: 'c', text: 'hello' });
    await clock.advance(5_000);
    expect(channel.probes).toHaveLength(1);
    await expect(sent).resolves.toMatchObject({ externalMessageId: 2 });
  });

  it('answers webhook calls, and sleeps on', async () => {
    const { server } = await hibernated({ channel: { capabilities: { inbound: 'webhook' } } });
    expect(await server.handleWebhook({ method: 'POST', headers: {}, body: '{}' })).toEqual({ status: 200 });
    expect(server.isHibernating).toBe(true);
  });

  it('finishes its work and stops as any other, and leaves no timer', async () => {
    const { channel, clock, names, server } = await hibernated({
      channel: { script: { send: [outcome.delayed(2_000, outcome.ok())] } },
    });
    await server.enqueue({ conversation: 'c', text: 'last' });
    const stopping = server.stop();
    await clock.advance(3_000);
    await expect(stopping).resolves.toMatchObject({ accepted: 1, sent: 1, handedBack: [] });
    expect(names().at(-1)).toBe('instance.stopped');
    expect(channel.openLinks).toBe(0);
    expect(clock.pending()).toEqual([]);
  });

  it('leaves no timer when it stops awake', async () => {
    const { clock, server } = await startOnChannel({ messaging: { hibernateAfterMs: afterMs } });
    await server.stop();
    await clock.settle();
    expect(clock.pending()).toEqual([]);
  });

  it('resolves who waits for a status, and sleeps on until that comes', async () => {
    const { channel, clock, server } = await hibernated();
    const isGone = server.waitFor('disconnected');
    expect(server.isHibernating).toBe(true);
    channel.links.at(-1)?.drop();
    await clock.settle();
    await expect(isGone).resolves.toBeUndefined();
  });

  it('is woken for who asks for its actor, and does not hibernate again', async () => {
    const { clock, server } = await hibernated();
    const timers = clock.pending();
    const { children } = server.actor.getSnapshot();
    expect(server.isHibernating).toBe(false);
    expect(clock.pending()).toEqual(timers);
    await clock.advance(100 * afterMs);
    expect(server.isHibernating).toBe(false);
    expect(server.actor.getSnapshot().children).toEqual(children);
  });

  it('has what changes of it written down', async () => {
    const store = memoryStore();
    const { clock, server } = await hibernated({ messaging: { store } });
    server.notifyFailure('odd');
    await clock.settle();
    const { snapshot } = await store.load('bot', { keys: 1, handled: 1 });
    expect(snapshot?.value).toMatchObject({ isRunning: true, consecutiveFailures: 1, lastError: 'odd' });
  });

  it('has no timer for that', async () => {
    const { clock, server } = await startOnChannel({
      channel: { probeIntervalMs },
      messaging: { hibernateAfterMs: afterMs },
    });
    const awake = clock.pending().length;
    await clock.advance(2 * afterMs);
    expect(server.isHibernating).toBe(true);
    // The backoff has started over, and nobody looks whether it is idle.
    expect(clock.pending()).toHaveLength(awake - 2);
  });
});

describe('the time after which an instance hibernates', () => {
  it.each([
    ['zero', 0, '0'],
    ['negative', -1, '-1'],
    ['no number', 'never', 'a string of 5 characters'],
    ['not a number', Number.NaN, 'NaN'],
    ['null', null, 'null'],
  ])('is refused where it is %s', async (_, hibernateAfterMs, received) => {
    const options = { hibernateAfterMs: hibernateAfterMs as number };
    const problems = [{ path: 'hibernateAfterMs', expected: 'milliseconds, above 0 (Infinity: never)', received }];
    expect(await errorOf(() => createMessaging(options))).toMatchObject({ problems });
    expect(await errorOf(() => InstanceServer.start({ instance, ...options }))).toMatchObject({ problems });
  });

  it('may be longer than a timer can be', async () => {
    const delays: number[] = [];
    const clock: Clock = {
      now: () => 0,
      setTimeout: (_, delayMs) => delays.push(delayMs),
      clearTimeout: () => undefined,
    };
    const channel = scriptedChannel({ clock });
    const messaging = createMessaging({ channels: [channel], clock, hibernateAfterMs: Number.MAX_SAFE_INTEGER });
    await messaging.startInstance('scripted', { name: 'Bot' });
    expect(Math.max(...delays)).toBe(2 ** 31 - 1);
  });

  it('is waited for by a timer that keeps no process, where there are such', async () => {
    const idle: number[] = [];
    const clock: Clock = {
      now: () => 0,
      setTimeout: () => undefined,
      clearTimeout: () => undefined,
      setIdleTimeout: (_, delayMs) => idle.push(delayMs),
    };
    const messaging = createMessaging({ channels: [scriptedChannel({ clock })], clock, hibernateAfterMs: afterMs });
    await messaging.startInstance('scripted', { name: 'Bot' });
    expect(idle).toEqual([afterMs / 4]);
  });
});
