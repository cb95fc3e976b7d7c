import { describe, expect, it } from 'vitest';
import { valueDifference } from '../src/difference.ts';
import type { Signal } from '../src/format/traces.ts';
import { Ledger, MismatchError } from '../src/ledger.ts';
import { returnDifference, signalsDifference, snapshotDifference } from '../src/observed.ts';

describe('two values', () => {
  it.each([
    [
      { a: 1, b: [null, 'x'] },
      { b: [null, 'x'], a: 1 },
    ],
    [0, -0],
    [[], []],
  ])('%j and %j are the same', (expected, got) => {
    expect(valueDifference(expected, got, 'v')).toBeUndefined();
  });

  it.each([
    [{ a: 1 }, { a: 1, b: 2 }, { path: 'v.b', expected: undefined, got: 2 }],
    [{ a: 1, b: 2 }, { a: 1 }, { path: 'v.b', expected: 2, got: undefined }],
    [{ a: { b: [1, 2] } }, { a: { b: [1, 3] } }, { path: 'v.a.b[1]', expected: 2, got: 3 }],
    [[1], [1, 2], { path: 'v', expected: [1], got: [1, 2] }],
    [[1], 1, { path: 'v', expected: [1], got: 1 }],
    [{ a: 1 }, [1], { path: 'v', expected: { a: 1 }, got: [1] }],
    ['1', 1, { path: 'v', expected: '1', got: 1 }],
    [null, undefined, { path: 'v', expected: null, got: undefined }],
  ])('%j and %j differ, and where', (expected, got, difference) => {
    expect(valueDifference(expected, got, 'v')).toEqual(difference);
  });
});

describe('a snapshot', () => {
  it('may have fields that the original has not, and must have those that it has', () => {
    expect(snapshotDifference({ last_error: null }, { lastError: null, substate: 'healthy' }, 's')).toBeUndefined();
    expect(snapshotDifference({ last_error: null }, { substate: 'healthy' }, 's')).toMatchObject({
      path: 's.lastError',
    });
  });

  it('shows a time as a number and none as null', () => {
    expect(snapshotDifference({ connected_at: 'present' }, { connectedAt: 17 }, 's')).toBeUndefined();
    expect(snapshotDifference({ connected_at: 'present' }, { connectedAt: null }, 's')).toBeDefined();
    expect(snapshotDifference({ connected_at: null }, { connectedAt: 17 }, 's')).toBeDefined();
  });

  it('shows an uptime as a whole number from 0', () => {
    expect(snapshotDifference({ uptime_ms: 'present' }, { uptimeMs: 0 }, 's')).toBeUndefined();
    for (const uptimeMs of [-1, 0.5, '1', null]) {
      expect(snapshotDifference({ uptime_ms: 'present' }, { uptimeMs }, 's')).toBeDefined();
    }
  });

  it('takes the word "present" for itself where no time can be', () => {
    expect(snapshotDifference({ last_error: 'present' }, { lastError: 17 }, 's')).toBeDefined();
  });
});

describe('signals', () => {
  const signal: Signal = {
    event: ['jido_messaging', 'instance', 'connected'],
    measurements: { timestamp: 'present' },
    metadata: { instance_id: 'bot', timestamp: 'present' },
  };
  const event = {
    name: 'instance.connected' as const,
    measurements: { timestamp: 5 },
    metadata: { instanceId: 'bot', timestamp: 5 },
  };

  it('have one time stamp in both places', () => {
    expect(signalsDifference([signal], [event])).toBeUndefined();
    const other = { ...event, metadata: { ...event.metadata, timestamp: 6 } };
    expect(signalsDifference([signal], [other])?.path).toContain('metadata.timestamp');
  });

  it('may carry another one in their metadata when a meta has put it there', () => {
    const overridden = { ...signal, metadata: { ...signal.metadata, timestamp: 42 } };
    const metadata = { ...event.metadata, timestamp: 42 };
    expect(signalsDifference([overridden], [{ ...event, metadata }])).toBeUndefined();
  });

  it('have no key more and none less, in their measurements and in their metadata', () => {
    const changes = [
      { ...event, metadata: { ...event.metadata, more: 1 } },
      { ...event, metadata: { timestamp: 5 } },
      { ...event, measurements: { timestamp: 5, more: 1 } },
      { ...event, measurements: {} },
    ];
    for (const changed of changes) expect(signalsDifference([signal], [changed])).toBeDefined();
  });

  it('come in one order', () => {
    const failed = { ...event, name: 'instance.error' as const };
    expect(signalsDifference([signal], [failed, event])?.path).toBe('signals[0]');
    expect(signalsDifference([signal], [event, failed])?.path).toBe('signals[1]');
    expect(signalsDifference([signal, signal], [event])?.got).toBe('no further signal');
  });
});

describe('what a call returned', () => {
  it('is a snapshot inside an ok', () => {
    expect(returnDifference(['ok', { last_error: 'x' }], ['ok', { lastError: 'x', ready: true }])).toBeUndefined();
    expect(returnDifference(['ok', { last_error: 'x' }], ['ok', { lastError: 'y' }])?.path).toBe(
      'returns[1].lastError',
    );
  });

  it('is the one typed error for whatever exception the original raises', () => {
    expect(returnDifference({ raises: 'FunctionClauseError' }, { raises: 'InvalidInputError' })).toBeUndefined();
    expect(returnDifference({ raises: 'FunctionClauseError' }, 'ok')).toBeDefined();
    expect(returnDifference('ok', { raises: 'InvalidInputError' })).toBeDefined();
  });
});

describe('the ledger', () => {
  it('throws the first difference with the step that it is at, and counts what held', () => {
    const ledger = new Ledger();
    ledger.at('step 3');
    ledger.expectEqual('alive', true, true);
    expect(ledger.compared).toBe(1);
    expect(() => ledger.expectEqual('alive', true, false)).toThrow(MismatchError);
    expect(() => ledger.expectEqual('alive', true, false)).toThrow('step 3: alive differs');
    expect(ledger.compared).toBe(1);
  });
});
