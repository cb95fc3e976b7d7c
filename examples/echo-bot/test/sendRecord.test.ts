import { describe, expect, test } from 'vitest';
import { compareSends, parseSends } from '../src/sendRecord.ts';

const entry = (fields: object): string =>
  JSON.stringify({ type: 'api', path: '/bot<redacted>/sendMessage', accepted: true, body: { text: 'a' }, ...fields });

describe('parseSends', () => {
  test('takes accepted sends, and nothing else', () => {
    const record = [
      entry({}),
      entry({ path: '/bot<redacted>/getUpdates' }),
      entry({ accepted: false }),
      entry({ type: 'admin' }),
      entry({ body: { text: 'b' } }),
      '',
    ].join('\n');
    expect(parseSends(record)).toEqual(['a', 'b']);
  });

  test('half a line at the end, left by a kill, is no send', () => {
    expect(parseSends(`${entry({})}\n${entry({ body: { text: 'b' } }).slice(0, -9)}`)).toEqual(['a']);
  });
});

describe('compareSends', () => {
  test('holds for exactly these, in this order', () => {
    expect(compareSends(['a', 'b'], ['a', 'b'])).toEqual({
      held: true,
      found: '2 sends on record, each once, in order',
    });
  });

  test.each([
    [['a'], 'lost ["b"], doubled []'],
    [['a', 'b', 'b'], 'lost [], doubled ["b"], not in order'],
    [['b', 'a'], 'lost [], doubled [], not in order'],
    [[], 'lost ["a","b"], doubled []'],
  ])('%j instead of a, b does not', (recorded, faults) => {
    const found = `${recorded.length} sends on record, ${faults}`;
    expect(compareSends(recorded, ['a', 'b'])).toEqual({ held: false, found });
  });
});
