import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Children } from '../../peers/Children.ts';
import { adminToken, updateIdOf } from '../../peers/TelegramAccount.ts';
import { ownHome } from '../../peers/TelegramPeer.ts';
import { callTelegram } from '../../peers/telegramCalls.ts';
import type { HostAnswer, HostOrder } from '../../peers/telegramHost.ts';
import type { SubjectPlan } from '../subject/protocol.ts';
import { type Arrival, inboundConversations, outboundConversations, policyOf, type Server } from './Server.ts';
import { telegramArrivals } from './telegramArrivals.ts';

const hostScript = fileURLToPath(new URL('../../peers/telegramHost.js', import.meta.url));
const sendEveryMs = 250;
const readAtOnce = 10;

interface Bot {
  readonly plan: SubjectPlan;
  readonly port: number;
  readonly recordPath: string;
}

/** Bots on crabline, a server of the Bot API that others wrote, in a process of its own. */
export class TelegramServer implements Server {
  readonly readAtOnce = readAtOnce;
  readonly #children: Children;
  readonly #child: ChildProcess;
  readonly #bots: ReadonlyMap<string, Bot>;
  readonly #agent = new Agent({ keepAlive: true });

  static async start(children: Children, name: string, count: number): Promise<TelegramServer> {
    const home = join(children.folder, name);
    await mkdir(home);
    const wanted = Array.from({ length: count }, (_bot, index) => {
      const id = `telegram${index + 1}`;
      return { id, policy: policyOf(index), token: `${1_000 + index}:the-token-of-${id}`, recordPath: join(home, id) };
    });
    const child = children.fork(hostScript, {
      options: {
        cwd: home,
        env: { ...process.env, HOME: home },
        execArgv: ['--import', ownHome],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    });
    const answered = once(child, 'message') as Promise<[HostAnswer]>;
    const exited = once(child, 'exit').then(([code]) => {
      throw new Error(`The Telegram servers of ${name} ended with ${code} before they listened.`);
    });
    const bots = wanted.map(({ token, recordPath }) => ({ token, recorderPath: recordPath }));
    child.send({ adminToken, bots } satisfies HostOrder);
    const [{ ports }] = await Promise.race([answered, exited]);
    exited.catch(() => {
      // From now on it ends when it is closed.
    });
    const started = wanted.map(({ id, policy, token, recordPath }, index): Bot => {
      const port = ports[index] ?? 0;
      const plan: SubjectPlan = {
        id,
        kind: 'telegram',
        policy,
        conversations: Array.from({ length: outboundConversations }, (_chat, chat) => String(100 + chat)),
        credentials: { token },
        config: { apiRoot: `http://127.0.0.1:${port}`, pollLimit: readAtOnce },
        sendEveryMs,
      };
      return { plan, port, recordPath };
    });
    return new TelegramServer(children, child, started);
  }

  private constructor(children: Children, child: ChildProcess, bots: readonly Bot[]) {
    this.#children = children;
    this.#child = child;
    this.#bots = new Map(bots.map((bot) => [bot.plan.id, bot]));
  }

  get subjects(): readonly SubjectPlan[] {
    return [...this.#bots.values()].map(({ plan }) => plan);
  }

  async write(instance: string, number: number): Promise<void> {
    const { status, text } = await callTelegram({
      port: this.#bots.get(instance)?.port ?? 0,
      path: '/crabline/telegram/inbound',
      headers: { 'x-crabline-admin-token': adminToken },
      body: {
        chatId: String(200 + (number % inboundConversations)),
        fromId: 7,
        fromName: 'Ann',
        text: String(number),
        updateId: updateIdOf(number),
      },
      agent: this.#agent,
    });
    if (status !== 200) throw new Error(`crabline took no message from the user: ${status} ${text}`);
  }

  async arrivals(): Promise<readonly Arrival[]> {
    const all = await Promise.all(
      [...this.#bots.values()].map(async ({ plan, recordPath }) => {
        const lines = await readFile(recordPath, 'utf8').catch(() => '');
        return telegramArrivals(lines).map((arrival) => ({ instance: plan.id, ...arrival }));
      }),
    );
    return all.flat();
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    await this.#children.kill(this.#child);
  }
}
