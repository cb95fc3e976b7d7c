import { createMessaging, type TelemetryEvent } from 'holdfast';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { telegram } from '../src/telegram.ts';
import { CrablineServer } from './CrablineServer.ts';

const patient = { timeout: 10_000, interval: 20 };

describe('a bot on the Telegram channel, against crabline', () => {
  it('echoes, survives the death of the server without losing or doubling a message, and parks when its token is revoked', async () => {
    const events: TelemetryEvent[] = [];
    let server = await CrablineServer.start();
    onTestFinished(() => server.kill());
    const { apiRoot, port, token } = server;
    await using messaging = createMessaging({
      name: 'Echoes',
      channels: [telegram()],
      observer: (event) => events.push(event),
      defaults: { reconnect: { baseBackoffMs: 20, maxBackoffMs: 100, maxAttempts: 100 } },
    });
    const bot = await messaging.startInstance('telegram', {
      name: 'Echo',
      credentials: { token },
      config: { apiRoot },
      onMessage: (message, { reply }) => reply(`echo: ${message.text}`),
    });
    await bot.waitFor('connected', { timeoutMs: 5_000 });
    const echoed = async () => (await server.sent()).map(({ text }) => text);
    const handled = () => events.filter(({ name }) => name === 'inbound.handled').length;

    for (const updateId of [1, 2, 3]) await server.write(`${updateId}`, { updateId });
    await vi.waitFor(async () => expect(await echoed()).toEqual(['echo: 1', 'echo: 2', 'echo: 3']), patient);
    await vi.waitFor(() => expect(handled()).toBe(3), patient);

    await server.kill();
    await vi.waitFor(() => expect(bot.status().status).not.toBe('connected'), patient);
    server = await CrablineServer.start({ token, port });
    await bot.waitFor('connected', { timeoutMs: 5_000 });
    for (const updateId of [4, 5]) await server.write(`${updateId}`, { updateId });
    await vi.waitFor(async () => expect(await echoed()).toEqual(['echo: 4', 'echo: 5']), patient);

    await server.kill();
    server = await CrablineServer.start({ token: '424242:another-token-of-the-bot', port });
    await vi.waitFor(() => expect(bot.status().substate).toBe('unauthorized'), patient);
    expect(bot.status().lastError).toBe('telegram.404');
    expect(JSON.stringify([events, bot.healthSnapshot()])).not.toContain(token.split(':')[1]);
  });
});
