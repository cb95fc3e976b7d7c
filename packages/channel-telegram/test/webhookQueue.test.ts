import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebhookQueue } from '../src/WebhookQueue.ts';

const message = { id: 'x', conversation: '1', text: 'x' };
const cursors = (queue: WebhookQueue) => queue.peek(100).map(({ cursor }) => cursor);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the webhook queue', () => {
  it('keeps the order of arrival, and each item until it is committed', async () => {
    const queue = new WebhookQueue(10);
    const outcomes = [7, 3, 9].map((id) => queue.offer(id, message));
    expect(cursors(queue)).toEqual([8, 4, 10]);
    expect(cursors(queue)).toEqual([8, 4, 10]);
    queue.commit(4);
    expect(cursors(queue)).toEqual([10]);
    expect(await Promise.all(outcomes.slice(0, 2))).toEqual(['handled', 'handled']);
  });

  it('takes no more than its capacity until something was committed', () => {
    const queue = new WebhookQueue(2);
    void queue.offer(1, message);
    void queue.offer(2, message);
    expect(queue.offer(3, message)).toBe('full');
    queue.commit(2);
    expect(queue.offer(3, message)).toBeInstanceOf(Promise);
  });

  it('an update that comes again while it waits shares the outcome, and one that was handled is not taken in', async () => {
    const queue = new WebhookQueue(1);
    const outcomes = [queue.offer(5, message), queue.offer(5, message)];
    expect(cursors(queue)).toEqual([6]);
    queue.commit(6);
    expect(await Promise.all(outcomes)).toEqual(['handled', 'handled']);
    expect(await queue.offer(5, message)).toBe('handled');
    expect(cursors(queue)).toEqual([]);
  });

  it('a number below those that were handled is a new update', () => {
    const queue = new WebhookQueue(2);
    void queue.offer(100, message);
    queue.commit(101);
    void queue.offer(1, message);
    expect(cursors(queue)).toEqual([2]);
  });

  it('remembers the last thousand updates that were handled', async () => {
    const queue = new WebhookQueue(1);
    for (let id = 1; id <= 1001; id += 1) {
      void queue.offer(id, message);
      queue.commit(id + 1);
    }
    expect(await queue.offer(2, message)).toBe('handled');
    void queue.offer(1, message);
    expect(cursors(queue)).toEqual([2]);
  });

  it('a commit of an item that it does not hold changes nothing', () => {
    const queue = new WebhookQueue(2);
    void queue.offer(1, message);
    queue.commit(50);
    expect(cursors(queue)).toEqual([2]);
  });

  it('hands over no more than was asked for', () => {
    const queue = new WebhookQueue(5);
    for (const id of [1, 2, 3]) void queue.offer(id, message);
    expect(queue.peek(2)).toHaveLength(2);
  });

  it('a wait ends when something arrives, at once when something is there, or when its time is over', async () => {
    const queue = new WebhookQueue(5);
    const arrived = queue.whenFilled({ waitMs: 60_000, signals: [] });
    void queue.offer(1, message);
    await arrived;
    await queue.whenFilled({ waitMs: 60_000, signals: [] });
    queue.commit(2);
    const timedOut = queue.whenFilled({ waitMs: 1_000, signals: [] });
    await vi.advanceTimersByTimeAsync(1_000);
    await timedOut;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a wait rejects with the reason of the signal that ended it, before or meanwhile', async () => {
    const queue = new WebhookQueue(5);
    const reason = new Error('stop');
    const controller = new AbortController();
    const waiting = queue.whenFilled({ waitMs: 1_000, signals: [controller.signal] });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(queue.whenFilled({ waitMs: 1_000, signals: [controller.signal] })).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('closing lets everybody know that nothing will be handled', async () => {
    const queue = new WebhookQueue(5);
    const outcome = queue.offer(1, message);
    queue.close();
    expect(await outcome).toBe('closed');
    expect(cursors(queue)).toEqual([]);
  });
});
