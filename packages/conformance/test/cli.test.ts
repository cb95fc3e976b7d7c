import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../src/cli.ts';
import { departures } from '../src/departures.ts';
import { dataFolder } from './recordedTraces.ts';
import { serverTrace } from './serverTrace.ts';

const ownTraces = fileURLToPath(dataFolder);

describe('npm run conformance', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const put = (name: string, content: object | string): Promise<void> =>
    writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

  /** Runs it as if its user stood in the folder's parent. */
  async function run(args: readonly string[], options: { isTerminal?: boolean; hasColours?: boolean } = {}) {
    let out = '';
    let err = '';
    const exitCode = await runCli(args, {
      ownTraces: folder,
      standsIn: tmpdir(),
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      isTerminal: options.isTerminal ?? false,
      hasColours: options.hasColours ?? false,
    });
    return { out, err, exitCode, lastLine: out.trimEnd().split('\n').at(-1) };
  }

  const passing = serverTrace([{ call: 'notify_success' }]);
  const failing = { ...serverTrace([{ call: 'notify_failure', args: ['x'] }]), name: 'never/so' };

  it('ends with the tally on a line of its own, and 0 when all held', async () => {
    await put('a.json', { format: 1, traces: [passing] });
    const { exitCode, lastLine, err } = await run([]);
    expect([exitCode, lastLine, err]).toEqual([0, '2 passed, 0 failed, 0 skipped', '']);
  });

  it('ends with 1 when one differs, and names its trace, step and first difference', async () => {
    await put('a.json', { format: 1, traces: [passing, failing] });
    const { exitCode, lastLine, out } = await run([]);
    expect([exitCode, lastLine]).toEqual([1, '2 passed, 2 failed, 0 skipped']);
    expect(out).toContain('a.json › never/so › step 0 notify_failure("x")');
    expect(out).toMatch(/status\.consecutiveFailures\n +expected {2}0\n +got {7}1\n/);
  });

  it('takes a relative folder from where its user stands', async () => {
    await put('a.json', { format: 1, traces: [passing] });
    const name = folder.slice(tmpdir().length + 1);
    const { out, lastLine } = await run(['--', name]);
    expect(lastLine).toBe('2 passed, 0 failed, 0 skipped');
    expect(out).toContain(`traces: ${name}\n`);
  });

  it('counts a unit of which nothing was compared as skipped', async () => {
    await cp(join(ownTraces, 'supervisor.json'), join(folder, 'supervisor.json'));
    const { lastLine, exitCode } = await run([]);
    expect([lastLine, exitCode]).toEqual(['10 passed, 0 failed, 10 skipped', 0]);
  });

  it('prints each row of the departures with how often it was used', async () => {
    await cp(join(ownTraces, 'supervisor.json'), join(folder, 'supervisor.json'));
    const { out } = await run([]);
    for (const { id } of departures) expect(out).toMatch(new RegExp(`\\d  ${id} .*`));
    expect(out).toMatch(/ 1 {2}stopped-is-not-lost/);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'Adapters are objects handed to createMessaging, not modules looked up by name.',
    );
  });

  it('says what is not of the format, and goes on with the rest', async () => {
    await put('a.json', '{"format": 3}');
    await put('b.json', { format: 1, traces: [passing] });
    const { exitCode, lastLine, out } = await run([]);
    expect([exitCode, lastLine]).toEqual([1, '2 passed, 2 failed, 0 skipped']);
    expect(out).toContain('a.json.format: expected 1, received 3');
  });

  it('names what it passes over, but for descriptions', async () => {
    await put('a.json', { format: 1, traces: [passing] });
    await put('notes.txt', 'x');
    await put('README.md', 'x');
    await mkdir(join(folder, 'more'));
    const { exitCode, out } = await run([]);
    expect(exitCode).toBe(0);
    expect(out).toContain('passed over: notes.txt');
    expect(out).toContain('passed over: more');
    expect(out).not.toContain('README');
  });

  it.each([
    ['there are no files', undefined],
    ['the files hold no traces', { format: 1, traces: [] }],
  ])('fails when %s', async (_, content) => {
    if (content) await put('a.json', content);
    const { exitCode, lastLine, err } = await run([]);
    expect([exitCode, lastLine]).toEqual([1, '0 passed, 0 failed, 0 skipped']);
    expect(err).toContain('There are no traces in');
  });

  it('fails when there is no such folder', async () => {
    const { exitCode, lastLine, err } = await run([join(folder, 'missing')]);
    expect([exitCode, lastLine]).toEqual([1, '0 passed, 0 failed, 0 skipped']);
    expect(err).toMatch(/Cannot read .*missing.*no such file/);
  });

  it('explains itself', async () => {
    expect(await run(['--help'])).toMatchObject({ exitCode: 0, out: expect.stringContaining('Usage') });
    expect(await run(['-h'])).toMatchObject({ exitCode: 0, out: expect.stringContaining('--interpreter NAME') });
  });

  it.each([
    [['a', 'b'], 'Expected one folder at most, got "a" and "b".'],
    [['--fast'], "Unknown option '--fast'."],
    [['--interpreter'], "Option '--interpreter <value>' argument missing."],
    [['--interpreter', 'v8'], '--interpreter: expected "compiled" or "xstate", got "v8".'],
    [['--interpreter='], '--interpreter: expected "compiled" or "xstate", got "".'],
    [
      ['--interpreter', 'xstate', '--interpreter', 'compiled'],
      '--interpreter: expected "compiled" or "xstate", got "xstate" and "compiled".',
    ],
  ])('replays nothing for %j, says why, and how it is used', async (args, problem) => {
    const { exitCode, out, err } = await run(args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err.split('\n\n')[0]).toBe(problem);
    expect(err).toContain('\n\nUsage: npm run conformance');
  });

  it('shows on a terminal how far it is, in colours', async () => {
    await put('a.json', { format: 1, traces: [passing, failing] });
    const { out, lastLine } = await run([], { isTerminal: true, hasColours: true });
    expect(out).toContain('a.json  0 of 2');
    expect(out).toContain('\u001b[31m✗\u001b[39m');
    expect(lastLine).toBe('2 passed, 2 failed, 0 skipped');
  });
});
