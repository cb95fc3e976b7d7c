/**
 * The Telegram server of crabline, once for each bot, in one process of its own. It serves one token a server, but as many
 * servers a process as one likes, and a process with five is nearly as cheap as a process with one.
 */
import { startTelegramServer } from '@openclaw/crabline';

/** What it is told first, as a message of its parent. */
export interface HostOrder {
  readonly adminToken: string;
  readonly bots: readonly { readonly token: string; readonly recorderPath: string }[];
}

/** What it answers: where each bot is served, in the same order. */
export interface HostAnswer {
  readonly ports: readonly number[];
}

async function serve({ adminToken, bots }: HostOrder): Promise<HostAnswer> {
  const ports: number[] = [];
  for (const { token, recorderPath } of bots) {
    const { manifest } = await startTelegramServer({
      adminToken,
      botToken: token,
      botId: Number(token.split(':')[0]),
      host: '127.0.0.1',
      port: 0,
      recorderPath,
    });
    ports.push(Number(new URL(manifest.baseUrl).port));
  }
  return { ports };
}

process.once('message', (order: HostOrder) => {
  void serve(order).then((answer) => process.send?.(answer));
});
process.once('disconnect', () => process.exit());
