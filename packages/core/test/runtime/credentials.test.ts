import { inspect } from 'node:util';
import { outcome } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import type { InspectionEvent } from 'xstate';
import * as z from 'zod/mini';
import { errorOf, type OnChannel, startOnChannel, startServer } from './running.ts';
import { pathsToSecrets } from './secretSearch.ts';

const canary = '7654321098:AAcanaryCANARYcanaryCANARYcanary-00';
const numberCanary = 918_273_645;

const credentialsSchema = z.strictObject({ token: z.string().check(z.regex(/^\d+:/)) });
const withSchema = { credentialsSchema };

const leaksIn = (value: unknown): string[] => pathsToSecrets(value, [canary, String(numberCanary)]);

/** What a console shows of it. */
const show = (value: unknown): string => inspect(value, { depth: 6 });

describe('the search for secrets', () => {
  it('finds them in keys, in values, in maps and behind functions', () => {
    const hidden = Object.assign(() => 1, { deep: new Map([['x', { token: `bot${canary}` }]]) });
    expect(leaksIn({ hidden, [canary]: 1, list: [numberCanary] })).toEqual([
      '.hidden.deep.entries.0.1.token',
      '.list.0',
      canary,
    ]);
  });
});

describe('credentials that are refused', () => {
  it.each([
    ['as the whole value', canary, /credentials: expected object, received a string of 46 characters/],
    ['of another type', { token: numberCanary }, /credentials\.token: expected string, received a number/],
    ['of another form', { token: `x${canary}` }, /credentials\.token: .*received a string of 47 characters/],
    ['in a list', [canary], /credentials: expected object, received an array of 1/],
    ['not at all', undefined, /credentials: expected object, received nothing/],
    ['with one key too many', { token: canary, user: canary }, /credentials: expected no unknown keys/],
  ])('%s are named, and never shown', async (_, credentials, text) => {
    const { messaging } = await startOnChannel({ channel: withSchema, instance: { credentials: { token: canary } } });
    const start = () => messaging.startInstance('scripted', { name: 'Other', credentials });
    const error = await errorOf(start);
    expect(String(error)).toMatch(text);
    expect(leaksIn(error)).toEqual([]);
    expect(show(error)).not.toContain(canary);
  });

  it('are not shown by a schema whose own message quotes them', async () => {
    const quoting = z.object({ token: z.string({ error: ({ input }) => `a token, not ${String(input)}` }) });
    const { messaging } = await startOnChannel({
      channel: { credentialsSchema: quoting },
      instance: { credentials: { token: canary } },
    });
    const start = () => messaging.startInstance('scripted', { name: 'Other', credentials: { token: numberCanary } });
    const error = await errorOf(start);
    expect(error).toMatchObject({ problems: [{ path: 'credentials.token', expected: 'a token, not [redacted]' }] });
    expect(leaksIn(error)).toEqual([]);
  });

  it('on an update leave the old ones in use', async () => {
    const { channel, clock, server } = await startOnChannel({
      channel: withSchema,
      instance: { credentials: { token: canary } },
    });
    const error = await errorOf(() => server.updateCredentials({ token: numberCanary }));
    expect(error).toMatchObject({ problems: [{ path: 'credentials.token', received: 'a number' }] });
    channel.links[0]?.drop();
    await clock.advance(1_000);
    expect(channel.connects.at(-1)?.attempt.credentials).toEqual({ token: canary });
  });
});

describe('a credential that was accepted', () => {
  /** An instance that has lived a little: connected, received, and failed with an adapter that quotes its token. */
  async function live(): Promise<OnChannel & { readonly inspected: InspectionEvent[] }> {
    const inspected: InspectionEvent[] = [];
    const leaky = new Error(`fetch https://peer/bot${canary}/send failed`);
    const running = await startOnChannel({
      channel: { ...withSchema, script: { send: [outcome.fail(leaky)] } },
      instance: { credentials: { token: canary } },
      messaging: { inspect: (event) => inspected.push(event) },
    });
    running.channel.deliver({ id: 'm1', conversation: '1', text: 'x' });
    const sent = running.server.send({ conversation: '1', text: 'y' });
    await running.clock.settle();
    running.channel.links[0]?.drop();
    await running.clock.advance(10_000);
    await sent;
    return { ...running, inspected };
  }

  it('is shown by no server, messaging, actor, status or health', async () => {
    const { channel, messaging, server } = await live();
    expect(channel.connects.at(-1)?.attempt.credentials).toEqual({ token: canary });
    const record = { status: server.status(), health: server.healthSnapshot(), instance: server.instance };
    expect(leaksIn({ server, messaging, record })).toEqual([]);
    expect(show({ server, messaging })).not.toContain(canary);
    expect(JSON.stringify(server.actor.getPersistedSnapshot())).not.toContain(canary);
  });

  it('is in no telemetry, though the adapter quoted it in an error', async () => {
    const { events, server } = await live();
    const retried = events.find(({ name }) => name === 'delivery.retry_scheduled');
    expect(retried?.metadata['reason']).toBe('fetch https://peer/bot[redacted]/send failed');
    await server.stop();
    expect(leaksIn(events)).toEqual([]);
  });

  it('is in no inspection event', async () => {
    const { inspected } = await live();
    expect(inspected.length).toBeGreaterThan(50);
    expect(leaksIn(inspected)).toEqual([]);
  });

  it('is in no error that names the running server', async () => {
    const { messaging } = await live();
    const start = () => messaging.startInstance('scripted', { id: 'bot', name: 'B', credentials: { token: canary } });
    const error = await errorOf(start);
    expect(error).toMatchObject({ code: 'ALREADY_STARTED' });
    expect(leaksIn(error)).toEqual([]);
    expect(show(error)).not.toContain(canary);
  });
});

describe('updateCredentials', () => {
  const unauthorized = { severity: 'fatal', scope: 'auth', code: 'scripted.401', message: 'revoked' } as const;

  it('tries again with the new ones where the old ones were refused', async () => {
    const { channel, clock, server } = await startOnChannel({
      channel: { ...withSchema, script: { connect: [outcome.fail(unauthorized)] } },
      instance: { credentials: { token: '1:old' } },
    });
    expect(server.status()).toMatchObject({ status: 'error', substate: 'unauthorized' });
    await clock.advance(3_600_000);
    expect(channel.callCount('connect')).toBe(1);
    server.updateCredentials({ token: '2:new' });
    await clock.settle();
    expect(server.status().status).toBe('connected');
    expect(channel.connects[1]?.attempt.credentials).toEqual({ token: '2:new' });
  });

  it('is refused for an instance without a channel', async () => {
    const { server } = startServer();
    const error = await errorOf(() => server.updateCredentials({ token: canary }));
    expect(error).toMatchObject({ problems: [{ path: 'channel', received: 'an instance without' }] });
    expect(leaksIn(error)).toEqual([]);
  });

  it('is ignored by an instance that has stopped', async () => {
    const { channel, clock, server } = await startOnChannel();
    await server.stop();
    server.updateCredentials({ token: '2:new' });
    await clock.advance(60_000);
    expect(channel.callCount('connect')).toBe(1);
  });
});

describe('retry', () => {
  it('ends the wait for the next attempt', async () => {
    const { channel, clock, server } = await startOnChannel({
      channel: { script: { connect: [outcome.fail('down')] } },
    });
    server.retry();
    await clock.settle();
    expect(channel.callCount('connect')).toBe(2);
    expect(server.status().status).toBe('connected');
  });

  it('does nothing without a channel', () => {
    const { names, server } = startServer();
    const before = server.status();
    server.retry();
    expect(server.status()).toEqual(before);
    expect(names()).toEqual(['instance.started']);
  });
});
