import type { Json, JsonObject } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { isObject } from '../src/format/reader.ts';
import { recordedTrace } from './recordedTraces.ts';
import { run, runOne, whereItFailed } from './run.ts';

describe('failure classes', () => {
  it.each([
    [['http_error', 429], 'retry-later-class'],
    [['http_status', 408], 'retry-later-class'],
    ['econnreset', 'retry-later-class'],
    [{ reason: 'etimedout' }, 'retry-later-class'],
    ['whatever', 'unknown-class'],
    [['timeout', 1, 2], 'unknown-class'],
    [['http_error', 302], 'unknown-class'],
    [{ class: 'bogus' }, 'unknown-class'],
    [{ class: 'bogus', reason: ['throw', 1] }, 'unknown-class'],
    [3.5, 'unknown-class'],
  ])('%j is fatal to the original and recoverable for us', async (reason, row) => {
    const result = await runOne('classify_failure', { reason, class: 'fatal' });
    expect([result.outcome, [...result.departures.keys()]]).toEqual(['passed', [row]]);
  });

  it.each([
    ['unauthorized'],
    [['invalid_request', 'x']],
    [['http_error', 401]],
    [{ class: 'fatal' }],
    [{ reason: ['http_status', 404] }],
  ])('%j is fatal to both', async (reason) => {
    const result = await runOne('classify_failure', { reason, class: 'fatal' });
    expect([result.outcome, result.departures.size]).toEqual(['passed', 0]);
  });

  it.each([['timeout'], [['exception', {}]], [['http_error', 500]], ['unsupported'], [{ class: 'degraded' }]])(
    'no departure makes up for a row that says of %j what the original never said',
    async (reason) => {
      const result = await runOne('classify_failure', { reason, class: 'fatal' });
      expect([result.outcome, result.departures.size]).toEqual(['failed', 0]);
    },
  );
});

describe('worker settings with a key in both forms', () => {
  const effective = {
    max_reconnect_attempts: 5,
    probe_interval_ms: 7,
    reconnect_base_backoff_ms: 250,
    reconnect_jitter_ratio: 0.2,
    reconnect_max_backoff_ms: 5_000,
  };
  const both = (atom: Json, text: Json) => ({
    adapter: null,
    settings_atom_keys: { probe_interval_ms: atom },
    settings_string_keys: { probe_interval_ms: text },
    effective,
  });

  it('hold for the form that the original reads, and for no third value', async () => {
    const results = await run('worker_config', [both(7, 9), both(9, 7), both(8, 9)]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'failed']);
  });
});

describe('jitter', () => {
  it('is sampled as widely as the original was', async () => {
    const row = { base_ms: 1_000, max_ms: 5_000, ratio: 0.5, attempt: 1, range: [500, 1_500] };
    const observed = { samples: 200, min: 500, max: 1_500, distinct: 182 };
    const [enough, tooFew] = await run('jitter', [
      { ...row, observed },
      { ...row, observed: { ...observed, distinct: 1_001 } },
    ]);
    expect(enough?.outcome).toBe('passed');
    expect(tooFew?.failure?.difference.path).toBe('distinct delays');
  });
});

describe('a worker', () => {
  /** The timeline of a worker that gives up at its first look. */
  const givingUp = (reason: Json): JsonObject => {
    const recorded = recordedTrace('reconnect_worker.json', 'fatal_probe');
    const text = JSON.stringify(recorded).replaceAll(
      JSON.stringify(['invalid_request', 'bad token']),
      JSON.stringify(reason),
    );
    const trace: Json = JSON.parse(text);
    return isObject(trace) ? trace : {};
  };

  it.each([
    [['invalid_request', 'other'], ['fatal-parks']],
    [['http_error', 403], ['fatal-parks']],
    [['http_error', 429], ['retry-later-goes-on']],
    ['econnreset', ['retry-later-goes-on']],
    ['who knows', ['unknown-goes-on']],
  ])('that the original gives up because of %j parks or goes on', async (reason, rows) => {
    const result = await runOne('traces', givingUp(reason));
    expect(whereItFailed(result)).toBe('nowhere');
    const general = ['worker-has-its-children', 'first-attempt-at-once'];
    expect([...result.departures.keys()]).toEqual([...general, ...rows]);
  });

  it('does not give up because of a reason that the original knows to be recoverable', async () => {
    const result = await runOne('traces', givingUp('timeout'));
    expect(whereItFailed(result)).toMatch(/instant 0 .*failureClass$/);
  });

  it.each(['closed', ['ok', 'info'], 42])('takes the odd answer %j for a failure and stays', async (value) => {
    const recorded = recordedTrace('reconnect_worker.json', 'invalid_return_crashes_worker');
    const timeline = [
      { type: 'probe', at_ms: 20, result: { returns: value } },
      { type: 'worker_exit', reason: ['crash', 'CaseClauseError'] },
    ];
    const result = await runOne('traces', { ...recorded, script: [{ returns: value }], timeline });
    expect(whereItFailed(result)).toBe('nowhere');
    expect(result.departures.get('garbage-is-contained')).toBe(1);
  });

  it('with an adapter that cannot check is skipped', async () => {
    const { outcome } = await runOne('traces', recordedTrace('reconnect_worker.json', 'adapter_without_check_health'));
    expect(outcome).toBe('skipped');
  });
});

describe('a scenario of the supervisor', () => {
  it('that the runner does not play is skipped, and counted', async () => {
    const result = await runOne('scenarios', { name: 'storm', kind: 'supervisor', winds: 7 });
    expect([result.outcome, result.departures.get('scenario-not-played')]).toEqual(['skipped', 1]);
  });

  it.each([
    ['starting', { server_status: 'connected' }, 'server_status'],
    ['starting', { missing_name: 'ok' }, 'missing_name'],
    ['starting', { weather: 'fine' }, 'weather'],
    ['stop_instance_order', { count_after: 1 }, 'count_after'],
    ['stop_instance_order', { status_after: 'ok' }, 'status_after'],
    ['child_health_summary_shapes', { no_subtree: { status: 'ok' } }, 'no_subtree.status'],
  ] as const)('%s with the wrong fact %j fails', async (name, fact, path) => {
    const result = await runOne('scenarios', { name, kind: 'supervisor', ...fact });
    expect(result.outcome).toBe('failed');
    expect(result.failure?.difference.path).toBe(path);
  });
});
