import { VirtualClock } from '@holdfast/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { instanceRecord } from '../../src/machine/interpreters.ts';
import { bindingOf } from './bindingOf.ts';

const instance = { id: 'bot', name: 'Bot', channelType: 'x' } as const;

afterEach(() => {
  vi.doUnmock('@holdfast/compile');
  vi.resetModules();
});

describe('an instance is a record of its chart', () => {
  it('without a channel, and with one context from its start on', async () => {
    vi.resetModules(); // what makes records is made once
    const { instanceRecord } = await import('../../src/machine/interpreters.ts');
    const record = instanceRecord('compiled', { instance });
    record?.start();
    const before = record?.getSnapshot().context;
    record?.send({ type: 'notify.failure', reason: 'timeout' });
    expect(record?.getSnapshot().context).toBe(before);
    expect(before?.consecutiveFailures).toBe(1);
  });

  it('and an actor where it has a channel, or its chart is interpreted', async () => {
    const channel = await bindingOf(new VirtualClock());
    expect(instanceRecord('compiled', { instance, channel })).toBeUndefined();
    expect(instanceRecord('xstate', { instance })).toBeUndefined();
  });

  it('and an actor with an XState that records were not proven on', async () => {
    vi.doMock('@holdfast/compile', async (original) => ({
      ...(await original<object>()),
      createRecords: () => undefined,
    }));
    vi.resetModules();
    const { InstanceServer } = await import('../../src/runtime/InstanceServer.ts');
    const server = InstanceServer.start({ instance });
    server.notifyConnected();
    expect(server.status().status).toBe('connected');
    expect(server.actor).toBe(server.actor);
    await server.stop();
  });
});
