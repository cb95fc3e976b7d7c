import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Interpreter } from 'holdfast';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCli } from '../src/cli.ts';
import { dataFolder, recordedTrace } from './recordedTraces.ts';

interface Messagings {
  /** What those that were made were to run their charts by, in order. */
  interpreters: (Interpreter | undefined)[];
  /** Those that run their charts by it are broken: nobody hears their signals. */
  broken: Interpreter | undefined;
}

const messagings = vi.hoisted((): Messagings => ({ interpreters: [], broken: undefined }));

vi.mock('holdfast', async (importOriginal) => {
  const holdfast = await importOriginal<typeof import('holdfast')>();
  const createMessaging: typeof holdfast.createMessaging = (options) => {
    messagings.interpreters.push(options?.interpreter);
    const isBroken = messagings.broken !== undefined && options?.interpreter === messagings.broken;
    return holdfast.createMessaging(isBroken ? { ...options, observer: undefined } : options);
  };
  return { ...holdfast, createMessaging };
});

describe('the interpreters of npm run conformance', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conformance-'));
    // One trace of each kind that runs charts, and the scenarios.
    const traces = [
      recordedTrace('instance_server.scripted.json', 'meta/plain'),
      recordedTrace('reconnect_worker.json', 'exhausted_max3'),
      recordedTrace('sender.json', 'gives_up_after_max'),
    ];
    await writeFile(join(folder, 'traces.json'), JSON.stringify({ format: 1, traces }));
    await cp(new URL('supervisor.json', dataFolder), join(folder, 'supervisor.json'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(() => {
    messagings.interpreters = [];
    messagings.broken = undefined;
  });

  async function run(...args: string[]) {
    let out = '';
    const exitCode = await runCli(args, {
      ownTraces: folder,
      standsIn: fileURLToPath(dataFolder),
      out: (text) => {
        out += text;
      },
      err: () => undefined,
      isTerminal: false,
      hasColours: false,
    });
    return { exitCode, out, lines: out.trimEnd().split('\n') };
  }

  it('are both run on all traces, the compiled charts first, each with a heading and a tally', async () => {
    const { exitCode, out, lines } = await run();
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /\nCompiled charts\n.* supervisor\.json .*\n.* traces\.json .*\n\nInterpreted by XState\n.* sup/,
    );
    expect(lines.slice(-4)).toEqual([
      '  Compiled charts        8 passed, 0 failed, 5 skipped',
      '  Interpreted by XState  8 passed, 0 failed, 5 skipped',
      '',
      '16 passed, 0 failed, 10 skipped',
    ]);
    const half = messagings.interpreters.length / 2;
    expect(half).toBeGreaterThan(3);
    expect(messagings.interpreters).toEqual([
      ...Array.from({ length: half }, () => 'compiled'),
      ...Array.from({ length: half }, () => 'xstate'),
    ]);
  });

  it('report each departure once, with how often each run used it', async () => {
    const { out } = await run();
    expect(out.match(/\bstopped-is-not-lost\b/g)).toHaveLength(1);
    expect(out).toContain('Departures, and how often each was used in each run\n');
    expect(out).toMatch(/\n {5}1 {2}stopped-is-not-lost/);
    // A replay that fails goes no further, and so uses fewer of them.
    messagings.broken = 'xstate';
    const { out: other } = await run();
    expect(other).toContain('Departures, and how often each was used in each run (compiled/xstate)\n');
    expect(other).toMatch(/\n {3}2\/0 {2}attributes-are-typed/);
  });

  it.each([
    ['compiled', 'Compiled charts', 'Interpreted by XState'],
    ['xstate', 'Interpreted by XState', 'Compiled charts'],
  ] as const)('fail together when %s alone does what was not recorded', async (broken, itsName, otherName) => {
    messagings.broken = broken;
    const { exitCode, out, lines } = await run();
    expect(exitCode).toBe(1);
    expect(lines).toContainEqual(expect.stringMatching(`^  ${itsName} +3 passed, 5 failed, 5 skipped$`));
    expect(lines).toContainEqual(expect.stringMatching(`^  ${otherName} +8 passed, 0 failed, 5 skipped$`));
    expect(lines.at(-1)).toBe('11 passed, 5 failed, 10 skipped');
    expect(out).toContain(`${itsName}: failures, each with its first difference\n`);
    expect(out).not.toContain(`${otherName}: failures`);
    for (const name of ['meta/plain', 'exhausted_max3', 'gives_up_after_max', 'starting', 'stop_instance_order']) {
      expect(out).toContain(` › ${name} › `);
    }
  });

  it.each([
    ['compiled', 'xstate', 'Interpreted by XState'],
    ['xstate', 'compiled', 'Compiled charts'],
  ] as const)('are %s alone when it is asked for, whatever %s does', async (asked, broken, otherName) => {
    messagings.broken = broken;
    const { exitCode, out, lines } = await run('--interpreter', asked);
    expect([exitCode, lines.at(-1)]).toEqual([0, '8 passed, 0 failed, 5 skipped']);
    expect(out).not.toContain(otherName);
    expect(new Set(messagings.interpreters)).toEqual(new Set([asked]));
  });
});
