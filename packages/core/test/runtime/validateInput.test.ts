import { type InputProblem, type InputSchema, InvalidInputError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { z as classic } from 'zod';
import * as z from 'zod/mini';
import { describeReceived, validateInput } from '../../src/runtime/validateInput.ts';
import { errorOf } from './running.ts';

async function problemsOf(
  schema: InputSchema<unknown>,
  value: unknown,
  root?: string,
): Promise<readonly InputProblem[]> {
  const error = await errorOf(() => validateInput(schema, value, { subject: 'thing', ...(root ? { root } : {}) }));
  if (error instanceof InvalidInputError) return error.problems;
  throw error;
}

const shape = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(5)),
  count: z.optional(z.int().check(z.positive())),
  kind: z.optional(z.enum(['a', 'b'])),
  list: z.optional(z.array(z.object({ at: z.number() }))),
  free: z.optional(z.json()),
  mail: z.optional(z.email()),
});

describe('a value that fits', () => {
  it('comes back as its schema returns it', () => {
    const schema = z.object({ name: z._default(z.string(), 'Bot') });
    expect(validateInput(schema, { extra: 1 }, { subject: 'thing' })).toEqual({ name: 'Bot' });
  });
});

describe('a problem', () => {
  it.each<[string, unknown, InputProblem]>([
    ['a missing key', {}, { path: 'name', expected: 'string', received: 'nothing' }],
    ['another type', { name: 7 }, { path: 'name', expected: 'string', received: '7' }],
    ['too short a text', { name: '' }, { path: 'name', expected: 'string of at least 1', received: 'an empty string' }],
    [
      'too long a text',
      { name: 'abcdef' },
      { path: 'name', expected: 'string of at most 5', received: 'a string of 6 characters' },
    ],
    [
      'too small a number',
      { name: 'x', count: 0 },
      { path: 'count', expected: expect.stringMatching(/of at least 0$/), received: '0' },
    ],
    ['half a number', { name: 'x', count: 1.5 }, { path: 'count', expected: 'int', received: '1.5' }],
    ['no number', { name: 'x', count: Number.NaN }, { path: 'count', expected: 'number', received: 'NaN' }],
    [
      'none of the choices',
      { name: 'x', kind: 'c' },
      { path: 'kind', expected: 'one of ["a","b"]', received: 'a string of 1 characters' },
    ],
    [
      'something deep inside',
      { name: 'x', list: [{ at: 1 }, { at: '2' }] },
      { path: 'list.1.at', expected: 'number', received: 'a string of 1 characters' },
    ],
    [
      'a text of another form',
      { name: 'x', mail: 'me' },
      { path: 'mail', expected: 'a string of the form email', received: 'a string of 2 characters' },
    ],
    [
      'a function for JSON',
      { name: 'x', free: () => 1 },
      { path: 'free', expected: expect.stringContaining('JSON'), received: 'a function' },
    ],
    [
      'a misspelt key',
      { name: 'x', nmae: 'y' },
      { path: '', expected: 'no unknown keys (found: ["nmae"])', received: 'an object' },
    ],
    ['no object at all', null, { path: '', expected: 'object', received: 'null' }],
    ['a list for an object', [1, 2], { path: '', expected: 'object', received: 'an array of 2' }],
  ])('with %s names the path, what was expected and what came', async (_, value, problem) => {
    expect(await problemsOf(shape, value)).toEqual([problem]);
  });

  it('stands beside all the others', async () => {
    const problems = await problemsOf(shape, { name: '', count: -1, kind: 'c' });
    expect(problems.map(({ path }) => path)).toEqual(['name', 'count', 'kind']);
  });

  it('has the path of where the value was handed in', async () => {
    expect(await problemsOf(shape, { name: 7 }, 'sender')).toMatchObject([{ path: 'sender.name' }]);
    expect(await problemsOf(shape, 7, 'sender')).toMatchObject([{ path: 'sender' }]);
  });

  it('is told in words of the schema author, where there are any', async () => {
    const schema = z.object({
      token: z.string().check(z.refine((text) => text.includes(':'), { error: 'digits, a colon and 35 characters' })),
    });
    expect(await problemsOf(schema, { token: 'abc' })).toEqual([
      { path: 'token', expected: 'digits, a colon and 35 characters', received: 'a string of 3 characters' },
    ]);
  });

  it('of a classic schema, with its own locale, reads alike', async () => {
    const schema = classic.object({ name: classic.string().min(1), count: classic.number() });
    expect(await problemsOf(schema, { name: '', count: 'x' })).toEqual([
      { path: 'name', expected: 'string of at least 1', received: 'an empty string' },
      { path: 'count', expected: 'number', received: 'a string of 1 characters' },
    ]);
  });

  it('with a value that holds itself is told as one', async () => {
    const cyclic: Record<string, unknown> = { name: 'x' };
    cyclic['free'] = cyclic;
    expect(await problemsOf(shape, cyclic, 'options')).toEqual([
      { path: 'options', expected: 'a value without cycles', received: 'one with' },
    ]);
  });
});

describe('the message of the error', () => {
  it('says what is wrong, with what, and that nothing was changed', async () => {
    const error = await errorOf(() => validateInput(shape, { name: 7, count: 0 }, { subject: 'instance' }));
    expect(error).toMatchObject({ name: 'InvalidInputError', code: 'INVALID_INPUT' });
    expect(String(error)).toMatch(
      /^InvalidInputError: Invalid instance: name: expected string, received 7; count: expected .* received 0\. Nothing was changed\.$/,
    );
  });

  it('calls the whole value the value itself', async () => {
    const error = await errorOf(() => validateInput(shape, undefined, { subject: 'message' }));
    expect(String(error)).toContain('Invalid message: the value itself: expected object, received nothing');
  });
});

describe('what a schema throws itself', () => {
  it('is thrown on, unless it ran out of stack', async () => {
    const bug = new TypeError('of the schema');
    const schema: InputSchema<unknown> = {
      safeParse: () => {
        throw bug;
      },
    };
    expect(await errorOf(() => validateInput(schema, 1, { subject: 'thing' }))).toBe(bug);
  });
});

describe('what came', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [0, '0'],
    [false, 'false'],
    ['', 'an empty string'],
    ['secret', 'a string of 6 characters'],
    [[], 'an array of 0'],
    [{ a: 1 }, 'an object'],
    [new Map(), 'an object'],
    [() => 1, 'a function'],
    [Symbol('x'), 'a symbol'],
    [1n, 'a bigint'],
  ])('%o is told as %j, and no text is ever quoted', (value, told) => {
    expect(describeReceived(value)).toBe(told);
  });
});
