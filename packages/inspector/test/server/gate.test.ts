import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InspectorServer, startInspectorServer } from '../../src/server/index.ts';
import { addressOf, ask, dial, enter } from './client.ts';

let server: InspectorServer;
const addresses: string[] = [];

beforeEach(async () => {
  addresses.length = 0;
  server = await startInspectorServer({ port: 0, onAddress: (url) => addresses.push(url) });
});
afterEach(() => server.close());

describe('a name that is not the server’s', () => {
  const foreign = (): readonly string[] => {
    const { port } = addressOf(server);
    return [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1:1',
      '127.0.0.1',
      `0.0.0.0:${port}`,
      `localhost.evil.example:${port}`,
    ];
  };

  it('gets no page, and nothing that a page loads', async () => {
    for (const host of foreign())
      for (const path of ['/', '/style.css']) expect((await ask(server, { path, headers: { host } })).status).toBe(403);
    const { port } = addressOf(server);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
      expect((await ask(server, { headers: { host } })).status).toBe(200);
  });

  it('enters with no token, and opens no line, of pages or of apps', async () => {
    const { token } = addressOf(server);
    const cookie = await enter(server);
    for (const host of foreign()) {
      const origin = `http://${host}`;
      expect(
        (await ask(server, { method: 'POST', path: '/enter', body: token, headers: { host, origin } })).status,
      ).toBe(403);
      expect(await dial(server, { host, origin, cookie })).toBe(403);
      expect(await dial(server, { host, path: '/' })).toBe(403);
    }
  });

  it('is the server’s when it is allowed', async () => {
    await using open = await startInspectorServer({ port: 0, allowedHosts: ['devbox.local'] });
    const host = `devbox.local:${addressOf(open).port}`;
    expect((await ask(open, { headers: { host } })).status).toBe(200);
  });
});

describe('a page of somebody else’s', () => {
  it('enters not, draws not, watches not and sends not, even with the cookie', async () => {
    const cookie = await enter(server);
    const { token } = addressOf(server);
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://evil.example']) {
      const headers = { origin, cookie };
      expect((await ask(server, { method: 'POST', path: '/enter', body: token, headers })).status).toBe(403);
      expect((await ask(server, { method: 'POST', path: '/chart', body: '{}', headers })).status).toBe(403);
      expect(await dial(server, { origin, cookie })).toBe(403);
    }
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example'])
      expect(await dial(server, { path: '/', origin })).toBe(403);
    expect(await dial(server, { cookie })).toBe(403); // A program that shows no origin is no page.
  });

  it('sends when its origin is allowed, or is of this machine', async () => {
    await using open = await startInspectorServer({ port: 0, appOrigins: ['https://app.example'] });
    for (const origin of ['https://app.example', 'http://localhost:3000'])
      expect(await dial(open, { path: '/', origin })).toBeTypeOf('object');
  });
});

describe('the token', () => {
  it('lets one browser in, once; the next one is told to whoever wants to print it', async () => {
    const { origin, token } = addressOf(server);
    const first = await ask(server, { method: 'POST', path: '/enter', body: token, headers: { origin } });
    expect(first.status).toBe(204);
    const second = await ask(server, { method: 'POST', path: '/enter', body: token, headers: { origin } });
    expect(second.status).toBe(401);
    expect(second.cookie).toBeUndefined();
    expect(second.body).toMatch(/used already/);
    expect(addresses).toEqual([server.url]);
    expect(addressOf(server).token).not.toBe(token);
    expect(await enter(server)).not.toBe('');
  });

  it('becomes a cookie that no script reads, and no other site sends', async () => {
    const { origin, token } = addressOf(server);
    const { cookie } = await ask(server, { method: 'POST', path: '/enter', body: token, headers: { origin } });
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(cookie).not.toContain(token);
  });

  it('is of no use when it is wrong, of another length, or far too long', async () => {
    const { origin, token } = addressOf(server);
    for (const body of ['', 'x', token.slice(1), `${token}x`, token.toUpperCase(), 'x'.repeat(5_000)])
      expect((await ask(server, { method: 'POST', path: '/enter', body, headers: { origin } })).status).toBe(401);
    expect(await enter(server)).not.toBe('');
  });

  it('is needed: without its cookie, or with one that is made up, nobody watches or draws', async () => {
    const { origin, port } = addressOf(server);
    const name = `holdfast-inspector-${port}`;
    for (const cookie of ['', `${name}=`, `${name}=${'x'.repeat(43)}`, `other=${addressOf(server).token}`]) {
      expect(await dial(server, { origin, cookie })).toBe(401);
      expect(
        (await ask(server, { method: 'POST', path: '/chart', body: '{}', headers: { origin, cookie } })).status,
      ).toBe(401);
    }
    const cookie = await enter(server);
    expect(await dial(server, { origin, cookie: `a=b; ${cookie}` })).toBeTypeOf('object');
  });
});

describe('every answer', () => {
  it('forbids inline scripts and styles, eval, frames, sniffing and other origins', async () => {
    for (const path of ['/', '/style.css', '/page/main.js', '/nothing']) {
      const { header } = await ask(server, { path });
      const policy = header('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("style-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(header('x-content-type-options')).toBe('nosniff');
      expect(header('cross-origin-resource-policy')).toBe('same-origin');
      expect(header('referrer-policy')).toBe('no-referrer');
      expect(header('cache-control')).toBe('no-store');
      expect(header('cross-origin-opener-policy')).toBe('same-origin');
    }
  });

  it('is nothing from outside the page: no path leads to another file', async () => {
    for (const path of [
      '/package.json',
      '/server/Gate.js',
      '/page/../server/Gate.js',
      '/page/..%2fserver%2fGate.js',
      '/../package.json',
      '/index.js',
      '//etc/passwd',
    ])
      expect((await ask(server, { path })).status).toBe(404);
    expect((await ask(server, { method: 'DELETE' })).status).toBe(405);
  });
});

it('who sends more than is taken is answered before it has all come, and what is no HTTP at all', async () => {
  const cookie = await enter(server);
  const { origin, port } = addressOf(server);
  const answerTo = async (text: string): Promise<string> => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', () => undefined);
    socket.write(text);
    const [data] = await once(socket, 'data');
    socket.destroy();
    return String(data).split('\r\n', 1)[0] ?? '';
  };
  const head = (path: string): string =>
    [
      `POST ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      `Origin: ${origin}`,
      `Cookie: ${cookie}`,
      'Content-Length: 50000000',
      '\r\n',
    ].join('\r\n');
  expect(await answerTo(head('/enter') + 'x'.repeat(2_000))).toContain(' 401 ');
  expect(await answerTo(head('/vitals') + 'x'.repeat(2_000))).toContain(' 204 ');
  expect(await answerTo(head('/chart') + 'x'.repeat(1024 * 1024 + 10))).toContain(' 413 ');
  expect(await answerTo('\x16\x03\x01 garbage\r\n\r\n')).toContain(' 400 ');
  expect((await ask(server)).status).toBe(200);
});

it('listens on 127.0.0.1 and on no other address of the machine', async () => {
  const others = Object.values(networkInterfaces())
    .flat()
    .flatMap((found) => (found && !found.internal && found.family === 'IPv4' ? [found.address] : []));
  for (const host of [...others, '127.0.0.2']) {
    const socket = connect({ host, port: addressOf(server).port });
    const [error] = await once(socket, 'error');
    expect(error.code).toBe('ECONNREFUSED');
  }
});
