import { describe, expect, it } from 'vitest';
import { readSettings } from '../src/cli.ts';

const read = (...args: string[]) => readSettings(args, { standsIn: '/home/ann', chance: 0.5 });

describe('the settings of the command', () => {
  it('are a seed by chance and no file when nothing is asked', () => {
    expect(read()).toEqual({ seed: 2 ** 31, json: undefined });
  });

  it('are what is asked; a path is relative to where its user stands', () => {
    expect(read('--', '--seed', '17', '--json', 'out/x.json')).toEqual({ seed: 17, json: '/home/ann/out/x.json' });
    expect(read('--json=/tmp/x.json')).toMatchObject({ json: '/tmp/x.json' });
  });

  it.each(['-1', '1.5', 'x', '', '4294967296', '99999999999'])('refuse the seed "%s", and say why', (seed) => {
    expect(read(`--seed=${seed}`)).toEqual({ problem: expect.stringContaining('no whole number') });
  });

  it('take the largest seed', () => {
    expect(read('--seed', '4294967295')).toMatchObject({ seed: 4_294_967_295 });
  });

  it('refuse what they do not know', () => {
    expect(read('--sed', '1')).toEqual({ problem: expect.stringContaining('--sed') });
    expect(read('extra')).toHaveProperty('problem');
  });

  it.each(['-h', '--help'])('show the usage for %s', (flag) => {
    expect(read(flag)).toBe('help');
  });
});
