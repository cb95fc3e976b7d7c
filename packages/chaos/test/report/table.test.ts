import { describe, expect, it } from 'vitest';
import { duration, tableOf } from '../../src/report/table.ts';

describe('a table', () => {
  it('is as wide as its widest cells, with words to the left and numbers to the right', () => {
    const rows = [
      ['black hole', 'mqtt', '12'],
      ['cut', 'telegram', '3'],
    ];
    expect(tableOf([['fault', 'on', 'times']], rows).split('\n')).toEqual([
      'fault       on        times',
      '----------  --------  -----',
      'black hole  mqtt         12',
      'cut         telegram      3',
    ]);
  });

  it('leaves cells empty that a row does not have', () => {
    expect(tableOf([['a', 'b', 'c']], [['1']]).split('\n')[2]).toBe('1');
  });
});

describe('a duration', () => {
  it.each([
    [null, '-'],
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1_000, '1.0 s'],
    [12_345, '12.3 s'],
  ])('of %s is shown as %s', (ms, shown) => {
    expect(duration(ms)).toBe(shown);
  });
});
