import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cut } from '../src/faults/networkFaults.ts';
import { frozen } from '../src/faults/peerFaults.ts';
import { Progress } from '../src/Progress.ts';
import type { Cycle } from '../src/plan.ts';

const place = { kind: 'mqtt', group: 'mqtt-1', peerGroups: ['mqtt-1', 'mqtt-2', 'mqtt-3'] } as const;
const cycleOf = (fault: Cycle['fault'], number: number): Cycle => ({
  number,
  fault,
  kind: 'mqtt',
  place,
  groups: ['mqtt-1'],
  seed: 1,
});
const [cutting, freezing] = [cycleOf(cut, 1), cycleOf(frozen, 2)];

let written: string;
const out = (text: string): void => {
  written += text;
};
/** What a terminal shows in the end: what was cleared is gone. */
const shown = (): string[] => written.split('\n').map((line) => line.split('\u001b[K').at(-1) ?? '');

beforeEach(() => {
  written = '';
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the progress, where the output is no terminal', () => {
  it('is a heading and a line for each fault that is over, in columns', async () => {
    const progress = new Progress({ out, columns: () => undefined, total: 90 });
    progress.begin(cutting);
    progress.begin(freezing);
    await vi.advanceTimersByTimeAsync(12_000);
    progress.end({ cycle: freezing, noticeMs: 3_300, recoverMs: 50, complaints: [] });
    progress.end({ cycle: cutting, noticeMs: null, recoverMs: null, complaints: ['mqtt1a did not recover'] });
    progress.close();
    expect(written.split('\n')).toEqual([
      '   done    time  where       fault              noticed  recovered',
      '[ 1/90]    12 s  mqtt-1+2+3  SIGSTOP for 10 s     3.3 s      50 ms',
      '[ 2/90]    12 s  mqtt-1      cut mid-frame            -      NEVER',
      '    mqtt1a did not recover',
      '',
    ]);
  });

  it('says what is under way', () => {
    const progress = new Progress({ out, columns: () => undefined, total: 2 });
    progress.begin(cutting);
    progress.begin(freezing);
    progress.end({ cycle: cutting, noticeMs: 1, recoverMs: 1, complaints: [] });
    expect(progress.underWay).toEqual([freezing]);
  });
});

describe('the progress on a terminal', () => {
  it('is one line that goes on by itself, and is gone at the end', async () => {
    const progress = new Progress({ out, columns: () => 120, total: 2 });
    progress.begin(cutting);
    progress.begin(freezing);
    expect(shown()).toEqual(['░░░░░░░░░░░░░░░░░░░░ 0/2    0 s  mqtt-1 cut mid-frame, mqtt-1+2+3 SIGSTOP for 10 s']);
    await vi.advanceTimersByTimeAsync(3_000);
    progress.end({ cycle: cutting, noticeMs: 1, recoverMs: 1, complaints: [] });
    expect(shown()).toEqual(['██████████░░░░░░░░░░ 1/2    3 s  mqtt-1+2+3 SIGSTOP for 10 s']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(shown()).toEqual(['██████████░░░░░░░░░░ 1/2    5 s  mqtt-1+2+3 SIGSTOP for 10 s']);
    progress.close();
    expect(shown()).toEqual(['']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is never longer than the terminal is wide, so that it stays one line', () => {
    const progress = new Progress({ out, columns: () => 60, total: 2 });
    progress.begin(cutting);
    progress.begin(freezing);
    const [line = ''] = shown();
    expect(line).toHaveLength(59);
    expect(line.endsWith('…')).toBe(true);
    progress.close();
  });

  it('leaves what went wrong, and what it is told, above the line', () => {
    const progress = new Progress({ out, columns: () => 120, total: 2 });
    progress.say('50 instances are connected');
    progress.begin(cutting);
    progress.end({ cycle: cutting, noticeMs: 1, recoverMs: null, complaints: ['x'] });
    progress.close();
    expect(shown()).toEqual([
      '  [0/2]     0 s  50 instances are connected',
      '  [1/2]     0 s  mqtt-1      cut mid-frame         1 ms      NEVER',
      '    x',
      '',
    ]);
  });
});
