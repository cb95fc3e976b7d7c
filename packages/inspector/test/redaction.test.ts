import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, createActor, createMachine } from 'xstate';
import { type Allow, createInspector, InspectorOptionError, type JsonObject } from '../src/index.ts';
import { isCredentialKey, withoutCredentials } from '../src/redaction/credentials.ts';
import { recordsOf } from './recordsOf.ts';

/** What is seen of a context under an allow-list. */
function shownOf(context: unknown, allow: Allow): JsonObject {
  const inspector = createInspector({ allow });
  createActor(createMachine({ id: 'm', context: context as object }), { inspect: inspector.inspect }).start();
  const [started] = recordsOf(inspector, 'started');
  expect(inspector.counts.failures).toBe(0);
  return started?.context ?? {};
}

describe('of a context', () => {
  const context = { user: { name: 'Ann', password: 'p' }, count: 3, list: [1, 2], note: 'text' };

  it('nothing leaves unless it is allowed', () => {
    expect(shownOf(context, {})).toEqual({});
  });

  it('what is allowed leaves, by path', () => {
    expect(shownOf(context, { context: ['user.name', 'count', 'missing', 'user.missing.more'] })).toEqual({
      'user.name': 'Ann',
      count: 3,
    });
  });

  it('a path may be allowed for numbers, codes or known terms only', () => {
    const values = {
      a: 5,
      b: 'five',
      c: 'telegram.409',
      d: 'my secret',
      e: 'timeout',
      f: [1, 2],
      g: ['http_error', 503],
      h: null,
    };
    const allow = {
      context: [
        { path: 'a', as: 'number' },
        { path: 'b', as: 'number' },
        ...['c', 'd', 'e', 'g', 'h', 'b'].map((path) => ({ path, as: 'code' }) as const),
        { path: 'f', as: 'number' },
      ],
    } as const;
    expect(shownOf(values, allow)).toEqual({
      a: 5,
      b: '[hidden]',
      c: 'telegram.409',
      d: '[hidden]',
      e: 'timeout',
      f: [1, 2],
      g: ['http_error', 503],
      h: null,
    });
  });

  it.each([
    ['timeout', 'term'],
    ['telegram.409', 'term'],
    ['mqtt.0x87', 'term'],
    ['telegram.econnreset', 'term'],
    ['holdfast.given_up', 'term'],
    ['xstate.error.actor.poller', 'term'],
    ['slack.is_archived', 'code'],
    ['hunter', 'none'],
    ['slack.is_archived.secret', 'none'],
    ['Telegram.409', 'none'],
    ['telegram.1234', 'code'],
    [1_234, 'none'],
  ])('%j is a %s', (value, kind) => {
    const shown = shownOf(
      { value, same: value },
      {
        context: [
          { path: 'value', as: 'term' },
          { path: 'same', as: 'code' },
        ],
      },
    );
    const hidden = '[hidden]';
    expect(shown).toEqual({ value: kind === 'term' ? value : hidden, same: kind === 'none' ? hidden : value });
  });

  it('nothing leaves of a chart that has only the id of one of Holdfast’s', () => {
    const inspector = createInspector();
    const context = { instance: { id: 'x', name: 'y' }, consecutiveFailures: 5, lastError: 'timeout' };
    const states = { starting: {}, connecting: {}, connected: {} };
    createActor(createMachine({ id: 'instance', context, initial: 'starting', states }), {
      inspect: inspector.inspect,
    }).start();
    expect(recordsOf(inspector, 'started')[0]?.context).toEqual({});
  });

  it('what has a credential’s name never leaves, even if all is allowed', () => {
    expect(shownOf(context, { context: true })).toMatchObject({ user: { name: 'Ann', password: '[credential]' } });
    expect(shownOf(context, { context: ['user.password', 'user'] })).toEqual({
      'user.password': '[credential]',
      user: { name: 'Ann', password: '[credential]' },
    });
  });

  it('only a change of what is shown is a change', () => {
    const inspector = createInspector({ allow: { context: ['n'] } });
    const machine = createMachine({
      id: 'm',
      context: { n: 0, other: 0 },
      on: {
        n: { actions: assign({ n: 1 }) },
        other: { actions: assign({ other: 1 }) },
        gone: { actions: assign({ n: undefined as never }) },
      },
    });
    const actor = createActor(machine, { inspect: inspector.inspect }).start();
    for (const type of ['other', 'n', 'n', 'nothing', 'gone']) actor.send({ type });
    expect(recordsOf(inspector, 'started')[0]?.context).toEqual({ n: 0 });
    expect(recordsOf(inspector, 'transition').map(({ context: shown }) => shown)).toEqual([
      null,
      null,
      { n: 1 },
      null,
      null,
      { n: null },
    ]);
  });
});

describe('of events, input and output', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: { a: { on: { go: 'b' } }, b: { type: 'final' } },
    output: { id: 1, secret: 's' },
  });

  function run(allow: Allow) {
    const inspector = createInspector({ allow });
    const actor = createActor(machine, { input: { size: 2, text: 'in' }, inspect: inspector.inspect }).start();
    actor.send({ type: 'go', amount: 7, note: 'n', token: 't' } as never);
    return {
      event: recordsOf(inspector, 'transition')[1]?.event,
      input: recordsOf(inspector, 'started')[0]?.input,
      output: recordsOf(inspector, 'ended')[0]?.output,
    };
  }

  it('only the type and the number of fields leave', () => {
    const nothing = { event: { type: 'go', hidden: 3 }, input: undefined, output: undefined };
    expect(run({})).toEqual(nothing);
    expect(run({ events: { go: [] }, input: [], output: [] })).toEqual(nothing);
    expect(Object.keys(run({ events: { go: [] } }).event ?? {})).toEqual(['type', 'hidden']);
  });

  it('fields leave as they are allowed', () => {
    expect(run({ events: { go: ['amount', 'token'] }, input: ['size'], output: ['id', 'secret'] })).toEqual({
      event: { type: 'go', fields: { amount: 7, token: '[credential]' }, hidden: 1 },
      input: { size: 2 },
      output: { id: 1, secret: '[credential]' },
    });
  });

  it('all may be allowed, and credentials are still not shown', () => {
    expect(run({ events: { go: true }, input: true, output: true })).toEqual({
      event: { type: 'go', fields: { amount: 7, note: 'n', token: '[credential]' }, hidden: 0 },
      input: { size: 2, text: 'in' },
      output: { id: 1, secret: '[credential]' },
    });
  });
});

describe('what is hostile', () => {
  const throwing = {
    get bad(): never {
      throw new Error('read');
    },
    toJSON(): never {
      throw new Error('json');
    },
    good: 1,
  };

  it('a getter is not run, and no `toJSON` is', () => {
    let runs = 0;
    const counting = {
      get seen() {
        runs += 1;
        return 'secret';
      },
      toJSON: () => {
        runs += 1;
        return {};
      },
    };
    expect(shownOf({ counting, throwing }, { context: ['counting', 'counting.seen', 'throwing'] })).toEqual({
      counting: { seen: '[getter]', toJSON: '[function]' },
      'counting.seen': '[getter]',
      throwing: { bad: '[getter]', toJSON: '[function]', good: 1 },
    });
    expect(runs).toBe(0);
  });

  it('a Proxy that throws is unreadable, and the actor lives on', () => {
    const trap = (): never => {
      throw new Error('trap');
    };
    const proxy = new Proxy({}, { get: trap, ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap });
    const { proxy: revoked, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(
      shownOf({ proxy, revoked, nested: { proxy } }, { context: ['proxy', 'proxy.a', 'revoked', 'nested'] }),
    ).toEqual({
      proxy: '[unreadable]',
      'proxy.a': '[unreadable]',
      revoked: '[unreadable]',
      nested: { proxy: '[unreadable]' },
    });
  });

  it('an event that cannot be read breaks neither the actor nor the records', () => {
    const inspector = createInspector({ allow: { events: { go: true } } });
    const actor = createActor(createMachine({ id: 'm', on: { go: {} } }), { inspect: inspector.inspect }).start();
    const trap = (): never => {
      throw new Error('trap');
    };
    actor.send(new Proxy({ type: 'go' }, { ownKeys: trap, getOwnPropertyDescriptor: trap }));
    actor.send({ type: 'go' });
    expect(actor.getSnapshot().status).toBe('active');
    expect(recordsOf(inspector, 'transition').map(({ event }) => event.type)).toEqual(['xstate.init', 'go', 'go']);
  });

  it('an error is shown by its name, an object of a class not at all, a cycle once', () => {
    class Handle {
      secret = 's';
    }
    const error = Object.assign(new RangeError('secret text'), { detail: 'secret' });
    const odd = Object.assign(new Error('x'), { name: 'a name with a secret' });
    const cycle: Record<string, unknown> = { n: 1 };
    cycle['self'] = cycle;
    const values = {
      handle: new Handle(),
      error,
      odd,
      cycle,
      map: new Map([['k', 'v']]),
      date: new Date(0),
      big: 1n,
      nan: Number.NaN,
    };
    expect(shownOf(values, { context: true })).toEqual({
      handle: '[object]',
      error: 'RangeError',
      odd: 'Error',
      cycle: { n: 1, self: '[circular]' },
      map: '[object]',
      date: '1970-01-01T00:00:00.000Z',
      big: '1n',
      nan: 'NaN',
    });
  });

  it('what is too deep, too long or too much is cut', () => {
    const inspector = createInspector({ allow: { context: true }, limits: { depth: 2, textLength: 5, entries: 6 } });
    const context = { deep: { deeper: { deepest: 1 } }, text: 'abcdefgh', list: [1, 2, 3, 4, 5] };
    createActor(createMachine({ id: 'm', context }), { inspect: inspector.inspect }).start();
    expect(recordsOf(inspector, 'started')[0]?.context).toEqual({
      deep: { 'deepe…': '[deeper]' },
      text: 'abcde…',
      list: [1, 2, '[more]'],
    });
  });

  it('anything at all comes out as plain, bounded JSON', () => {
    const anything = fc.dictionary(
      fc.string(),
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withSparseArray: true,
        withTypedArray: true,
      }),
    );
    const check = (context: Record<string, unknown>): void => {
      const shown = shownOf(context, { context: true });
      const text = JSON.stringify(shown);
      expect(JSON.parse(text)).toEqual(shown);
      expect(text.length).toBeLessThan(250_000);
    };
    fc.assert(fc.property(anything, check), { numRuns: 200 });
  });
});

describe('credentials', () => {
  it.each([
    ...['password', 'dbPassword', 'db_password', 'PASSWORD', 'accessToken', 'token', 'tokens', 'botToken', 'apiKey'],
    ...['api-key', 'API_KEY', 'x-api-key', 'privateKey', 'clientSecret', 'authorization', 'auth', 'credentials', 'sid'],
    ...['setCookie', 'sessionId', 'jwt', 'otp', 'pin', 'passphrase', 'signingKey', 'accesstoken', 'pwd', 'user.pass'],
  ])('"%s" is a name of theirs', (key) => {
    expect(isCredentialKey(key)).toBe(true);
  });

  it.each(['author', 'name', 'key', 'keyboard', 'passed', 'compass', 'pinned', 'spin', 'session', 'attempt', 'epoch'])(
    '"%s" is none',
    (key) => {
      expect(isCredentialKey(key)).toBe(false);
    },
  );

  it.each([
    ['of a bot', 'bot 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw failed', 'bot [credential] failed'],
    ['in an address', 'redis://ann:pw1234@host/0', 'redis://[credential]@host/0'],
    ['in a query', 'https://h/a?x=1&access_token=abc&y=2', 'https://h/a?x=1&access_token=[credential]&y=2'],
    ['of a header', 'Authorization: Bearer abc.def-123', 'Authorization: Bearer [credential]'],
    ['as a JSON Web Token', 'got eyJhbGciOi.eyJzdWIiOi.c2ln', 'got [credential]'],
    ['of Slack', 'with xoxb-1234567890-abcdef', 'with [credential]'],
  ])('are taken out of texts by their shape: %s', (_, text, clean) => {
    expect(withoutCredentials(text)).toBe(clean);
  });

  it('are found though the cut goes through them', () => {
    const context = { text: `${'x'.repeat(490)} 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw` };
    expect(JSON.stringify(shownOf(context, { context: true }))).not.toContain('AAHd');
  });
});

describe('options', () => {
  it.each([
    [{ allow: { context: 'all' } }, 'allow.context: expected true or a list of paths, got string.'],
    [{ allow: { context: ['a..b'] } }, 'allow.context: expected a path such as "instance.id", got "a..b".'],
    [
      { allow: { events: { go: ['__proto__.x'] } } },
      'allow.events.go: expected a path such as "instance.id", got "__proto__.x".',
    ],
    [
      { allow: { output: [{ path: 'a', as: 'all' }] } },
      'allow.output: expected one of any, number, code, term for a, got all.',
    ],
    [{ limits: { depth: 0 } }, 'limits.depth: expected a whole number of at least 1, got 0.'],
    [{ history: { records: 0 } }, 'history.records: expected a whole number of at least 1, got 0.'],
    [{ record: 'never' }, 'record: expected "always" or "viewed", got "never".'],
    [{ now: 5 }, 'now: expected a function that returns milliseconds, got number.'],
  ])('%j are refused, and it is said why', (options, message) => {
    const create = (): unknown => createInspector(options as never);
    expect(create).toThrow(InspectorOptionError);
    expect(create).toThrow(message);
  });
});
