import { outcome, type ScriptedChannelOptions, scriptedChannel, VirtualClock } from '@holdfast/testing';
import { createMessaging, HealthSnapshot, InstanceServer, StatusSnapshot } from 'holdfast';
import { describe, expect, it } from 'vitest';

const unauthorized = { severity: 'fatal', scope: 'auth', code: 'scripted.401', message: 'revoked' } as const;
const conflict = { severity: 'recoverable', scope: 'conflict', code: 'scripted.409', message: 'taken' } as const;

/** Nothing is added, nothing is lost, nothing is of another type than the schema says. */
function expectSchemasToHold(server: InstanceServer): void {
  const [status, health] = [server.status(), server.healthSnapshot()];
  expect(StatusSnapshot.parse(status)).toEqual(status);
  expect(HealthSnapshot.parse(health)).toEqual(health);
  expect(JSON.parse(JSON.stringify(health))).toEqual(health);
}

describe('the snapshots of an instance that is driven by hand', () => {
  it('fit their schemas in every status', () => {
    const clock = new VirtualClock();
    const server = InstanceServer.start({ instance: { id: 'bot', name: 'Bot', channelType: 'x' }, clock });
    const steps = [
      () => undefined,
      () => server.notifyConnecting(),
      () => server.notifyConnected({ version: '1' }),
      () => server.notifyFailure({ class: 'recoverable', reason: ['http_error', 503] }),
      () => server.notifyDisconnected(null),
      () => server.notifyReconnectAttempt(3, ['network_error', 'dns']),
      () => server.notifyRestartMarker('fatal', { deep: [1, null] }),
      () => Array.from({ length: 10 }, () => server.notifyFailure('again')),
    ];
    const seen = steps.map((step) => {
      step();
      clock.advanceSync(7);
      expectSchemasToHold(server);
      return server.status().status;
    });
    expect(new Set(seen)).toEqual(new Set(['starting', 'connecting', 'connected', 'disconnected', 'error']));
  });
});

describe('the snapshots of an instance on a channel', () => {
  const scenes: readonly (readonly [string, string | null, Omit<ScriptedChannelOptions, 'clock'>])[] = [
    ['starting', null, { fallback: { connect: outcome.hang() } }],
    ['connected', 'healthy', {}],
    ['connected', 'healthy', { capabilities: { inbound: 'none' } }],
    ['disconnected', 'waiting', { fallback: { connect: outcome.fail(['network_error', 'dns']) } }],
    ['error', 'unauthorized', { fallback: { connect: outcome.fail(unauthorized) } }],
    ['error', 'conflict', { fallback: { connect: outcome.fail(conflict) } }],
  ];

  it.each(scenes)('fit their schemas in %s.%s', async (status, substate, options) => {
    const clock = new VirtualClock();
    const messaging = createMessaging({ channels: [scriptedChannel({ clock, ...options })], clock });
    const server = await messaging.startInstance('scripted', { name: 'Bot' });
    await clock.settle();
    expect(server.status()).toMatchObject({ status, substate });
    expectSchemasToHold(server);
    await messaging.stop({ deadlineMs: 0 });
  });
});

describe('a snapshot', () => {
  const server = InstanceServer.start({
    instance: { id: 'bot', name: 'Bot', channelType: 'x' },
    clock: new VirtualClock(),
  });
  const status = server.status();
  const health = server.healthSnapshot();

  it.each([
    ['another status', { status: 'sleeping' }],
    ['no substate at all', { substate: undefined }],
    ['a negative count', { consecutiveFailures: -1 }],
    ['half an attempt', { reconnectAttempt: 0.5 }],
    ['another restart class', { lastRestartClass: 'degraded' }],
    ['no last error at all', { lastError: undefined }],
    [
      'a child of unknown health',
      { childHealthSummary: { ...status.childHealthSummary, children: { poller: 'ill' } } },
    ],
    ['no summary of its children', { childHealthSummary: undefined }],
  ])('is refused with %s', (_, change) => {
    expect(StatusSnapshot.safeParse({ ...status, ...change }).success).toBe(false);
    expect(HealthSnapshot.safeParse({ ...health, ...change }).success).toBe(false);
  });

  it.each([
    ['a negative uptime', { uptimeMs: -1 }],
    ['a queue depth of no number', { senderQueueDepth: null }],
    ['no word on whether it is ready', { ready: undefined }],
  ])('of health is refused with %s', (_, change) => {
    expect(HealthSnapshot.safeParse({ ...health, ...change }).success).toBe(false);
  });

  it('of the status has no uptime, and of health no start, as in the original', () => {
    expect(status).toHaveProperty('startedAt');
    expect(Object.keys(status)).not.toContain('uptimeMs');
    expect(Object.keys(health)).not.toContain('startedAt');
  });
});
