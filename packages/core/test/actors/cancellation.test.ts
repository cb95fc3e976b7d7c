import { outcome } from '@holdfast/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cancellation } from '../../src/actors/Cancellation.ts';
import { startOn } from '../machine/onScriptedChannel.ts';

/** A Cancellation with a listener of each name, the same one each time. */
function listened() {
  const called: string[] = [];
  const known = new Map<string, () => void>();
  const listeners = (name: string): (() => void) => {
    const listener = known.get(name) ?? (() => void called.push(name));
    known.set(name, listener);
    return listener;
  };
  const calledBy = (act: () => void): string[] => {
    act();
    return called.splice(0);
  };
  return { cancellation: new Cancellation(), calledBy, listeners };
}

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

  it('has no reason before it is over', () => {
    const cancellation = new Cancellation();
    expect(cancellation.reason).toBeUndefined();
    cancellation.abort('enough');
    expect(cancellation.reason).toBe('enough');
  });

  it('has each listener once, however often it was added, and calls them in the order in which they came', () => {
    const { calledBy, cancellation, listeners } = listened();
    for (const name of ['a', 'b', 'a', 'b', 'c']) cancellation.addEventListener('abort', listeners(name));
    expect(calledBy(() => cancellation.abort())).toEqual(['a', 'b', 'c']);
  });

  it('calls those that are left when the first or another has gone, and one that came after them last', () => {
    const { calledBy, cancellation, listeners } = listened();
    for (const name of ['a', 'b', 'c', 'd']) cancellation.addEventListener('abort', listeners(name));
    for (const name of ['a', 'c']) cancellation.removeEventListener('abort', listeners(name));
    cancellation.addEventListener('abort', listeners('e'));
    expect(calledBy(() => cancellation.abort())).toEqual(['b', 'd', 'e']);
    expect(calledBy(() => cancellation.abort())).toEqual([]);
  });

  it('minds no listener that goes and never came', () => {
    const { calledBy, cancellation, listeners } = listened();
    cancellation.removeEventListener('abort', listeners('a'));
    cancellation.addEventListener('abort', listeners('b'));
    cancellation.removeEventListener('abort', listeners('a'));
    expect(calledBy(() => cancellation.abort())).toEqual(['b']);
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
