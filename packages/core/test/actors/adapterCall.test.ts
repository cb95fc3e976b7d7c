import { VirtualClock } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import { type AdapterCall, callAdapter, classifyWith, lateMs, type Outcome } from '../../src/actors/adapterCall.ts';
import { Cancellation } from '../../src/actors/Cancellation.ts';
import { maxTimerMs } from '../../src/ports/clock.ts';
import type { Failure } from '../../src/schema/failure.ts';

const aborted: Failure = {
  severity: 'recoverable',
  scope: 'link',
  code: 'holdfast.aborted',
  message: 'The probe was given up because the link or the instance was closed.',
  delivered: 'unknown',
  reason: 'closed',
};
const timeout = (ms: number): Failure => ({
  severity: 'recoverable',
  scope: 'link',
  code: 'holdfast.timeout',
  message: `No answer to probe within ${ms} ms.`,
  delivered: 'unknown',
  reason: 'timeout',
});
const classified: Failure = { severity: 'fatal', scope: 'auth', code: 'test.401', message: 'revoked' };

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

/** A call that answers when the test says so. */
function call(timeoutMs?: number, more: Partial<AdapterCall<string>> = {}) {
  const clock = new VirtualClock({ startMs: 1_000 });
  const signal = new Cancellation();
  const outcomes: Outcome<string>[] = [];
  const late: string[] = [];
  const signals: AbortSignal[] = [];
  const answer = deferred<string>();
  void callAdapter<string>(
    (operationSignal) => {
      signals.push(operationSignal);
      return answer.promise;
    },
    {
      during: 'probe',
      signal,
      classify: () => classified,
      deadline: timeoutMs === undefined ? undefined : { clock, timeoutMs },
      onLate: (value) => late.push(value),
      ...more,
    },
  ).then((outcome) => outcomes.push(outcome));
  return { answer, clock, late, outcomes, signal, signals };
}

describe('a call to an adapter', () => {
  it('comes to what it answers, and leaves no timer and no listener', async () => {
    const { answer, clock, outcomes, signal, signals } = call(500);
    expect(clock.pending()).toHaveLength(1);
    answer.resolve('yes');
    await clock.settle();
    signal.abort();
    await clock.advance(10_000);
    expect([outcomes, clock.pending(), signals[0]?.aborted]).toEqual([[{ ok: true, value: 'yes' }], [], false]);
  });

  it('leaves no listener on an AbortSignal either', async () => {
    const { signal, abort } = abortable();
    const { answer, clock, signals } = call(500, { signal });
    answer.resolve('yes');
    await clock.settle();
    abort();
    expect([signal.aborted, signals[0]?.aborted]).toEqual([true, false]);
  });

  it('that rejects comes to what its classifier says', async () => {
    const { answer, clock, outcomes } = call(500);
    answer.reject(new Error('secret'));
    await clock.settle();
    expect([outcomes, clock.pending()]).toEqual([[{ ok: false, failure: classified }], []]);
  });

  it('that is given up before it began is not made', async () => {
    const signal = new Cancellation();
    signal.abort();
    const { clock, outcomes, signals } = call(500, { signal });
    await clock.settle();
    expect([outcomes, signals, clock.pending()]).toEqual([[{ ok: false, failure: aborted }], [], []]);
  });

  it('that is given up aborts the signal of the adapter, with the reason in words', async () => {
    const { clock, outcomes, signal, signals } = call(500);
    signal.abort();
    await clock.settle();
    expect(outcomes).toEqual([{ ok: false, failure: aborted }]);
    expect(signals[0]?.reason).toEqual(new Error(aborted.message));
    expect(clock.pending()).toEqual([]);
  });

  it('that answers after it was given up hands its value to whoever cleans up, and changes nothing', async () => {
    const { answer, clock, late, outcomes, signal } = call(500);
    signal.abort();
    answer.resolve('too late');
    await clock.settle();
    expect([outcomes, late]).toEqual([[{ ok: false, failure: aborted }], ['too late']]);
  });

  it('that answers late, or rejects late, where nobody cleans up disturbs nobody', async () => {
    for (const how of ['resolve', 'reject'] as const) {
      const asked: unknown[] = [];
      const { answer, clock, outcomes, signal } = call(500, {
        onLate: undefined,
        classify: (error) => {
          asked.push(error);
          return classified;
        },
      });
      signal.abort();
      answer[how]('too late');
      await clock.settle();
      expect([outcomes, asked]).toEqual([[{ ok: false, failure: aborted }], []]);
    }
  });

  it('without a deadline waits as long as it takes', async () => {
    const { answer, clock, outcomes } = call();
    expect(clock.pending()).toEqual([]);
    await clock.advance(maxTimerMs);
    answer.resolve('at last');
    await clock.settle();
    expect(outcomes).toEqual([{ ok: true, value: 'at last' }]);
  });
});

describe('the deadline of a call', () => {
  it('ends it as a time-out, and aborts the signal of the adapter', async () => {
    const { clock, outcomes, signals } = call(500);
    await clock.advance(499);
    expect(outcomes).toEqual([]);
    await clock.advance(1);
    expect(outcomes).toEqual([{ ok: false, failure: timeout(500) }]);
    expect(signals[0]?.reason).toEqual(new Error('No answer to probe within 500 ms.'));
    expect(clock.pending()).toEqual([]);
  });

  it('of longer than a timer holds is as long as a timer holds', async () => {
    const { clock, outcomes } = call(Number.MAX_SAFE_INTEGER);
    await clock.advance(maxTimerMs - 1);
    expect(outcomes).toEqual([]);
    await clock.advance(1);
    expect(outcomes).toHaveLength(1);
  });

  it('that fires late because the process was held up gives the answer its time once more, and only once', async () => {
    const { clock, outcomes } = call(500);
    clock.jump(500 + lateMs + 1);
    await clock.advance(499);
    expect(outcomes).toEqual([]);
    clock.jump(60_000);
    await clock.advance(1);
    expect(outcomes).toEqual([{ ok: false, failure: timeout(500) }]);
  });

  it('that fires a little late is a deadline all the same', async () => {
    const { clock, outcomes } = call(500);
    clock.jump(500 + lateMs);
    await clock.advance(0);
    expect(outcomes).toEqual([{ ok: false, failure: timeout(500) }]);
  });

  it('that was given once more is taken back when the answer comes', async () => {
    const { answer, clock, outcomes } = call(500);
    clock.jump(60_000);
    await clock.advance(0);
    expect(clock.pending()).toHaveLength(1);
    answer.resolve('it lay in the socket');
    await clock.settle();
    expect([outcomes, clock.pending()]).toEqual([[{ ok: true, value: 'it lay in the socket' }], []]);
  });
});

describe('an error that is classified', () => {
  const unclassified: Failure = {
    severity: 'recoverable',
    scope: 'link',
    code: 'test.unclassified',
    message: 'The test adapter failed during send and its classifyFailure gave no usable Failure.',
  };

  it('is what the adapter says', () => {
    const adapter = { kind: 'test', classifyFailure: () => classified };
    expect(classifyWith(adapter, new Error('x'), 'send')).toEqual(classified);
  });

  it('is unclassified where the adapter throws or says what is no failure, and the error itself is left out', () => {
    const throwing = (): Failure => {
      throw new Error('token');
    };
    const garbage = (): Failure => JSON.parse('{"code":"token"}');
    for (const classifyFailure of [throwing, garbage]) {
      expect(classifyWith({ kind: 'test', classifyFailure }, new Error('token'), 'send')).toEqual(unclassified);
    }
  });
});
