import { describe, expect, it } from 'vitest';
import { readSettings } from '../src/cli.ts';

const read = (...args: string[]) => readSettings(args, '/home/ann');
const all = ['events', 'memory', 'storm', 'timers'];

describe('the settings of the command', () => {
  it('are a full run of all sections that writes nothing, when nothing else is asked', () => {
    expect(read()).toEqual({
      benchmark: 'instances',
      sections: all,
      isQuick: false,
      json: undefined,
      isRecording: false,
    });
  });

  it('are the sections that are named, in the order in which they run', () => {
    expect(read('--', 'timers', 'events', '--quick')).toMatchObject({ sections: ['events', 'timers'], isQuick: true });
  });

  it('are all sections for scale, which is read off them', () => {
    expect(read('scale')).toMatchObject({ sections: all });
  });

  it('have paths relative to where their user stands', () => {
    expect(read('--json', 'out/x.json')).toMatchObject({ json: '/home/ann/out/x.json' });
  });

  it('are those of sending for sender', () => {
    expect(read('sender', '--', '--quick', '--json', 'x.json', '--folder=/mnt/disk')).toEqual({
      benchmark: 'sender',
      isQuick: true,
      json: '/home/ann/x.json',
      folder: '/mnt/disk',
    });
  });

  it('are those of the guard for --guard, which compares or records', () => {
    expect(read('--guard')).toEqual({ benchmark: 'guard', json: undefined, isRecording: false });
    expect(read('--guard', '--record')).toMatchObject({ benchmark: 'guard', isRecording: true });
  });

  it.each([
    [['poller'], '"poller"'],
    [['events', 'poller'], '"poller"'],
    [['sender', 'events'], '"events"'],
    [['sender', '--record'], '--record'],
    [['events', '--folder', 'x'], '--folder'],
    [['--guard', '--quick'], 'always the same'],
    [['--guard', 'events'], 'always the same'],
    [['--record', '--quick'], 'full run'],
    [['--record', 'events'], 'full run'],
    [['--fast'], '--fast'],
    [['--json'], '--json'],
    [['--quick=yes'], '--quick'],
  ])('refuse %j, and say why', (args, why) => {
    expect(read(...args)).toEqual({ problem: expect.stringContaining(why) });
  });

  it.each(['-h', '--help'])('show the usage for %s', (flag) => {
    expect(read(flag)).toBe('help');
  });
});
