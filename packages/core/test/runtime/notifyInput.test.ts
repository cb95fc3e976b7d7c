import { InvalidInputError, type Json, type JsonObject, type RestartClass } from 'holdfast';
import { describe, expect, it, vi } from 'vitest';
import { errorOf, startServer } from './running.ts';

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

const noJson: readonly (readonly [string, unknown])[] = [
  ['nothing at all', undefined],
  ['a function', () => 'x'],
  ['a symbol', Symbol('x')],
  ['a bigint', 10n],
  ['no number', Number.NaN],
  ['a date', new Date(0)],
  ['a map', new Map()],
  ['an object with a hole', { reason: undefined }],
  ['an object that holds itself', cyclic],
];

const json: readonly Json[] = [
  null,
  'timeout',
  '',
  0,
  -1.5,
  true,
  [],
  ['http_error', 503],
  { class: 'fatal', deep: [{}] },
];

describe('a reason', () => {
  it.each(json.map((reason) => [JSON.stringify(reason), reason] as const))(
    '%s becomes the last error as it is',
    (_, reason) => {
      const { server } = startServer();
      server.notifyFailure(reason);
      expect(server.status().lastError).toEqual(reason);
      server.notifyDisconnected(reason);
      expect(server.status().lastError).toEqual(reason);
      server.notifyRestartMarker('fatal', reason);
      expect(server.status().lastRestartReason).toEqual(reason);
    },
  );

  it('that is an error is kept by its name and message, and not by its stack or cause', () => {
    const { server } = startServer();
    server.notifyFailure(new TypeError('no route', { cause: new Error('canary') }));
    const kept = ['exception', { name: 'TypeError', message: 'no route' }];
    expect(server.status().lastError).toEqual(kept);
    server.notifyDisconnected(new RangeError('too far'));
    expect(server.status().lastError).toEqual(['exception', { name: 'RangeError', message: 'too far' }]);
  });

  it.each(noJson)('that is %s is refused, and nothing has changed', async (_, value) => {
    const { names, server } = startServer();
    const before = server.status();
    const reason = value as Json;
    const calls = [
      () => server.notifyFailure(reason),
      () => server.notifyRestartMarker('fatal', reason),
      // For these two, nothing at all means the default.
      ...(value === undefined
        ? []
        : [() => server.notifyDisconnected(reason), () => server.notifyReconnectAttempt(1, reason)]),
    ];
    for (const call of calls) {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(InvalidInputError);
      expect(error).toMatchObject({ problems: [{ path: 'reason', expected: 'a JSON value or an Error' }] });
    }
    expect(server.status()).toEqual(before);
    expect(names()).toEqual(['instance.started']);
  });

  it('that is left out is `unknown` for a disconnect, and leaves the last error for an attempt', () => {
    const { server } = startServer();
    server.notifyDisconnected();
    expect(server.status().lastError).toBe('unknown');
    server.notifyReconnectAttempt(1);
    expect(server.status()).toMatchObject({ lastError: 'unknown', reconnectAttempt: 1 });
    server.notifyReconnectAttempt(2, 'why');
    expect(server.status().lastError).toBe('why');
    server.notifyReconnectAttempt(3, null);
    expect(server.status().lastError).toBe('why');
  });
});

describe('the meta of a connection', () => {
  it('goes into the signal, over what every signal carries', () => {
    const { events, server } = startServer();
    server.notifyConnected({ version: '2', channelType: 'other', timestamp: 'then' });
    expect(events.at(-1)).toMatchObject({
      name: 'instance.connected',
      metadata: { instanceId: 'bot', version: '2', channelType: 'other', timestamp: 'then' },
    });
  });

  const noObject: readonly (readonly [string, unknown])[] = [
    ['a list', []],
    ['text', 'x'],
    ['null', null],
    ['a number', 7],
  ];

  it.each([...noJson.filter(([, value]) => value !== undefined), ...noObject])(
    'that is %s is refused, and nothing has changed',
    async (_, value) => {
      const { names, server } = startServer();
      const error = await errorOf(() => server.notifyConnected(value as JsonObject));
      expect(error).toMatchObject({ code: 'INVALID_INPUT', problems: [{ path: 'meta', expected: 'a JSON object' }] });
      expect(server.status()).toMatchObject({ status: 'starting', connectedAt: null });
      expect(names()).toEqual(['instance.started']);
    },
  );
});

describe('the number of an attempt', () => {
  it.each([0, 1, 1_000, Number.MAX_SAFE_INTEGER])('may be %d', (attempt) => {
    const { server } = startServer();
    server.notifyReconnectAttempt(attempt);
    expect(server.status().reconnectAttempt).toBe(attempt);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 'abc', '1', null, undefined, {}])(
    'may not be %o, and nothing has changed',
    async (value) => {
      const { server } = startServer();
      const before = server.status();
      const error = await errorOf(() => server.notifyReconnectAttempt(value as number));
      expect(error).toMatchObject({ problems: [{ path: 'attempt', expected: 'a whole number from 0' }] });
      expect(server.status()).toEqual(before);
    },
  );
});

describe('the class of a restart', () => {
  it.each(['recoverable', 'fatal'] as const)('may be %s', (restartClass) => {
    const { server } = startServer();
    server.notifyRestartMarker(restartClass, 'why');
    expect(server.status()).toMatchObject({
      restartCount: 1,
      lastRestartClass: restartClass,
      lastRestartReason: 'why',
    });
  });

  it.each(['degraded', 'FATAL', '', null, undefined, 1])('may not be %o, and nothing is counted', async (value) => {
    const { server } = startServer();
    const error = await errorOf(() => server.notifyRestartMarker(value as RestartClass, 'why'));
    expect(error).toMatchObject({ problems: [{ path: 'class', expected: '"recoverable" or "fatal"' }] });
    expect(server.status()).toMatchObject({ restartCount: 0, lastRestartClass: null, lastRestartReason: null });
  });
});

describe('every notification', () => {
  it('has taken effect when it returns', () => {
    const { server } = startServer();
    server.notifyConnecting();
    expect(server.status().status).toBe('connecting');
    server.notifyFailure('once');
    expect(server.status().consecutiveFailures).toBe(1);
    server.notifySuccess();
    expect(server.status().consecutiveFailures).toBe(0);
  });

  it('is ignored once the instance has stopped (V1)', async () => {
    const { names, server } = startServer();
    await server.stop();
    const before = names();
    const warned = vi.spyOn(console, 'warn').mockReturnValue();
    server.notifyConnecting();
    server.notifyConnected();
    server.notifyDisconnected('x');
    server.notifyFailure('x');
    server.notifySuccess();
    server.notifyReconnectAttempt(1);
    server.notifyRestartMarker('fatal', 'x');
    server.retry();
    expect(names()).toEqual(before);
    // The development build of XState warns of events that reach an actor which has stopped.
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });
});
