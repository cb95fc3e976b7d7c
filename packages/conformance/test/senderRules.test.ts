import type { Json, JsonObject } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { runOne, whereItFailed } from './run.ts';

interface Step {
  readonly call: string;
  readonly args?: readonly Json[];
  readonly steps?: readonly Step[];
}

describe('a Sender', () => {
  const trace = (
    steps: readonly (readonly [Step, Json])[],
    timeline: readonly JsonObject[],
    script: JsonObject = {},
  ) => ({
    name: 'made up',
    kind: 'sender',
    instance_module: 'TestMessaging',
    instance_id: 's',
    opts: { base_backoff_ms: 50, max_backoff_ms: 50 },
    instance_server: false,
    script,
    steps: steps.map(([step]) => ({ ...step })),
    returns: steps.map(([, returns]) => returns),
    timeline,
  });
  const enqueue = (id: string, room: string, metadata?: JsonObject): Step => ({
    call: 'enqueue',
    args: metadata ? [id, room, id, metadata] : [id, room, id],
  });
  const told = (name: string, [message, job]: readonly [string, number], more: JsonObject = {}): JsonObject => ({
    type: 'telemetry',
    signal: {
      event: ['jido_messaging', 'delivery', name],
      measurements: { timestamp: 'present' },
      metadata: {
        correlation_id: message,
        instance_id: 's',
        instance_module: 'TestMessaging',
        job_id: `job_${job}`,
        message_id: message,
        timestamp: 'present',
        ...more,
      },
    },
  });
  const sent = (message: string, room: string): JsonObject => ({ type: 'send_message', args: [room, message, []] });
  const delivered = (message: string, room: string, job: number): JsonObject[] => [
    told('attempt', [message, job], { attempt: 1 }),
    sent(message, room),
  ];
  const retried = (message: string, job: number): JsonObject =>
    told('retry_scheduled', [message, job], { attempt: 1, reason: 'timeout', next_in_ms: { range: [50, 60] } });
  const failsOnce = { m1: [{ returns: ['error', 'timeout'] }] };
  const idle: readonly [Step, Json] = [{ call: 'await_idle' }, null];

  it('counts a message that waits for its retry', async () => {
    const steps = [
      [enqueue('m1', 'r'), ['ok', 'job_1']],
      [{ call: 'queue_size' }, 0],
      [{ call: 'wait_ms', args: [1] }, null],
      [{ call: 'queue_size' }, 0],
      idle,
      [{ call: 'queue_size' }, 0],
    ] as const;
    const timeline = [
      told('queued', ['m1', 1]),
      ...delivered('m1', 'r', 1),
      retried('m1', 1),
      told('attempt', ['m1', 1], { attempt: 2 }),
      sent('m1', 'r'),
    ];
    const result = await runOne('traces', trace(steps, timeline, failsOnce));
    expect(whereItFailed(result)).toBe('nowhere');
    expect([...result.departures.keys()]).toEqual(['sender-has-an-instance', 'waiting-counts-as-queued']);
  });

  it('lets another conversation go on while one waits', async () => {
    const steps = [[enqueue('m1', 'r'), ['ok', 'job_1']], [enqueue('m2', 'q'), ['ok', 'job_2']], idle] as const;
    const timeline = [
      told('queued', ['m1', 1]),
      ...delivered('m1', 'r', 1),
      retried('m1', 1),
      told('queued', ['m2', 2]),
      ...delivered('m2', 'q', 2),
      told('attempt', ['m1', 1], { attempt: 2 }),
      sent('m1', 'r'),
    ];
    const result = await runOne('traces', trace(steps, timeline, failsOnce));
    expect(whereItFailed(result)).toBe('nowhere');
    expect([...result.departures.keys()]).toEqual(['sender-has-an-instance']);
  });

  it('lets conversations of one burst take turns, each job with its own story', async () => {
    const burst = { call: 'burst', steps: [enqueue('a', 'r'), enqueue('b', 'r'), enqueue('c', 'q')] };
    const steps = [
      [
        burst,
        [
          ['ok', 'job_1'],
          ['ok', 'job_2'],
          ['ok', 'job_3'],
        ],
      ],
      idle,
    ] as const;
    const queued = [told('queued', ['a', 1]), told('queued', ['b', 2]), told('queued', ['c', 3])];
    const stories = [...delivered('a', 'r', 1), ...delivered('b', 'r', 2), ...delivered('c', 'q', 3)];
    const result = await runOne('traces', trace(steps, [...queued, ...stories]));
    expect(whereItFailed(result)).toBe('nowhere');
    expect(result.departures.get('conversations-take-turns')).toBe(1);
    const wrong = await runOne(
      'traces',
      trace(steps, [...queued, ...stories, told('attempt', ['b', 2], { attempt: 2 })]),
    );
    expect(whereItFailed(wrong)).toBe('timeline / job_2[2]');
  });

  it('takes null for no key', async () => {
    const nullKey = { idempotency_key: null };
    const steps = [
      [enqueue('m1', 'r', nullKey), ['ok', 'job_1']],
      [enqueue('m2', 'r', nullKey), ['ok', 'job_2']],
      idle,
      [{ call: 'has_been_sent', args: ['m1'] }, false],
      [{ call: 'queue_size' }, 0],
    ] as const;
    const skipped = told('skipped_duplicate', ['m2', 2], { external_message_id: 'ext-m1', idempotency_key: null });
    const timeline = [told('queued', ['m1', 1]), ...delivered('m1', 'r', 1), told('queued', ['m2', 2]), skipped];
    const result = await runOne('traces', trace(steps, timeline));
    expect(whereItFailed(result)).toBe('nowhere');
    expect(result.departures.get('null-key-is-no-key')).toBe(1);
  });

  it('answers a burst of n with what it accepted', async () => {
    const returns = { ok: 3, queue_full: 0, first_rejected_index: null, queue_size_after_last: 3 };
    const summary = {
      type: 'summary',
      events: [
        ['queued', 3],
        [
          'repeat',
          3,
          [
            ['attempt', 1],
            ['send_message', 1],
          ],
        ],
      ],
    };
    const steps = [[{ call: 'burst_n', args: [3] }, returns], idle] as const;
    expect(whereItFailed(await runOne('traces', trace(steps, [summary])))).toBe('nowhere');
    const shorter = { ...summary, events: [['queued', 2]] };
    expect(whereItFailed(await runOne('traces', trace(steps, [shorter])))).toBe('timeline / timeline[2]');
  });

  it('fails at a step that nobody knows', async () => {
    const result = await runOne('traces', trace([[{ call: 'dance' }, null]], []));
    expect(result.failure?.difference.got).toContain('knows no step "dance"');
  });
});
