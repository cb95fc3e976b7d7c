import { Queue, Worker } from 'bullmq';
import { Api } from 'grammy';
import { type AppendFsync, findRedis, RedisServer } from '../peers/RedisServer.ts';
import {
  type Contestant,
  forEachInstance,
  type OpenContestant,
  type SendOne,
  type Surroundings,
  sendOver,
  tokenOf,
} from './Contestant.ts';
import { postWithUndici } from './httpClients.ts';

export interface BullmqOptions {
  readonly appendFsync: AppendFsync;
  /** What the worker sends with: undici's `request`, or grammY's `Api`. */
  readonly client: 'undici' | 'grammy';
}

interface Payload {
  readonly chatId: number;
  readonly text: string;
}

/** A Redis of its own, and a queue and a worker for each instance. */
export function bullmqWith({ appendFsync, client }: BullmqOptions): OpenContestant {
  return async (surroundings) => {
    const program = findRedis();
    if (program === undefined) throw new Error('There is no redis-server here.');
    const redis = await RedisServer.start(program, surroundings.folder, appendFsync);
    process.once('exit', () => redis.kill());
    const bots = forEachInstance(surroundings, (instance) => {
      const send = client === 'undici' ? undiciSender(surroundings, instance) : grammySender(surroundings, instance);
      return new Bot({ name: `bot-${instance}`, port: redis.port, maxInFlight: surroundings.maxInFlight, send });
    });
    await Promise.all(bots.map((bot) => bot.ready()));
    return contestantOf(bots, redis);
  };
}

function contestantOf(bots: readonly Bot[], redis: RedisServer): Contestant {
  return {
    send: sendOver(bots.map((bot) => (message) => bot.send(message))),
    async close() {
      await Promise.all(bots.map((bot) => bot.close()));
      await redis.stop();
    },
  };
}

function undiciSender({ apiRoot }: Surroundings, instance: number): SendOne {
  const url = `${apiRoot}/bot${tokenOf(instance)}/sendMessage`;
  return (message) => postWithUndici(url, message);
}

function grammySender({ apiRoot }: Surroundings, instance: number): SendOne {
  const api = new Api(tokenOf(instance), { apiRoot });
  return async ({ chatId, text }) => (await api.sendMessage(chatId, text)).message_id;
}

interface BotOptions {
  readonly name: string;
  readonly port: number;
  readonly maxInFlight: number;
  readonly send: SendOne;
}

interface Waiting {
  resolve(messageId: number): void;
  reject(error: Error): void;
}

/**
 * One instance. Its worker is in the same process, so that a receipt comes back as fast as it can: with the worker's own event,
 * and not by way of Redis. Attempts and backoff are those of Holdfast.
 */
class Bot {
  readonly #queue: Queue<Payload, number>;
  readonly #worker: Worker<Payload, number>;
  readonly #waiting = new Map<string, Waiting>();
  #jobs = 0;

  constructor({ name, port, maxInFlight, send }: BotOptions) {
    const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
    this.#queue = new Queue(name, {
      connection,
      defaultJobOptions: { attempts: 5, backoff: { type: 'exponential', delay: 500 }, removeOnComplete: true },
    });
    this.#worker = new Worker(name, ({ data }) => send(data), { connection, concurrency: maxInFlight });
    this.#worker.on('completed', ({ id = '' }, messageId) => this.#take(id)?.resolve(messageId));
    this.#worker.on('failed', (job, error) => {
      if (job?.id !== undefined && job.finishedOn !== undefined) this.#take(job.id)?.reject(error);
    });
    // What fails here fails in a call too, which says so.
    this.#worker.on('error', () => undefined);
    this.#queue.on('error', () => undefined);
  }

  async ready(): Promise<void> {
    await Promise.all([this.#queue.waitUntilReady(), this.#worker.waitUntilReady()]);
  }

  send(message: Payload): Promise<number> {
    this.#jobs += 1;
    // Chosen here, so that the worker cannot be done before the id is known. BullMQ takes no bare number for one.
    const jobId = `job-${this.#jobs}`;
    return new Promise((resolve, reject) => {
      this.#waiting.set(jobId, { resolve, reject });
      this.#queue.add('send', message, { jobId }).catch((error: unknown) => {
        this.#take(jobId);
        reject(error);
      });
    });
  }

  async close(): Promise<void> {
    await this.#worker.close();
    await this.#queue.close();
  }

  #take(jobId: string): Waiting | undefined {
    const waiting = this.#waiting.get(jobId);
    this.#waiting.delete(jobId);
    return waiting;
  }
}
