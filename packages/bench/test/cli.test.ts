import { describe, expect, it } from 'vitest';
import { readSettings } from '../src/cli.ts';

const read = (...args: string[]) => readSettings(args, '/home/ann');

describe('the settings of the command', () => {
  it('are a full run that writes no file, on the disk of temporary files, when nothing else is asked', () => {
    expect(read('sender')).toEqual({ benchmark: 'sender', isQuick: false, json: undefined, folder: undefined });
  });

  it('are what is asked; paths are relative to where their user stands', () => {
    expect(read('sender', '--', '--quick', '--json', 'out/x.json', '--folder=/mnt/disk')).toEqual({
      benchmark: 'sender',
      isQuick: true,
      json: '/home/ann/out/x.json',
      folder: '/mnt/disk',
    });
  });

  it.each([[[]], [['poller']]])('name the benchmarks that there are when %j asks for none of them', (args) => {
    expect(read(...args)).toEqual({ problem: expect.stringContaining('There is "sender"') });
  });

  it('refuse a second benchmark', () => {
    expect(read('sender', 'poller')).toEqual({ problem: expect.stringContaining('"poller"') });
  });

  it.each([['--fast'], ['--json'], ['--quick=yes']])('refuse %s, and say so', (flag) => {
    expect(read('sender', flag)).toEqual({ problem: expect.stringContaining(flag.split('=')[0] ?? flag) });
  });

  it.each(['-h', '--help'])('show the usage for %s', (flag) => {
    expect(read(flag)).toBe('help');
  });
});
