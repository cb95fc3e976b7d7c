import { Instance, InstanceStatus } from 'holdfast';
import { describe, expect, it } from 'vitest';

const instance = { id: 'bot', name: 'Bot', channelType: 'telegram' };

describe('an instance', () => {
  it('starts with the status `starting` and no settings unless it says otherwise', () => {
    expect(Instance.parse(instance)).toEqual({ ...instance, status: 'starting', settings: {} });
  });

  it.each(InstanceStatus.options)('may have been %s when its record was made', (status) => {
    expect(Instance.parse({ ...instance, status }).status).toBe(status);
  });

  it('has the six statuses of the original', () => {
    expect(InstanceStatus.options).toEqual(['starting', 'connecting', 'connected', 'disconnected', 'error', 'stopped']);
  });

  it('keeps its settings, which are any JSON', () => {
    const settings = { probeIntervalMs: 100, deep: { list: [1, 'two', null, true] } };
    expect(Instance.parse({ ...instance, settings }).settings).toEqual(settings);
  });

  it('has no credentials: they are dropped from its record', () => {
    expect(Instance.parse({ ...instance, credentials: { token: 'canary' } })).not.toHaveProperty('credentials');
  });

  it('may have an id of 512 characters, and not of 513', () => {
    expect(Instance.safeParse({ ...instance, id: 'x'.repeat(512) }).success).toBe(true);
    expect(Instance.safeParse({ ...instance, id: 'x'.repeat(513) }).success).toBe(false);
  });

  it.each([
    ['an empty id', { id: '' }],
    ['an id that is a number', { id: 7 }],
    ['no name', { name: undefined }],
    ['an empty name', { name: '' }],
    ['an empty channel type', { channelType: '' }],
    ['an unknown status', { status: 'sleeping' }],
    ['a status of null', { status: null }],
    ['settings that are a list', { settings: [] }],
    ['settings that are no JSON', { settings: { onError: () => undefined } }],
  ])('is refused with %s', (_, change) => {
    expect(Instance.safeParse({ ...instance, ...change }).success).toBe(false);
  });
});
