import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { InspectorOptionError } from '../../src/index.ts';
import {
  InspectorServerError,
  ListenError,
  PortInUseError,
  ProductionError,
  startInspectorServer,
} from '../../src/server/index.ts';
import { addressOf, dialApp, watch } from './client.ts';

afterEach(() => vi.unstubAllEnvs());

describe('a server that cannot start', () => {
  it('says that the port is in use, and what to do', async () => {
    await using first = await startInspectorServer({ port: 0 });
    const { port } = addressOf(first);
    const error = await startInspectorServer({ port }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PortInUseError);
    expect(error).toMatchObject({ code: 'port_in_use', port, message: expect.stringMatching(/in use.*another port/) });
  });

  it('says that the address is not one of this machine', async () => {
    const error = await startInspectorServer({ port: 0, host: '192.0.2.1' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ListenError);
    expect(error).toMatchObject({ code: 'listen', message: expect.stringContaining('EADDRNOTAVAIL') });
  });

  it('does not start in production, unless it is meant', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const error = await startInspectorServer({ port: 0 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProductionError);
    expect(error).toBeInstanceOf(InspectorServerError);
    await using forced = await startInspectorServer({ port: 0, allowProduction: true });
    expect(forced.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}$/);
  });

  it.each([
    [{ port: -1 }, 'port:'],
    [{ port: 1.5 }, 'port:'],
    [{ host: '' }, 'host:'],
    [{ allowedHosts: ['a:80'] }, 'allowedHosts:'],
    [{ appOrigins: ['localhost'] }, 'appOrigins:'],
    [{ bounds: { viewers: 0 } }, 'bounds.viewers:'],
    [{ allow: { context: ['__proto__'] } }, 'allow.context:'],
  ])('names the option that is wrong: %j', async (options, name) => {
    const error = await startInspectorServer(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InspectorOptionError);
    expect(String(error)).toContain(name);
  });
});

describe('close', () => {
  it('ends pages and apps, frees the port, and may be called again', async () => {
    const server = await startInspectorServer({ port: 0 });
    const { port } = addressOf(server);
    const page = await watch(server);
    const app = await dialApp(server);
    const ends = [page.line, app].map((line) => new Promise((resolve) => line.on('close', resolve)));
    await Promise.all([server.close(), server.close(), ...ends]);
    await server.close();
    await using again = await startInspectorServer({ port });
    expect(addressOf(again).port).toBe(port);
  });

  it('leaves nothing that keeps the process alive', async () => {
    const program = fileURLToPath(new URL('closes.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 20_000 });
    expect(stdout.trim()).toBe('closed with a page and an app, timers left: 0');
  });
});
