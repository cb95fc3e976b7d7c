import { EventEmitter } from 'node:events';
import { InvalidInputError, type StopAccount, stopOnSignals } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { startOnChannel } from './running.ts';

describe('R7: stopOnSignals', () => {
  it.each(['SIGTERM', 'SIGINT'])('on %s sends what is queued, stops, and hands out the accounts', async (signal) => {
    const { channel, clock, messaging, server } = await startOnChannel();
    const source = new EventEmitter();
    const stopped: [ReadonlyMap<string, StopAccount>, string][] = [];
    stopOnSignals(messaging, source, { deadlineMs: 1_000, onStopped: (...args) => stopped.push(args) });
    void server.enqueue({ conversation: 'a', text: 'x' });
    source.emit(signal);
    await clock.settle();
    expect(server.isRunning).toBe(false);
    expect(channel.callCount('send')).toBe(1);
    expect(stopped).toHaveLength(1);
    expect(stopped[0]?.[1]).toBe(signal);
    expect(stopped[0]?.[0].get('bot')).toMatchObject({ accepted: 1, sent: 1 });
    expect(clock.pending()).toEqual([]);
  });

  it('leaves the second signal to whoever else listens: it may end the process', async () => {
    const { messaging } = await startOnChannel();
    const source = new EventEmitter();
    stopOnSignals(messaging, source);
    source.emit('SIGINT');
    expect([source.listenerCount('SIGINT'), source.listenerCount('SIGTERM')]).toEqual([0, 0]);
  });

  it('listens to the signals that are named, and to nothing once it is taken off', async () => {
    const { messaging, server } = await startOnChannel();
    const source = new EventEmitter();
    const takeOff = stopOnSignals(messaging, source, { signals: ['SIGUSR2'] });
    expect(source.eventNames()).toEqual(['SIGUSR2']);
    takeOff();
    source.emit('SIGUSR2');
    expect(source.eventNames()).toEqual([]);
    expect(server.isStopping || !server.isRunning).toBe(false);
  });

  it('refuses a callback that is none, and installs nothing', async () => {
    const { messaging } = await startOnChannel();
    const source = new EventEmitter();
    expect(() => stopOnSignals(messaging, source, { onStopped: 'exit' as never })).toThrow(InvalidInputError);
    expect(source.eventNames()).toEqual([]);
  });
});
