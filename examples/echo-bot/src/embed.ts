import { telegram } from '@holdfast/telegram';
import { createMessaging } from 'holdfast';

await using messaging = createMessaging({ channels: [telegram()], observer: ({ name }) => console.log(name) });
const bot = await messaging.startInstance('telegram', {
  name: 'Support bot',
  credentials: { token: process.env['TELEGRAM_BOT_TOKEN'] ?? '' },
  config: { apiRoot: process.env['TELEGRAM_API_ROOT'] },
  onMessage: (message, { reply }) => reply(`echo: ${message.text}`),
});
await bot.waitFor('connected', { timeoutMs: 10_000 });
console.log(await bot.send({ conversation: process.env['TELEGRAM_CHAT_ID'] ?? '42', text: 'hello' }));
