import { describe, expect, it } from 'vitest';
import { readSettings, usage } from '../../src/inspector/settings.ts';

const read = (...args: string[]) => readSettings(args, '/home/ann');

describe('the settings of bench:inspector', () => {
  it('are a full run that writes no file, when nothing else is asked', () => {
    expect(read()).toEqual({ isQuick: false, json: undefined });
  });

  it('are what is asked; the path is relative to where its user stands', () => {
    expect(read('--', '--quick', '--json', 'x.json')).toEqual({ isQuick: true, json: '/home/ann/x.json' });
    expect(usage).toContain('--json FILE');
  });

  it.each([['--fast'], ['--json'], ['sender']])('refuse %s, and say so', (arg) => {
    expect(read(arg)).toEqual({ problem: expect.stringContaining(arg) });
  });

  it.each(['-h', '--help'])('show the usage for %s', (flag) => {
    expect(read(flag)).toBe('help');
  });
});
