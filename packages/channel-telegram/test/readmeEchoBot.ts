import { telegram } from '@holdfast/telegram';
import { createMessaging } from 'holdfast';

const messaging = createMessaging({ name: 'support', channels: [telegram()] });
const bot = await messaging.startInstance('telegram', {
  name: 'Echo bot',
  credentials: { token: process.env['TELEGRAM_BOT_TOKEN'] ?? '' },
  onMessage: (message, { reply }) => reply(`echo: ${message.text}`),
});
await bot.waitFor('connected');
process.once('SIGTERM', () => void messaging.stop({ deadlineMs: 5_000 }));
