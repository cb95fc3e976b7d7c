import type { JsonObject } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { leavesOf, type Path, recordedTrace, withOther } from './recordedTraces.ts';
import { run, runOne, whereItFailed } from './run.ts';

/** Changes each place of an expectation in turn; names those whose change goes unnoticed. */
async function unnoticed(
  trace: JsonObject,
  roots: readonly string[],
  isCompared: (path: Path) => boolean,
): Promise<string[]> {
  const paths = roots.flatMap((root) => leavesOf(trace[root], [root])).filter(isCompared);
  const results = await run(
    'traces',
    paths.map((path) => withOther(trace, path)),
  );
  expect(paths.length).toBeGreaterThan(0);
  return paths.filter((_, index) => results[index]?.outcome !== 'failed').map((path) => path.join('.'));
}

/** There is no reason of a process's end here; where there is a signal, it has it. */
const isNoExitReason = (path: Path): boolean => path.at(-1) !== 'exit_reason';

describe('a wrong expectation fails', () => {
  it.each([
    'stop/then_calls',
    'sender/depth_in_health',
    'meta/overrides_all_base',
    'duplicate/start',
    'lookup/status_by_name',
  ])('wherever it is in %s', async (name) => {
    const trace = recordedTrace('instance_server.scripted.json', name);
    expect(await unnoticed(trace, ['initial', 'expect'], isNoExitReason)).toEqual([]);
  });

  it('wherever it is in a walk, recorded as deltas', async () => {
    const trace = recordedTrace('instance_server.walks.json', 'walk/2');
    expect(await unnoticed(trace, ['expect'], isNoExitReason)).toEqual([]);
  });

  it('wherever a signal or a final status is in the timeline of a worker', async () => {
    const trace = recordedTrace('reconnect_worker.json', 'recoverable_twice_then_success');
    // What follows is a healthy probe of a live link, which is quiet here.
    const lastCompared = 18;
    const isSignal = (path: Path): boolean =>
      Number(path[1]) < lastCompared && (path.includes('signal') || path.includes('signals'));
    expect(await unnoticed(trace, ['timeline'], isSignal)).toEqual([]);
  });

  it('when a call of a worker comes a millisecond earlier or later', async () => {
    const trace = recordedTrace('reconnect_worker.json', 'exhausted_max3');
    const isLaterTime = (path: Path): boolean => path.at(-1) === 'at_ms' && path.length === 3 && Number(path[1]) > 0;
    expect(await unnoticed(trace, ['timeline'], isLaterTime)).toEqual([]);
  });

  it('wherever it is in what a Sender returns or signals', async () => {
    const trace = recordedTrace('sender.json', 'gives_up_after_max');
    const isCompared = (path: Path): boolean => !path.includes('result') && !path.includes('range');
    const isOption = (path: Path): boolean => path.includes('args') && path.at(-1) === 2;
    expect(await unnoticed(trace, ['returns', 'timeline'], (path) => isCompared(path) && !isOption(path))).toEqual([]);
  });

  it('when a delay is outside its range', async () => {
    const trace = recordedTrace('sender.json', 'fail_once_then_ok');
    const path = leavesOf(trace['timeline'], ['timeline']).find((each) => each.includes('range'));
    expect(path).toBeDefined();
    const result = await runOne('traces', withOther(trace, path ?? []));
    expect(whereItFailed(result)).toContain('delivery.retry_scheduled.metadata.nextInMs');
  });

  it.each([
    ['classify_failure', { reason: 'timeout', class: 'fatal' }, 'class'],
    ['classify_failure', { reason: ['http_error', 503], class: 'fatal' }, 'class'],
    ['classify_failure', { reason: ['invalid_request', 'bad'], class: 'recoverable' }, 'class'],
    ['classify_failure', { reason: 'unsupported', class: 'recoverable' }, 'class'],
    [
      'worker_config',
      { settings: {}, adapter: null, effective: { probe_interval_ms: 1 } },
      'effective.probe_interval_ms',
    ],
    ['jitter', { base_ms: 10, max_ms: 100, ratio: 0.5, attempt: 1, range: [5, 16] }, 'longest delay'],
    ['jitter', { base_ms: 10, max_ms: 100, ratio: 0.5, attempt: 1, range: [4, 15] }, 'shortest delay'],
  ] as const)('in the table %s', async (table, row, path) => {
    const result = await runOne(table, row);
    expect(result.failure?.difference.path).toBe(path);
  });

  it('when ours signals one thing more', async () => {
    const trace = recordedTrace('instance_server.scripted.json', 'meta/plain');
    const [expected] = trace['expect'] as readonly JsonObject[];
    const result = await runOne('traces', { ...trace, expect: [{ ...expected, signals: [] }] });
    expect(whereItFailed(result)).toMatch(/step 0 notify_connected.* \/ signals\[0\]$/);
    expect(result.failure?.difference.expected).toBe('no further signal');
  });

  it('when ours signals one thing less', async () => {
    const trace = recordedTrace('instance_server.scripted.json', 'stop/emits_once');
    const [connected, stopped] = trace['expect'] as readonly JsonObject[];
    const [signal] = (stopped?.['signals'] ?? []) as readonly JsonObject[];
    const twice = { ...stopped, signals: [signal ?? null, signal ?? null] };
    const result = await runOne('traces', { ...trace, expect: [connected ?? null, twice] });
    expect(result.failure?.difference).toMatchObject({ path: 'signals[1]', got: 'no further signal' });
  });
});
