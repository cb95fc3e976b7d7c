import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { telegram } from '@holdfast/telegram';
import { createMessaging } from 'holdfast';

const messaging = createMessaging({ name: 'support', channels: [telegram({ mode: 'webhook' })] });
const bot = await messaging.startInstance('telegram', {
  name: 'Echo bot',
  credentials: { token: process.env['TELEGRAM_BOT_TOKEN'] ?? '' },
  config: { webhook: { url: 'https://bot.example.org/telegram' } },
  onMessage: (message, { reply }) => reply(`echo: ${message.text}`),
});

const server = createServer(async (request, response) => {
  const secretToken = request.headers['x-telegram-bot-api-secret-token']?.toString();
  const answer = await bot.handleWebhook({
    method: request.method ?? 'GET',
    headers: { 'x-telegram-bot-api-secret-token': secretToken },
    body: await text(request),
  });
  response.writeHead(answer.status, answer.headers).end(answer.body);
});
server.listen(8443);
