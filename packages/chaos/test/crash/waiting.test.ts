import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ledger } from '../../src/crash/ledger/Ledger.ts';
import type { Kill } from '../../src/crash/plan.ts';
import { CrashProgress } from '../../src/crash/report/CrashProgress.ts';
import { Desk } from '../../src/crash/run/Desk.ts';
import { Reports } from '../../src/crash/run/Reports.ts';
import { Writer } from '../../src/crash/run/Writer.ts';
import type { Arrival } from '../../src/crash/servers/Server.ts';
import type { Command } from '../../src/crash/subject/protocol.ts';
import { subjects } from './evidence.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('waiting for reports', () => {
  it('counts those that fit, from now on', async () => {
    const reports = new Reports();
    reports.hear({ what: 'accepted', message: 'm' });
    const heard = reports.heard(({ what }) => what === 'accepted', { count: 2, withinMs: 1_000 });
    reports.hear({ what: 'accepted', message: 'm' });
    reports.hear({ what: 'open' });
    let isOver = false;
    void heard.then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(isOver).toBe(false);
    reports.hear({ what: 'accepted', message: 'm' });
    expect(await heard).toBe(true);
  });

  it('ends in time', async () => {
    const heard = new Reports().heard(() => true, { withinMs: 1_000 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await heard).toBe(false);
  });
});

function desk(arrived: readonly string[]) {
  const ledger = new Ledger();
  const told: Command[] = [];
  const server = {
    subjects,
    readAtOnce: 10,
    write: async () => undefined,
    arrivals: async (): Promise<Arrival[]> => arrived.map((text) => ({ instance: 'hold', conversation: 'a', text })),
    close: async () => undefined,
  };
  const life = { tell: (command: Command): void => void told.push(command) };
  return { desk: new Desk(ledger, server), ledger, life, told };
}

describe('the desk that decides about held messages', () => {
  const held = (message: string) => ({ instance: 'hold', jobId: `job of ${message}`, message });

  it('lets a message be held over a kill, and then goes by the record of the server', async () => {
    const { desk: one, ledger, life, told } = desk(['m1']);
    one.begin(1, life);
    one.held(held('m1'));
    one.held(held('m2'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual([]);
    one.begin(2, life);
    one.held(held('m1'));
    one.held(held('m2'));
    await vi.advanceTimersByTimeAsync(100);
    expect(told).toEqual([
      { name: 'resolve', instance: 'hold', jobId: 'job of m1', resolution: 'sent' },
      { name: 'resolve', instance: 'hold', jobId: 'job of m2', resolution: 'retry' },
    ]);
    expect(ledger.decisions).toEqual({ sent: 1, retry: 1 });
  });

  it('gives a message that is held once more the same time again', async () => {
    const { desk: one, life, told } = desk([]);
    for (const number of [1, 2, 3]) {
      one.begin(number, life);
      one.held(held('m1'));
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(told).toHaveLength(1);
  });

  it('decides nothing for a life that is over', async () => {
    const { desk: one, life, told } = desk([]);
    one.begin(1, life);
    one.held(held('m1'));
    one.begin(2, life);
    one.held(held('m1'));
    one.close();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told).toEqual([]);
  });

  it('decides about everything in the last life', async () => {
    const { desk: one, life, told } = desk([]);
    one.begin(1, life);
    one.held(held('m1'));
    one.beginLast();
    await vi.advanceTimersByTimeAsync(1_000);
    one.held(held('m2'));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(told.map((command) => 'jobId' in command && command.jobId)).toEqual(['job of m1', 'job of m2']);
  });
});

describe('the user', () => {
  it('writes numbers to each instance in their order, and counts what the server has', async () => {
    const ledger = new Ledger();
    const calls: string[] = [];
    const server = {
      subjects,
      readAtOnce: 10,
      write: async (instance: string, number: number): Promise<void> => {
        calls.push(`${instance}/${number}`);
        if (number === 2) throw new Error('no');
      },
      arrivals: async () => [],
      close: async () => undefined,
    };
    const writer = new Writer(ledger, server);
    writer.start();
    await vi.advanceTimersByTimeAsync(620);
    await writer.stop();
    expect(calls).toEqual(['retry/1', 'hold/1', 'fail/1', 'retry/2', 'hold/2', 'fail/2']);
    expect([...ledger.written]).toEqual(['retry/1', 'hold/1', 'fail/1']);
    expect(ledger.problems).toHaveLength(3);
  });
});

describe('the progress', () => {
  const killOf = (number: number): Kill => ({
    number,
    point: { stage: 'accepted', count: 3, delayMs: 0 },
    cut: undefined,
  });

  it('is a line for each ten kills where the output is no terminal, and one for what goes wrong', () => {
    const written: string[] = [];
    const out = (text: string): void => void written.push(text);
    const progress = new CrashProgress({ out, columns: () => undefined, total: 80 });
    for (let number = 1; number <= 10; number += 1) {
      progress.begin(killOf(number));
      progress.end(killOf(number), number === 4 ? ['life 4: it ended'] : []);
    }
    progress.close();
    expect(written.join('').split('\n')).toEqual([
      '[ 4/80]     0 s  life 4: it ended',
      '[10/80]     0 s  kill 10: messages are accepted (3) + 0 ms',
      '',
    ]);
  });

  it('is one line on a terminal, no longer than that is wide, and gone in the end', () => {
    const written: string[] = [];
    const out = (text: string): void => void written.push(text);
    const progress = new CrashProgress({ out, columns: () => 50, total: 80 });
    progress.begin({ ...killOf(1), cut: { share: 0.5 } });
    const shown = (): string => written.join('').split('\u001b[K').at(-1) ?? '';
    expect(shown()).toHaveLength(49);
    expect(shown()).toContain('tear 1: ');
    progress.close();
    expect(shown()).toBe('');
  });
});
