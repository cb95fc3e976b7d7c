import { bullmqWith } from './bullmq.ts';
import type { OpenContestant } from './Contestant.ts';
import { openGrammy } from './grammy.ts';
import { openHoldfast, openHoldfastSqlite } from './holdfast.ts';
import { postWithFetch, postWithUndici } from './httpClients.ts';
import { pQueueWith } from './pQueue.ts';

/** What is compared with what: those that forget when the process ends, and those that do not. */
export type Field = 'memory' | 'durable';

export interface Entry {
  /** One word, for programs. */
  readonly name: string;
  readonly field: Field;
  readonly label: string;
  /** What it sends with, and how it was set up. */
  readonly setUp: string;
  /** What it promises of a message that it has accepted, should the power fail. */
  readonly onPowerCut: string;
  readonly needsRedis: boolean;
  readonly open: OpenContestant;
}

const allIsLost = 'everything that is queued is lost';
const everySecond = 'about the last second of accepted messages may be lost: the log is synced once a second';
const always = 'nothing is lost: the log is synced before Redis answers';

/** In each field Holdfast first. */
export const catalogue: readonly Entry[] = [
  {
    name: 'holdfast',
    field: 'memory',
    label: 'Holdfast',
    setUp: 'without a store; @holdfast/telegram as it is, but for its 30 sends a second, which are lifted',
    onPowerCut: allIsLost,
    needsRedis: false,
    open: openHoldfast,
  },
  {
    name: 'grammy',
    field: 'memory',
    label: 'grammY',
    setUp:
      'with auto-retry and the throttler, the latter without its limits by time: 1 send at once a chat, in all as the others',
    onPowerCut: allIsLost,
    needsRedis: false,
    open: openGrammy,
  },
  {
    name: 'p-queue-fetch',
    field: 'memory',
    label: 'p-queue, fetch',
    setUp: "Node's fetch; no order within a chat, no retries",
    onPowerCut: allIsLost,
    needsRedis: false,
    open: pQueueWith(postWithFetch),
  },
  {
    name: 'p-queue-undici',
    field: 'memory',
    label: 'p-queue, undici',
    setUp: "undici's request; no order within a chat, no retries",
    onPowerCut: allIsLost,
    needsRedis: false,
    open: pQueueWith(postWithUndici),
  },
  {
    name: 'holdfast-sqlite',
    field: 'durable',
    label: 'Holdfast, SQLite',
    setUp: "the same with sqliteStore(), durability 'power-cut', its default",
    onPowerCut: 'nothing is lost: enqueue resolves when the message is synced to the disk',
    needsRedis: false,
    open: openHoldfastSqlite,
  },
  {
    name: 'bullmq-everysec',
    field: 'durable',
    label: 'BullMQ, everysec, undici',
    setUp: "a weaker promise: appendfsync everysec; the worker sends with undici's request, no order within a chat",
    onPowerCut: everySecond,
    needsRedis: true,
    open: bullmqWith({ appendFsync: 'everysec', client: 'undici' }),
  },
  {
    name: 'bullmq-always',
    field: 'durable',
    label: 'BullMQ, always, undici',
    setUp: "appendfsync always; the worker sends with undici's request, no order within a chat",
    onPowerCut: always,
    needsRedis: true,
    open: bullmqWith({ appendFsync: 'always', client: 'undici' }),
  },
  {
    name: 'bullmq-always-grammy',
    field: 'durable',
    label: 'BullMQ, always, grammY',
    setUp: "appendfsync always; the worker sends with grammY's Api",
    onPowerCut: always,
    needsRedis: true,
    open: bullmqWith({ appendFsync: 'always', client: 'grammy' }),
  },
];

/** Throws for a name that nobody has. */
export function entryOf(name: string): Entry {
  const entry = catalogue.find((candidate) => candidate.name === name);
  if (!entry) throw new RangeError(`Nobody is called "${name}": ${catalogue.map((known) => known.name).join(', ')}.`);
  return entry;
}
