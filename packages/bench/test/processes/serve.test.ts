import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { type Answer, type Service, serve } from '../../src/processes/serve.ts';

class ParentChannel extends EventEmitter {
  readonly exit = vi.fn();
  readonly send = vi.fn((_answer: Answer) => true);
}

function served(service: Service) {
  const channel = new ParentChannel();
  const onOrphaned = vi.fn();
  serve(service, onOrphaned, channel);
  const call = async (name: string, argument?: unknown) => {
    channel.emit('message', { number: 7, name, argument });
    await vi.waitFor(() => expect(channel.send).toHaveBeenCalled());
    return channel.send.mock.calls[0]?.[0];
  };
  return { call, channel, onOrphaned };
}

describe('a process that serves its parent', () => {
  it('answers a call by its number', async () => {
    const { call } = served({ double: async (figure: number) => figure * 2 });
    expect(await call('double', 21)).toEqual({ number: 7, value: 42 });
  });

  it('answers with the error of a call that failed', async () => {
    const { call } = served({ fail: async () => Promise.reject(new Error('broken')) });
    expect(await call('fail')).toEqual({ number: 7, error: expect.stringContaining('broken') });
  });

  it('says that it does not know a call', async () => {
    const { call } = served({});
    expect(await call('sing')).toEqual({ number: 7, error: expect.stringContaining('Nothing here is called sing') });
  });

  it('cleans up and ends when its parent is gone', () => {
    const { channel, onOrphaned } = served({});
    expect(channel.exit).not.toHaveBeenCalled();
    channel.emit('disconnect');
    expect(onOrphaned).toHaveBeenCalledOnce();
    expect(channel.exit).toHaveBeenCalledOnce();
  });
});
