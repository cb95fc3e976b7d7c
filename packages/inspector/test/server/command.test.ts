import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import { parseCommandLine, usage } from '../../src/server/bin/commandLine.ts';

const command = fileURLToPath(new URL('../../dist/server/bin/holdfastInspect.js', import.meta.url));
let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const started = spawn(process.execPath, [command, ...args], { env: { ...process.env, ...env } });
  child = started;
  let text = '';
  for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  return { started, ended: once(started, 'close'), text: () => text };
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return String(typeof address === 'object' && address !== null ? address.port : 0);
}

it('the command prints its address, and ends with 0 when it is interrupted', async () => {
  const { ended, started, text } = run(['--port', '0']);
  while (!text().includes('Apps send to')) await once(started.stdout, 'data');
  expect(text()).toMatch(/^Inspector: http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}\n/);
  started.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
});

it('the command goes on when nobody reads what it prints', async () => {
  const port = await freePort();
  const { ended, started, text } = run(['--port', port]);
  started.stdout.destroy();
  const status = async () => (await fetch(`http://127.0.0.1:${port}/`)).status;
  await vi.waitFor(status, { timeout: 10_000 });
  // It has printed by now, to nobody.
  for (let asked = 0; asked < 5; asked += 1) await status();
  started.kill('SIGINT');
  expect([await ended, text()]).toEqual([[0, null], '']);
});

it('a port in use, and production, end the command with 1 and a sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = String(typeof address === 'object' && address !== null ? address.port : 0);
  const taken = run(['--port', port]);
  expect(await taken.ended).toEqual([1, null]);
  expect(taken.text()).toMatch(/^Port \d+ of 127\.0\.0\.1 is in use\. [^\n]*\n$/);
  other.close();
  const production = run(['--port', '0'], { NODE_ENV: 'production' });
  expect(await production.ended).toEqual([1, null]);
  expect(production.text()).toMatch(/NODE_ENV=production/);
});

it('the command line is read, or its mistake is named', () => {
  expect(parseCommandLine(['--port', '0', '--origin', 'http://a:1', '--context', 'a.b', '--context', 'c'])).toEqual({
    kind: 'run',
    port: 0,
    appOrigins: ['http://a:1'],
    context: ['a.b', 'c'],
  });
  expect(parseCommandLine([])).toEqual({ kind: 'run', port: undefined, appOrigins: [], context: [] });
  expect(parseCommandLine(['--help'])).toEqual({ kind: 'help' });
  expect(parseCommandLine(['--prot', '1'])).toMatchObject({
    kind: 'mistake',
    message: expect.stringContaining('--prot'),
  });
  expect(usage).toContain('--port');
});
