import { type Outcome, outcome } from '@holdfast/testing';
import { defaultReconnectPolicy, type Failure, type ReconnectPolicy } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { type Running, startOn } from './onScriptedChannel.ts';

const failure = (changes: Partial<Failure>): Failure => ({
  severity: 'recoverable',
  scope: 'link',
  code: 'scripted.test',
  message: 'as scripted',
  ...changes,
});
const fail = (changes: Partial<Failure>): Outcome => outcome.fail(failure(changes));
const down = outcome.fail('down');
const revoked = fail({ severity: 'fatal', scope: 'auth' });
const misconfigured = fail({ severity: 'fatal', scope: 'config' });
const conflict = fail({ scope: 'conflict' });
const degraded = fail({ severity: 'degraded' });
const limited = fail({ scope: 'rate', retryAfterMs: 1_000 });

function connectionOf({ server }: Running) {
  const { connection } = server.actor.getSnapshot().children;
  if (!connection) throw new Error('The instance has no connection.');
  return connection;
}

/** The state of the connection, with those inside it. */
const stateOf = (running: Running): unknown => connectionOf(running).getSnapshot().value;

interface Row {
  readonly why: string;
  readonly connect: Outcome;
  readonly reconnect?: Partial<ReconnectPolicy>;
  readonly signals: readonly string[];
  /** Of the connection, inside `unlinked`. */
  readonly state: string;
  /** Of the instance. Default: none, it is connecting. */
  readonly substate?: string;
}

const announced = ['failure_counted', 'parked', 'error'];

describe('a first look', () => {
  const rows: readonly Row[] = [
    { why: 'revoked credentials', connect: revoked, signals: announced, state: 'parked', substate: 'unauthorized' },
    { why: 'a setting', connect: misconfigured, signals: announced, state: 'parked', substate: 'misconfigured' },
    {
      why: 'another consumer',
      connect: conflict,
      signals: ['parked', 'error'],
      state: 'conflicted',
      substate: 'conflict',
    },
    { why: 'what is refused', connect: degraded, signals: [], state: 'degraded', substate: 'waiting' },
    { why: 'anything else', connect: down, signals: ['reconnect_scheduled'], state: 'waiting', substate: 'waiting' },
  ];

  it.each(rows)('that fails for $why is signalled as such', async ({ connect, signals, state, substate }) => {
    const running = await startOn({ script: { connect: [connect] } });
    expect(running.names(1)).toEqual(['health_probe', 'disconnected', ...signals]);
    expect([stateOf(running), running.server.status().substate]).toEqual([{ unlinked: state }, substate]);
  });

  it('that hangs is one that fails', async () => {
    const running = await startOn({ script: { connect: [outcome.hang()] } });
    await running.clock.advance(defaultReconnectPolicy.connectTimeoutMs);
    expect(running.names(1)).toEqual(['health_probe', 'disconnected', 'reconnect_scheduled']);
  });
});

describe('a counted attempt', () => {
  const exhausted = ['reconnect_exhausted', 'failure_counted'];
  const rows: readonly Row[] = [
    { why: 'revoked credentials', connect: revoked, signals: announced, state: 'parked', substate: 'unauthorized' },
    {
      why: 'another consumer',
      connect: conflict,
      signals: ['parked', 'error'],
      state: 'conflicted',
      substate: 'conflict',
    },
    { why: 'what is refused', connect: degraded, signals: ['disconnected'], state: 'degraded', substate: 'waiting' },
    {
      why: 'a limit of rate',
      connect: limited,
      reconnect: { maxAttempts: 1 },
      signals: ['reconnect_scheduled'],
      state: 'waiting',
    },
    { why: 'anything else', connect: down, signals: ['reconnect_scheduled'], state: 'waiting' },
    {
      why: 'anything in a long outage',
      connect: down,
      reconnect: { suspendAfterMs: 250 },
      signals: ['suspended', 'reconnect_scheduled'],
      state: 'suspended',
      substate: 'suspended',
    },
    {
      why: 'anything, as the last',
      connect: down,
      reconnect: { maxAttempts: 1 },
      signals: [...exhausted, 'child_restarted', 'reconnect_scheduled'],
      state: 'waiting',
      substate: 'waiting',
    },
    {
      why: 'anything, as the last of the last outage',
      connect: down,
      reconnect: { maxAttempts: 1, maxRestarts: 0 },
      signals: [...exhausted, 'parked', 'error'],
      state: 'exhausted',
      substate: 'exhausted',
    },
  ];

  it.each(rows)('that fails for $why is signalled as such', async ({ substate = null, ...row }) => {
    const script = { connect: [down, row.connect] };
    const running = await startOn({ script }, { reconnect: row.reconnect ?? {} });
    await running.clock.advance(250);
    expect(running.names(4)).toEqual(['connecting', 'reconnect_attempt', 'reconnect_failed', ...row.signals]);
    expect([stateOf(running), running.server.status().substate]).toEqual([{ unlinked: row.state }, substate]);
  });

  it('that hangs is one that fails', async () => {
    const running = await startOn({ script: { connect: [down, outcome.hang()] } });
    await running.clock.advance(250 + defaultReconnectPolicy.connectTimeoutMs);
    expect(running.names(6)).toEqual(['reconnect_failed', 'reconnect_scheduled']);
    expect(running.events[6]?.metadata['reason']).toBe('timeout');
  });

  it.each([
    ['revoked credentials', revoked, { lastRestartClass: 'fatal', lastRestartReason: 'scripted.test' }],
    ['being the last', down, { lastRestartClass: 'recoverable', lastRestartReason: 'down' }],
  ])('that fails for %s counts as a restart', async (_, connect, last) => {
    const running = await startOn({ script: { connect: [down, connect] } }, { reconnect: { maxAttempts: 1 } });
    await running.clock.advance(250);
    expect(running.server.status()).toMatchObject({ restartCount: 1, ...last });
  });

  it('that is the last counts as a failure that names it', async () => {
    const running = await startOn({ script: { connect: [down, down] } }, { reconnect: { maxAttempts: 1 } });
    await running.clock.advance(250);
    const counted = running.events.find(({ name }) => name === 'instance.failure_counted');
    expect(counted?.metadata['reason']).toEqual(['reconnect_exhausted', 'down']);
  });
});
