import { once } from 'node:events';
import type { Observer, StopAccount } from 'holdfast';
import { createToken } from './botToken.ts';
import { createEchoMessaging, startEchoBot } from './echoBot.ts';
import { startInspection } from './inspection.ts';
import { LocalTelegram } from './LocalTelegram.ts';
import { openView } from './openView.ts';
import { pause } from './pause.ts';
import { SimulatedUser } from './SimulatedUser.ts';

const writesEveryMs = 2_000;
const comesBackAfterMs = 3_000;

/** The bot on Telegram itself, until `stop` aborts. */
export function runOnTelegram(token: string, stop: AbortSignal): Promise<StopAccount> {
  return runBot({ token, title: () => ['Echo bot on Telegram. Write to it; Ctrl-C stops it.'] }, stop);
}

/** The bot on a local server, with somebody who writes to it, until `stop` aborts. */
export async function runLocally(stop: AbortSignal): Promise<StopAccount> {
  const token = createToken();
  await using server = await LocalTelegram.start(token);
  const user = new SimulatedUser(server);
  const failed = new AbortController();
  const end = AbortSignal.any([stop, failed.signal]);
  const bot = runBot({ token, apiRoot: server.apiRoot, title: () => describe(server) }, end);
  const company = [user.chat(writesEveryMs, end), keepRunning(server, token, end)];
  try {
    const [account] = await Promise.all([bot, ...company]);
    return account;
  } finally {
    failed.abort();
    await Promise.allSettled([bot, ...company]);
  }
}

interface BotOptions {
  readonly token: string;
  readonly apiRoot?: string;
  readonly title: () => readonly string[];
}

async function runBot({ token, apiRoot, title }: BotOptions, end: AbortSignal): Promise<StopAccount> {
  await using inspection = await startInspection();
  const lines = (): readonly string[] => [...title(), inspection.title()];
  using view = openView(process.stdout, { title: lines, rows: () => messaging.listInstanceHealth() });
  const { inspector } = inspection;
  const observer: Observer = (event) => {
    view.observe(event);
    inspector.signal(event);
  };
  await using messaging = createEchoMessaging(observer, inspector);
  const bot = await startEchoBot(messaging, { token, apiRoot });
  if (!end.aborted) await once(end, 'abort');
  return await bot.stop();
}

/** Whoever kills the server to see the bot reconnect gets it back. */
async function keepRunning(server: LocalTelegram, token: string, end: AbortSignal): Promise<void> {
  while (!end.aborted) {
    await server.ended(end);
    await pause(comesBackAfterMs, end);
    if (!end.aborted) await server.start(token);
  }
}

function describe({ isRunning, pid, port }: LocalTelegram): readonly string[] {
  return [
    `Echo bot. A user writes to it on a local server, 127.0.0.1:${port}. Ctrl-C stops.`,
    isRunning
      ? `To see it reconnect, kill the server: kill -9 ${pid}`
      : 'The server is down. It comes back in a moment.',
  ];
}
