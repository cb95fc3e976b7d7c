import { mqtt } from '@holdfast/mqtt';
import { createMessaging, InvalidInputError } from 'holdfast';

const messaging = createMessaging({ channels: [mqtt()] });
try {
  await messaging.startInstance('mqtt', { name: 'Client', config: { url: 'http://127.0.0.1' } });
  throw new Error('A URL that is no broker was accepted.');
} catch (error) {
  if (!(error instanceof InvalidInputError)) throw error;
}

export async function listen(url: string): Promise<void> {
  await using clients = createMessaging({ channels: [mqtt()] });
  const client = await clients.startInstance('mqtt', {
    name: 'Client',
    config: { url, subscriptions: [{ filter: 'chat/+' }] },
    onMessage: async (message, { reply }) => reply(`echo: ${message.text}`),
  });
  await client.waitFor('connected');
}
