import { describe, expect, it } from 'vitest';
import { runSideBySide } from '../src/runSideBySide.ts';

interface Named {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Jobs that last until they are told; what has started and what has ended is told in their order. */
function start(jobs: readonly Named[], width: number) {
  const log: string[] = [];
  const finishers = new Map<string, () => void>();
  const done = runSideBySide({
    jobs,
    width,
    run: ({ name }) => {
      log.push(`+${name}`);
      return new Promise<void>((resolve) => {
        finishers.set(name, () => {
          log.push(`-${name}`);
          resolve();
        });
      });
    },
  });
  const finish = async (name: string): Promise<void> => {
    finishers.get(name)?.();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return { log, done, finish };
}

describe('jobs side by side', () => {
  it('run at the same time when they need different things, and wait when they need the same', async () => {
    const { log, done, finish } = start(
      [
        { name: 'a', groups: ['1'] },
        { name: 'b', groups: ['1'] },
        { name: 'c', groups: ['2'] },
      ],
      3,
    );
    expect(log).toEqual(['+a', '+c']);
    await finish('a');
    expect(log).toEqual(['+a', '+c', '-a', '+b']);
    await finish('b');
    await finish('c');
    await done;
  });

  it('never let a later one take what an earlier one waits for', async () => {
    const { log, done, finish } = start(
      [
        { name: 'a', groups: ['1'] },
        { name: 'wide', groups: ['1', '2'] },
        { name: 'late', groups: ['2'] },
      ],
      3,
    );
    expect(log).toEqual(['+a']);
    await finish('a');
    expect(log).toEqual(['+a', '-a', '+wide']);
    await finish('wide');
    expect(log).toEqual(['+a', '-a', '+wide', '-wide', '+late']);
    await finish('late');
    await done;
  });

  it('are no more at once than the width', async () => {
    const { log, done, finish } = start(
      ['a', 'b', 'c'].map((name) => ({ name, groups: [name] })),
      2,
    );
    expect(log).toEqual(['+a', '+b']);
    await finish('b');
    expect(log).toEqual(['+a', '+b', '-b', '+c']);
    await finish('a');
    await finish('c');
    await done;
  });

  it('are over at once when there are none', async () => {
    await runSideBySide({ jobs: [], width: 1, run: () => Promise.resolve() });
  });
});
