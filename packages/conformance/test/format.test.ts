import { describe, expect, it } from 'vitest';
import { laidOver } from '../src/format/expectedState.ts';
import { ourEventName, withOurNames } from '../src/format/naming.ts';
import { Reader } from '../src/format/reader.ts';
import { readSenderTrace } from '../src/format/senderTrace.ts';
import { readTraceFile } from '../src/format/traceFile.ts';
import { readWorkerTrace } from '../src/format/workerTrace.ts';
import { recordedTrace } from './recordedTraces.ts';
import { runOne } from './run.ts';
import { serverTrace } from './serverTrace.ts';

describe('names', () => {
  it('known to both are converted at the top level, and nothing else is', () => {
    const meta = { instance_id: 'x', own_key: 1, nested: { instance_id: 'y' } };
    expect(withOurNames(meta)).toEqual({ instanceId: 'x', own_key: 1, nested: { instance_id: 'y' } });
  });

  it('of events lose the prefix and keep the underscores inside a segment', () => {
    expect(ourEventName(['jido_messaging', 'instance', 'reconnect_scheduled'])).toBe('instance.reconnect_scheduled');
    expect(ourEventName(['other', 'event'])).toBe('other.event');
  });
});

describe('laying what a step saw over what there was', () => {
  const before = {
    status: { status: 'starting', started_at: 'present', last_error: null },
    healthSnapshot: { status: 'starting', last_error: null, uptime_ms: 'present' },
  };

  it('changes the snapshot with the status, but for started_at', () => {
    const seen = { status: { status: 'connected', started_at: 'later' }, healthSnapshot: {} };
    expect(laidOver(before, seen)).toEqual({
      status: { status: 'connected', started_at: 'later', last_error: null },
      healthSnapshot: { status: 'connected', last_error: null, uptime_ms: 'present' },
    });
  });

  it('lets the snapshot have the last word about itself', () => {
    const seen = { status: { last_error: 'x' }, healthSnapshot: { last_error: 'y', sender_queue_depth: 3 } };
    expect(laidOver(before, seen).healthSnapshot).toMatchObject({ last_error: 'y', sender_queue_depth: 3 });
  });

  it('changes nothing when nothing was seen', () => {
    expect(laidOver(before, { status: {}, healthSnapshot: {} })).toEqual(before);
  });
});

describe('a file that is not of the format', () => {
  it.each([
    ['no JSON', '{"format": 1,', 'x.json: expected JSON'],
    ['a list', '[]', 'x.json: expected an object, received []'],
    ['another format', '{"format": 2, "traces": []}', 'x.json.format: expected 1, received 2'],
    ['no format', '{"traces": []}', 'x.json.format: expected 1, received nothing'],
    ['nothing to replay', '{"format": 1, "note": "empty"}', 'expected traces, scenarios or tables'],
    ['an unknown part', '{"format": 1, "movements": [1]}', 'x.json.movements: expected a part called'],
    [
      'an unknown kind',
      '{"format": 1, "traces": [{"kind": "walk"}]}',
      'x.json.traces[0].kind: expected instance_server',
    ],
    ['traces that are no list', '{"format": 1, "traces": {}}', 'x.json.traces: expected a list, received {}'],
  ])('is refused when it holds %s, with the place', (_, text, message) => {
    expect(() => readTraceFile(text, 'x.json')).toThrow(message);
  });

  it('may hold notes beside its parts', () => {
    expect(readTraceFile('{"format": 1, "recorded_with": "OTP 27", "jitter": []}', 'x.json')).toEqual([]);
  });
});

describe('a trace that is not of the format', () => {
  const trace = serverTrace([{ call: 'status' }]);

  it.each([
    ['has no steps', { ...trace, steps: 7 }, '.steps: expected a list, received 7'],
    ['has a step without a call', { ...trace, steps: [{}] }, '.steps[0].call: expected a string, received nothing'],
    ['has fewer expectations than steps', { ...trace, expect: [] }, '.expect: expected 1 entries, one a step'],
    ['has an odd flag', { ...trace, expect: [{ alive: 'no' }] }, '.alive: expected a boolean, received "no"'],
    ['has a call that nobody knows', { ...trace, steps: [{ call: 'dance' }] }, 'knows no call "dance"'],
    [
      'has a notification that nobody knows',
      { ...trace, steps: [{ call: 'notify_joy' }] },
      'knows no call "notify_joy"',
    ],
    ['leaves out an argument', { ...trace, steps: [{ call: 'notify_failure' }] }, 'argument that has no default'],
  ])('fails when it %s, and says so', async (_, broken, message) => {
    const result = await runOne('traces', broken);
    expect(result.outcome).toBe('failed');
    expect(result.failure?.difference.got).toContain(message);
  });

  it('of a worker names what it found in the timeline', () => {
    const worker = recordedTrace('reconnect_worker.json', 'healthy');
    const broken = { ...worker, timeline: [{ type: 'dream' }] };
    expect(() => readWorkerTrace(new Reader(broken, 'w'))).toThrow('w.timeline[0].type: expected probe, telemetry');
    const script = { ...worker, script: [{ sings: 1 }] };
    expect(() => readWorkerTrace(new Reader(script, 'w'))).toThrow('w.script[0]: expected one of returns');
  });

  it('of a Sender names what it found in the timeline', () => {
    const sender = recordedTrace('sender.json', 'deliver_one');
    expect(() => readSenderTrace(new Reader({ ...sender, returns: [] }, 's'))).toThrow('s.returns: expected 7 entries');
    expect(() => readSenderTrace(new Reader({ ...sender, timeline: [{ type: 'dream' }] }, 's'))).toThrow(
      's.timeline[0].type',
    );
    const summary = { type: 'summary', events: [['queued']] };
    expect(() => readSenderTrace(new Reader({ ...sender, timeline: [summary] }, 's'))).toThrow(
      'expected [name, count]',
    );
  });
});

describe('the timeline of a worker', () => {
  it('that is cut off ends with what there is', () => {
    const recorded = recordedTrace('reconnect_worker.json', 'healthy');
    const cut = { ...recorded, timeline: [{ type: 'probe', at_ms: 20, result: { returns: 'ok' } }] };
    const { groups } = readWorkerTrace(new Reader(cut, 'w'));
    expect(groups).toMatchObject([{ atMs: 20, exitReason: null, nextAtMs: null, actions: [] }]);
  });

  it('is gathered into the instants in which the worker did something', () => {
    const { groups } = readWorkerTrace(new Reader(recordedTrace('reconnect_worker.json', 'exhausted_max1'), 'w'));
    expect(groups.map(({ atMs, phaseBefore }) => [atMs, phaseBefore])).toEqual([
      [20, 'starting'],
      [25, 'reconnecting'],
    ]);
    expect(groups.at(-1)?.exitReason).toEqual(['shutdown', 'reconnect_exhausted']);
  });
});
