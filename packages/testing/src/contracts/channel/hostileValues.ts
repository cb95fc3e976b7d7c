/** What a channel's callers, libraries and peers may reject with one day. Made anew at each call. */
export function hostileValues(): readonly (readonly [title: string, value: unknown])[] {
  return [
    ['undefined', undefined],
    ['null', null],
    ['an empty string', ''],
    ['a string', 'ECONNRESET'],
    ['a string of 1,000,000 characters', 'x'.repeat(1_000_000)],
    ['a lone surrogate', '\ud800'],
    ['a number', 42],
    ['NaN', Number.NaN],
    ['a bigint', 10n],
    ['a boolean', false],
    ['a symbol', Symbol('odd')],
    ['a function', () => 'called'],
    ['a class', class Odd {}],
    ['an empty object', {}],
    ['an object without prototype', Object.create(null)],
    ['a frozen object', Object.freeze({ status: 500 })],
    ['a list', [1, [2, [3]]]],
    ['a Map', new Map([['status', 500]])],
    ['a Date that is none', new Date(Number.NaN)],
    ['an object that looks like an HTTP error', { status: 401, statusCode: 401, response: { status: 401 } }],
    ['an object that looks half like a Failure', { severity: 'fatal', scope: 'nowhere', code: '', message: 7 }],
    ['an object with a key __proto__', JSON.parse('{"__proto__":{"severity":"fatal"}}')],
  ];
}

export function errorValues(): readonly (readonly [title: string, value: unknown])[] {
  return [
    ['an Error', new Error('odd')],
    ['a frozen Error', Object.freeze(new TypeError('odd'))],
    ['an Error without a message', new Error()],
    ['an Error whose message is a number', Object.assign(new Error('x'), { message: 7 })],
    ['an Error whose code is an object', Object.assign(new Error('x'), { code: { deep: true } })],
    ['an Error with a system code', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104 })],
    ['an Error caused by itself', selfCaused()],
    ['an AggregateError', new AggregateError([new Error('a'), 'b', undefined], 'many')],
    ['an abort', new DOMException('aborted', 'AbortError')],
    ['a timeout', new DOMException('timed out', 'TimeoutError')],
    ['an Error without a stack', Object.assign(new Error('x'), { stack: undefined })],
  ];
}

export function cyclicValues(): readonly (readonly [title: string, value: unknown])[] {
  const object: Record<string, unknown> = { status: 500 };
  object['self'] = object;
  const list: unknown[] = [];
  list.push(list);
  const error = Object.assign(new Error('cyclic'), { response: object });
  let deep: unknown = 'ground';
  for (let level = 0; level < 20_000; level += 1) deep = [deep];
  return [
    ['an object in itself', object],
    ['a list in itself', list],
    ['an Error with such an object', error],
    ['20,000 lists, each in the next', deep],
  ];
}

/** Reading a property of these throws, or using what is read as a text; asking for their prototype does not. */
export function throwingValues(): readonly (readonly [title: string, value: unknown])[] {
  const fail = (): never => {
    throw new Error('read');
  };
  const getter = { get: fail, enumerable: true };
  const names = ['name', 'message', 'code', 'status', 'cause', 'severity', 'toJSON', 'toString'];
  const getters = Object.fromEntries(names.map((name) => [name, getter]));
  return [
    ['an object whose every getter throws', Object.defineProperties({}, getters)],
    ['an Error whose every getter throws', Object.defineProperties(new Error('x'), getters)],
    ['an object whose toString throws', { toString: fail, [Symbol.toPrimitive]: fail }],
    ['an object whose toJSON throws', { toJSON: fail }],
    ['an Error whose name is a symbol', Object.defineProperty(new Error('x'), 'name', { value: Symbol('name') })],
    ['a Proxy that throws when it is read', new Proxy({}, { get: fail, has: fail, ownKeys: fail })],
    [
      'a Proxy of an Error that throws when it is read',
      new Proxy(new Error('x'), { get: fail, has: fail, ownKeys: fail }),
    ],
  ];
}

function selfCaused(): Error {
  const error = new Error('cause');
  error.cause = error;
  return error;
}
