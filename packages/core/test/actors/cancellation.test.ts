import { outcome } from '@holdfast/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cancellation } from '../../src/actors/Cancellation.ts';
import { startOn } from '../machine/onScriptedChannel.ts';

describe('a Cancellation', () => {
  it('calls each listener once, also one that is removed or added meanwhile, and is aborted before', () => {
    const cancellation = new Cancellation();
    const called: string[] = [];
    const late = (): void => void called.push('late');
    const gone = (): void => void called.push('gone');
    cancellation.addEventListener('abort', () => called.push(`first, aborted: ${cancellation.aborted}`));
    cancellation.addEventListener('abort', () => cancellation.addEventListener('abort', late));
    cancellation.addEventListener('abort', gone);
    cancellation.removeEventListener('abort', gone);
    expect(cancellation.aborted).toBe(false);
    cancellation.abort();
    expect(called).toEqual(['first, aborted: true']);
    cancellation.abort();
    expect(called).toEqual(['first, aborted: true', 'late']);
  });
});

describe('on the console', () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  const conversations = Array.from({ length: 40 }, (_, index) => String(index));

  beforeEach(() => {
    warnings.length = 0;
    process.on('warning', note);
  });
  afterEach(() => {
    process.off('warning', note);
  });

  it('nothing warns of a leak while forty sends are under way', async () => {
    const fallback = { send: outcome.hang() };
    const { channel, clock, server } = await startOn({ capabilities: { maxInFlight: 40 }, fallback });
    for (const conversation of conversations) void server.enqueue({ conversation, text: 'x' });
    await clock.settle();
    expect(channel.sends).toHaveLength(40);
    expect(warnings).toEqual([]);
  });

  it('nothing warns of a leak while forty messages wait for their handler to be called again', async () => {
    let calls = 0;
    // The first is read alone, the others together.
    const onMessage = ({ id }: { id: string }): void => {
      if (id === '0') return;
      calls += 1;
      throw new Error('not now');
    };
    const { channel, clock } = await startOn({}, { onMessage, poller: { maxHandling: 40 } });
    for (const conversation of conversations) channel.deliver({ id: conversation, conversation, text: 'x' });
    await clock.settle();
    expect(calls).toBe(39);
    expect(warnings).toEqual([]);
  });
});

describe('the AbortSignal of a Cancellation', () => {
  it('aborts with it, and with its reason; the first one counts', () => {
    const cancellation = new Cancellation();
    const { signal } = cancellation;
    expect([cancellation.signal === signal, signal.aborted]).toEqual([true, false]);
    cancellation.abort('enough');
    cancellation.abort('again');
    expect([signal.aborted, signal.reason, cancellation.reason]).toEqual([true, 'enough', 'enough']);
  });

  it('that is asked for afterwards has aborted already', () => {
    const cancellation = new Cancellation();
    cancellation.abort('enough');
    expect([cancellation.signal.aborted, cancellation.signal.reason]).toEqual([true, 'enough']);
  });
});
