import type { Link } from 'holdfast';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectTo, failureOf, outgoing, patience, pollOnce } from './connecting.ts';
import { answers, FaultyTelegram, hangs, refuses } from './FaultyTelegram.ts';
import { countOpenHandles } from './openHandles.ts';

const rounds = 20;

let server: FaultyTelegram;
let link: Link;

beforeEach(async () => {
  server = await FaultyTelegram.start();
  link = await connectTo(server);
  server.calls.length = 0;
});
afterEach(async () => {
  await link.close({ graceMs: 1_000 });
  await server.stop();
});

describe('closing a link', () => {
  it('ends the running poll as a failure of the link, and tells nobody twice', async () => {
    server.next('getUpdates', hangs);
    const polling = failureOf('poll', pollOnce(link, null, 30_000));
    await vi.waitFor(() => expect(server.countOf('getUpdates')).toBe(1));
    const closed = vi.fn();
    void link.closed.then(closed);
    await Promise.all([link.close({ graceMs: 1_000 }), link.close({ graceMs: 5 })]);
    await link.close({ graceMs: 1_000 });
    expect(await polling).toMatchObject({ severity: 'recoverable', scope: 'link', code: 'telegram.closed' });
    expect(closed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'telegram.closed' }));
  });

  it('tells Telegram of the last commit, once', async () => {
    await link.commit?.(8);
    await Promise.all([link.close({ graceMs: 1_000 }), link.close({ graceMs: 1_000 })]);
    await link.close({ graceMs: 1_000 });
    const allowed_updates = ['message', 'channel_post'];
    expect(server.calls).toEqual([
      { method: 'getUpdates', body: { offset: 8, limit: 1, timeout: 0, allowed_updates } },
    ]);
  });

  it('says nothing to Telegram without a commit, or when a poll has told it already', async () => {
    await link.commit?.(8);
    await pollOnce(link, 8, 0);
    await link.close({ graceMs: 1_000 });
    expect(server.calls).toHaveLength(1);
    const other = await connectTo(server);
    server.calls.length = 0;
    await other.close({ graceMs: 1_000 });
    expect(server.calls).toEqual([]);
  });

  it('makes no call over a link that has failed: the token may be revoked', async () => {
    await link.commit?.(8);
    server.next('getUpdates', refuses(401, 'Unauthorized'));
    await failureOf('poll', pollOnce(link, 8, 0));
    await link.close({ graceMs: 1_000 });
    expect(server.calls).toHaveLength(1);
  });

  it('tells Telegram of the last commit over a link that has failed and then worked again', async () => {
    server.next('getMe', refuses(502, 'Bad Gateway'));
    await failureOf('probe', link.probe({ signal: patience() }));
    await link.probe({ signal: patience() });
    await link.commit?.(8);
    await link.close({ graceMs: 1_000 });
    expect(server.countOf('getUpdates')).toBe(1);
  });

  it('takes no message any more while it says goodbye', async () => {
    await link.commit?.(8);
    server.next('getUpdates', hangs);
    const closing = link.close({ graceMs: 300 });
    const failure = await failureOf('send', link.send(outgoing('x'), { signal: patience() }));
    expect(failure).toMatchObject({ scope: 'link', code: 'telegram.closed' });
    await closing;
    expect(server.countOf('sendMessage')).toBe(0);
  });

  it('ends within its grace when Telegram does not answer, and never rejects', async () => {
    await link.commit?.(8);
    server.next('getUpdates', hangs);
    const startedAt = performance.now();
    await link.close({ graceMs: 200 });
    const tookMs = performance.now() - startedAt;
    expect(tookMs).toBeGreaterThanOrEqual(190);
    expect(tookMs).toBeLessThan(3_000);
  });

  it('lets a send that is under way come to its result', async () => {
    let answer = (): void => {};
    server.next('sendMessage', (response) => {
      answer = () => answers({ ok: true, result: { message_id: 77 } })(response);
    });
    const sending = link.send(outgoing('x'), { signal: patience() });
    await vi.waitFor(() => expect(server.countOf('sendMessage')).toBe(1));
    const closing = link.close({ graceMs: 5_000 });
    answer();
    expect(await sending).toEqual({ externalMessageId: 77 });
    await closing;
  });

  it('ends a send that outlives the grace, of which nobody knows whether it arrived', async () => {
    server.next('sendMessage', hangs);
    const sending = failureOf('send', link.send(outgoing('x'), { signal: patience() }));
    await vi.waitFor(() => expect(server.countOf('sendMessage')).toBe(1));
    await link.close({ graceMs: 50 });
    expect(await sending).toMatchObject({ scope: 'link', code: 'telegram.closed', delivered: 'unknown' });
  });

  it('leaves nothing that can be called', async () => {
    await link.close({ graceMs: 1_000 });
    server.calls.length = 0;
    const signal = patience();
    expect((await failureOf('send', link.send(outgoing('x'), { signal }))).code).toBe('telegram.closed');
    expect((await failureOf('poll', pollOnce(link, null))).code).toBe('telegram.closed');
    expect((await failureOf('probe', link.probe({ signal }))).code).toBe('telegram.closed');
    expect(server.calls).toEqual([]);
  });

  it('leaves no socket and no timer', async () => {
    const signal = new AbortController().signal; // Not patience(), which is a timer itself.
    const before = countOpenHandles();
    for (let round = 0; round < rounds; round += 1) {
      const other = await connectTo(server, { signal });
      server.next('getUpdates', hangs);
      const polling = other.poll?.({ cursor: null, waitMs: 30_000, signal });
      await other.send(outgoing('x'), { signal });
      await other.commit?.(3);
      await Promise.allSettled([other.close({ graceMs: 60_000 }), polling]);
    }
    await link.close({ graceMs: 1_000 });
    await vi.waitFor(() => expect(server.openSockets).toBe(0));
    expect(countOpenHandles()).toBeLessThan(before + rounds);
  });
});
