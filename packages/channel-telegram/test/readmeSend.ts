import type { InstanceServer } from 'holdfast';

export async function announce(bot: InstanceServer): Promise<void> {
  await bot.send({ conversation: '@my_channel', text: 'Hello, everybody.' });
  await bot.send({
    conversation: '-1001234567890',
    text: '<b>Maintenance</b> at 22:00',
    metadata: { parseMode: 'HTML', threadId: 7, disableNotification: true },
  });
}
