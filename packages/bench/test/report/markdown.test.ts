import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { markdownOf, withBlock } from '../../src/report/markdown.ts';
import { count, perSecond, short, times } from '../../src/report/numbers.ts';
import { progressTo } from '../../src/report/progress.ts';

describe('a table in Markdown', () => {
  it('has words to the left, figures to the right, and what one has to know above', () => {
    const table = { title: 'Speed', note: 'Of all.', heading: ['', 'ns'], rows: [['one', '1'], ['two']] };
    expect(markdownOf(table, 3)).toBe('### Speed\n\nOf all.\n\n|  | ns |\n|---|--:|\n| one | 1 |\n| two |  |');
  });

  it('without rows is nothing', () => {
    expect(markdownOf({ title: 'Speed', heading: ['', 'ns'], rows: [] })).toBe('');
  });
});

describe('a block between its markers', () => {
  const page = 'a\n<!-- bench: written by npm run bench -- --record -->\nold\n<!-- bench: end -->\nb\n';

  it('is replaced, and nothing else, as often as one likes', () => {
    const once = withBlock(page, 'bench', 'new\n');
    expect(once).toBe(page.replace('\nold\n', '\n\nnew\n\n'));
    expect(withBlock(once, 'bench', 'new')).toBe(once);
  });

  it.each(['no marker at all', page.replace('bench: end', 'end'), page.split('\n').reverse().join('\n')])(
    'is refused a page without both of them in order',
    (text) => {
      expect(() => withBlock(text, 'bench', 'new')).toThrow('<!-- bench: end -->');
    },
  );
});

it.each(['../../README.md', '../../../../README.md'])('%s has a place for the tables of a run', (page) => {
  const text = readFileSync(new URL(page, import.meta.url), 'utf8');
  expect(withBlock(text, 'bench', 'the tables')).toContain('\n\nthe tables\n\n<!-- bench: end -->');
});

describe('figures', () => {
  it.each([
    [0, '0'],
    [0.01234, '0.0123'],
    [0.000_212_3, '0.000212'],
    [1.5, '1.5'],
    [9.996, '10'],
    [12.345, '12.3'],
    [123.4, '123'],
    [12_345.6, '12,346'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('like %d are written %s', (figure, written) => {
    expect(short(figure)).toBe(written);
  });

  it('are written with what they are of', () => {
    expect(times(2)).toBe('2 ×');
    expect(count(100_000)).toBe('100,000');
    expect([70, 2_000, 5e6].map(perSecond)).toEqual(['14.3 M/s', '500 k/s', '200 /s']);
  });
});

describe('progress', () => {
  const told = (isTTY: boolean): string => {
    let text = '';
    let nowMs = 1_000;
    const progress = progressTo({ isTTY, write: (more) => (text += more) }, () => nowMs);
    for (const what of ['events', 'storm', '']) {
      nowMs += 61_000;
      progress(what);
    }
    return text;
  };

  it('is a line each where nobody looks on, with the seconds since the beginning', () => {
    expect(told(false)).toBe('[ 61 s] events\n[122 s] storm\n');
  });

  it('is one line that is written over where somebody does, and gone in the end', () => {
    expect(told(true)).toBe('\r\x1b[K[ 61 s] events\r\x1b[K[122 s] storm\r\x1b[K');
  });
});
