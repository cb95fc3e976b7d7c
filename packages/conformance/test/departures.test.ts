import type { JsonObject } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { departures } from '../src/departures.ts';
import type { ServerStep } from '../src/rules/serverStep.ts';
import { runOne, whereItFailed } from './run.ts';
import { initialStatus, type Seen, serverTrace, signal } from './serverTrace.ts';

async function play(...seen: Seen[]) {
  const result = await runOne('traces', serverTrace(seen));
  return { ...result, where: whereItFailed(result), used: Object.fromEntries(result.departures) };
}

const dead = { alive: false, exit_reason: 'x' };
const crash = (name: string): JsonObject => ({
  alive: false,
  exit_reason: ['crash', name],
  signals: [signal('stopped', { reason: ['crash', name] })],
});
const connected: Seen = {
  call: 'notify_connected',
  expect: {
    status: {
      status: 'connected',
      connected_at: 'present',
      consecutive_failures: 0,
      reconnect_attempt: 0,
      last_error: null,
    },
    connected_at_changed: true,
    signals: [signal('connected')],
  },
};
const restarted: Seen = {
  call: 'restart',
  expect: { returns: ['ok', 'pid'], status: initialStatus, signals: [signal('started', { name: 'Bot' })] },
};

describe('the table of departures', () => {
  it('names each row once and gives each a reason', () => {
    const ids = departures.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(departures.every(({ reason }) => reason.endsWith('.') && reason.length > 20)).toBe(true);
  });

  it.each([
    ['notify_connecting', []],
    ['notify_connected', [{}]],
    ['notify_disconnected', ['x']],
    ['notify_failure', ['x']],
    ['notify_success', []],
    ['notify_reconnect_attempt', [3, 'x']],
    ['notify_restart_marker', ['degraded', 'x']],
    ['status', []],
    ['health_snapshot', []],
    ['get_instance', []],
    ['whereis', ['bot']],
    ['status_by_name', ['bot']],
    ['start_duplicate', []],
    ['restart', []],
    ['stop', []],
    ['start_sender', [3]],
    ['stop_sender', []],
  ] as const)('has no row that touches what %s does', (call, args) => {
    for (const alive of [true, false]) {
      const state = { status: initialStatus, healthSnapshot: {} };
      const step: ServerStep = {
        call,
        args,
        ...state,
        returns: 'ok',
        signals: [],
        alive,
        connectedAtChanged: true,
        trace: { instanceModule: 'TestMessaging', instance: { id: 'bot' } },
        before: { ...state, alive: true, shownAttempt: 0 },
      };
      for (const row of departures) if (row.about === 'instance_server') expect(row.rule(step)).toBeUndefined();
    }
  });
});

describe('input that our types forbid', () => {
  it.each(['abc', 1.5, null, []] as const)(
    'is refused where the original stores the attempt %j and connects',
    async (attempt) => {
      const result = await play(
        {
          call: 'notify_reconnect_attempt',
          args: [attempt, 'bad'],
          expect: { status: { status: 'connecting', reconnect_attempt: attempt, last_error: 'bad' } },
        },
        { call: 'notify_failure', args: ['x'], expect: { status: { consecutive_failures: 1, last_error: 'x' } } },
        {
          call: 'status',
          expect: {
            returns: [
              'ok',
              {
                ...initialStatus,
                status: 'connecting',
                reconnect_attempt: attempt,
                consecutive_failures: 1,
                last_error: 'x',
              },
            ],
          },
        },
        connected,
        {
          call: 'notify_reconnect_attempt',
          args: [2],
          expect: { status: { status: 'connecting', reconnect_attempt: 2 } },
        },
      );
      expect(result.where).toBe('nowhere');
      expect(result.used).toEqual({ 'refused-attempt': 1, 'refused-attempt-not-shown': 2 });
    },
  );

  it('is refused where the original stores the attempt -1 and keeps its status', async () => {
    const result = await play(
      connected,
      { call: 'notify_reconnect_attempt', args: [-1, null], expect: { status: { reconnect_attempt: -1 } } },
      {
        call: 'notify_reconnect_attempt',
        args: [-2, 'x'],
        expect: { status: { reconnect_attempt: -2, last_error: 'x' } },
      },
      {
        call: 'notify_disconnected',
        args: [],
        expect: {
          status: { status: 'disconnected', last_error: 'unknown' },
          signals: [signal('disconnected', { reason: 'unknown' })],
        },
      },
    );
    expect(result.where).toBe('nowhere');
    expect(result.used).toMatchObject({ 'refused-attempt': 2 });
  });

  it('changes nothing where the original raises in its caller', async () => {
    const result = await play(
      { call: 'notify_reconnect_attempt', args: ['abc', 'x'], expect: { returns: { raises: 'FunctionClauseError' } } },
      { call: 'notify_connected', args: ['abc'], expect: { returns: { raises: 'BadMapError' } } },
      connected,
    );
    expect(result.where).toBe('nowhere');
  });

  it.each(['abc', 7, null, [['version', '1.0']]] as const)(
    'ends the original when the meta is %j; ours refuses it and is then stopped, so that both are gone',
    async (meta) => {
      const result = await play(
        connected,
        { call: 'notify_connected', args: [meta], expect: crash('BadMapError') },
        { call: 'whereis', args: ['bot'], expect: { returns: null, ...dead } },
        { call: 'notify_failure', args: ['x'], expect: dead },
        { call: 'notify_connected', args: ['abc'], expect: dead },
        { call: 'status', expect: { returns: { exits: 'noproc' }, ...dead } },
        restarted,
        connected,
      );
      expect(result.where).toBe('nowhere');
      expect(result.used).toEqual({ 'refused-meta': 2 });
    },
  );

  it('is refused where the original takes a meta that is no object', async () => {
    const taken = { ...connected, args: ['abc'] };
    const result = await play(taken, { call: 'notify_success' });
    expect(result.where).toBe('nowhere');
    expect(result.used).toEqual({ 'refused-meta': 1 });
  });
});

describe('what only a process knows', () => {
  it.each([
    { call: 'unknown_cast', args: ['what'], expect: crash('FunctionClauseError') },
    { call: 'unknown_call', args: [['what', 1]], expect: { returns: { exits: 'x' }, ...crash('FunctionClauseError') } },
    { call: 'info', args: ['what'], expect: crash('FunctionClauseError') },
  ])('$call ends the original and is ignored by ours', async (unknown) => {
    const result = await play(
      connected,
      unknown,
      { call: 'notify_failure', args: ['x'], expect: dead },
      { call: 'unknown_cast', args: ['more'], expect: dead },
      { call: 'unknown_call', args: ['more'], expect: { returns: { exits: 'noproc' }, ...dead } },
      { call: 'info', args: ['timeout'], expect: dead },
      { call: 'stop', expect: { returns: { exits: 'noproc' }, ...dead } },
      { call: 'get_instance', expect: { returns: { exits: 'noproc' }, ...dead } },
      restarted,
    );
    expect(result.where).toBe('nowhere');
    expect(result.used).toEqual({ 'unknown-message': 1 });
  });

  it('an answer to an unknown call is not compared', async () => {
    const result = await play(
      { call: 'unknown_call', args: ['x'], expect: { returns: ['error', 'unknown'] } },
      connected,
    );
    expect(result.where).toBe('nowhere');
    expect(result.used).toEqual({ 'unknown-message': 1 });
  });

  it('an unknown message that the original survives needs no departure', async () => {
    const result = await play({ call: 'info', args: ['hello'] }, { call: 'unknown_cast', args: [{ a: 1 }] }, connected);
    expect(result.where).toBe('nowhere');
    expect(result.used).toEqual({});
  });

  it.each(['shutdown', 'kill', ['boom', 1], null])(
    'the exit signal %j stops ours, which signals it',
    async (reason) => {
      const result = await play(connected, { call: 'exit', args: [reason], expect: dead }, restarted);
      expect(result.where).toBe('nowhere');
      expect(result.used).toEqual({ 'exit-signals-stopped': 1 });
    },
  );

  it.each(['normal', 'shutdown', ['shutdown', 'x'], 'boom', null])(
    'an orderly stop with %j signals it in both',
    async (reason) => {
      const stopped = { ...dead, signals: [signal('stopped', { reason })] };
      const result = await play(
        { call: 'gen_stop', args: [reason], expect: stopped },
        { call: 'exit', args: ['x'], expect: dead },
      );
      expect(result.where).toBe('nowhere');
      expect(result.used).toEqual({});
    },
  );
});

describe('a Sender beside the server', () => {
  it('outlives it, and is seen by the next one', async () => {
    const result = await play(
      { call: 'start_sender', args: [4], expect: { health_snapshot: { sender_queue_depth: 4 } } },
      { call: 'stop', expect: { ...dead, signals: [signal('stopped')] } },
      { ...restarted, expect: { ...restarted.expect, health_snapshot: { sender_queue_depth: 4 } } },
      { call: 'stop_sender', expect: { health_snapshot: { sender_queue_depth: 0 } } },
    );
    expect(result.where).toBe('nowhere');
  });

  it('may appear while there is no server', async () => {
    const result = await play(
      { call: 'stop', expect: { ...dead, signals: [signal('stopped')] } },
      { call: 'start_sender', args: [2], expect: dead },
      { ...restarted, expect: { ...restarted.expect, health_snapshot: { sender_queue_depth: 2 } } },
    );
    expect(result.where).toBe('nowhere');
  });
});
