import { describe, expect, it } from 'vitest';
import { tableOf, wrapped } from '../../src/report/table.ts';

describe('a table', () => {
  it('is as wide as its widest cells, with words to the left and figures to the right', () => {
    const rows = [
      ['Holdfast', '6,000', '1.5 x'],
      ['p-queue, fetch', '4'],
    ];
    expect(tableOf(['', 'messages/s', ''], rows).split('\n')).toEqual([
      '                messages/s',
      '--------------  ----------  -----',
      'Holdfast             6,000  1.5 x',
      'p-queue, fetch           4',
    ]);
  });
});

describe('wrapped text', () => {
  it('has lines of 100 characters at most, indented as is asked', () => {
    const words = 'word '.repeat(40).trim();
    const lines = wrapped(words, { first: 2, rest: 6 }).split('\n');
    expect(lines.map((line) => line.length)).toEqual([96, 100, 15]);
    expect(lines[0]?.startsWith('  word')).toBe(true);
    expect(lines[1]?.startsWith('      word')).toBe(true);
    expect(lines.map((line) => line.trim()).join(' ')).toBe(words);
  });

  it('does not break a word that is longer than a line', () => {
    const long = 'x'.repeat(150);
    expect(wrapped(`a ${long} b`).split('\n')).toEqual(['a', long, 'b']);
  });
});
