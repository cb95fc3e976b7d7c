import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ClientOptions, idleConnectionMs, TelegramClient } from '../src/TelegramClient.ts';
import { answers, type Fault, FaultyTelegram } from './FaultyTelegram.ts';

const idleMs = 30;
let server: FaultyTelegram;
let client: TelegramClient;

beforeEach(async () => {
  server = await FaultyTelegram.start();
  client = clientOf({ idleMs, maxIdleMs: idleMs });
});
afterEach(async () => {
  client.destroy();
  await server.stop();
});

const clientOf = (options: Partial<ClientOptions>) =>
  new TelegramClient({ token: server.token, apiRoot: server.apiRoot, ...options });
const getMe = (by = client) => by.call({ method: 'getMe', timeoutMs: 5_000, signals: [], read: (result) => result });

const answersLate: Fault = (response) => void setTimeout(answers({ ok: true, result: 'late' }), 4 * idleMs, response);

describe('a connection', () => {
  it('that is not used is closed by us, long before the server would', async () => {
    await getMe();
    expect(server.openSockets).toBe(1);
    await vi.waitFor(() => expect(server.openSockets).toBe(0));
    await getMe();
  });

  it('is kept for longer where the server promises to wait', async () => {
    const believing = clientOf({ idleMs });
    await getMe(believing);
    await getMe();
    expect(server.openSockets).toBe(2);
    await vi.waitFor(() => expect(server.openSockets).toBe(1));
    await getMe(believing);
    expect(server.openSockets).toBe(1);
    believing.destroy();
  });

  it('that waits for an answer is not idle, for however long', async () => {
    server.next('getMe', answersLate);
    expect(await getMe()).toBe('late');
    expect(server.openSockets).toBe(1);
  });

  it('rests for a moment after each answer, so that one call after the other takes turns on two', async () => {
    for (let count = 0; count < 20; count += 1) await getMe();
    expect(server.openSockets).toBeLessThanOrEqual(2);
  });

  it('is waited for, where there are as many as there may be', async () => {
    const few = clientOf({ maxConnections: 3 });
    const ask = () => few.call({ method: 'getMe', timeoutMs: 5_000, signals: [], read: () => server.openSockets });
    const counts = await Promise.all(Array.from({ length: 20 }, ask));
    few.destroy();
    expect(Math.max(...counts)).toBe(3);
  });

  it('is kept for less than the 5 s for which a server of Node waits, by a round trip around the world', () => {
    expect(idleConnectionMs).toBeLessThanOrEqual(createServer().keepAliveTimeout - 1_000);
  });
});
