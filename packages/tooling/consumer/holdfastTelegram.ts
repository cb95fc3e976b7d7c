import { telegram } from '@holdfast/telegram';
import { createMessaging, InvalidInputError } from 'holdfast';

const messaging = createMessaging({ channels: [telegram()] });
try {
  await messaging.startInstance('telegram', { name: 'Bot', credentials: { token: '' } });
  throw new Error('An empty token was accepted.');
} catch (error) {
  if (!(error instanceof InvalidInputError)) throw error;
}

export async function runEcho(token: string): Promise<void> {
  await using bots = createMessaging({ channels: [telegram()] });
  const bot = await bots.startInstance('telegram', {
    name: 'Bot',
    credentials: { token },
    onMessage: async (message, { reply }) => reply(`echo: ${message.text}`),
  });
  await bot.waitFor('connected');
}
