import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { eventually, type Finding, throughout } from '../src/finding.ts';

const { signal } = new AbortController();
const yes: Finding = { held: true, found: 'yes' };
const no: Finding = { held: false, found: 'no' };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What is found before and from the given time on, in virtual milliseconds from now. */
function changesAt(ms: number, before: Finding, after: Finding): () => Finding {
  const changesAtMs = Date.now() + ms;
  return () => (Date.now() < changesAtMs ? before : after);
}

describe('eventually', () => {
  test('holds as soon as it is so', async () => {
    const startedAtMs = Date.now();
    const finding = eventually(changesAt(100, no, yes), 1_000, signal);
    await vi.runAllTimersAsync();
    expect(await finding).toEqual(yes);
    expect(Date.now() - startedAtMs).toBe(100);
  });

  test('does not hold when the time is over before', async () => {
    const finding = eventually(changesAt(1_100, no, yes), 1_000, signal);
    await vi.runAllTimersAsync();
    expect(await finding).toEqual(no);
  });

  test('rejects with the reason of an abort', async () => {
    const controller = new AbortController();
    const finding = expect(eventually(() => no, 1_000, controller.signal)).rejects.toThrow('told to stop');
    controller.abort(new Error('told to stop'));
    await vi.runAllTimersAsync();
    await finding;
  });
});

describe('throughout', () => {
  test('holds when it is so until the time is over', async () => {
    const startedAtMs = Date.now();
    const finding = throughout(() => yes, 1_000, signal);
    await vi.runAllTimersAsync();
    expect(await finding).toEqual(yes);
    expect(Date.now() - startedAtMs).toBe(1_000);
  });

  test('does not hold as soon as it is not so', async () => {
    const finding = throughout(changesAt(500, yes, no), 1_000, signal);
    await vi.runAllTimersAsync();
    expect(await finding).toEqual(no);
  });
});
