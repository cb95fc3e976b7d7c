/**
 * The process that is killed: twenty instances on one store. It is told what to do by lines of stdin (the order first, then
 * commands), and says what has happened in lines to descriptor 3.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MqttAdapter, mqtt } from '@holdfast/mqtt';
import { type TelegramAdapter, telegram } from '@holdfast/telegram';
import { createMessaging, type InstanceServer, type Messaging, type Store, type TelemetryEvent } from 'holdfast';
import { Ballast } from './Ballast.ts';
import { openWithPatience } from './openWithPatience.ts';
import { pace, reconnectBudget } from './pace.ts';
import type { Command, LifeOrder, Report } from './protocol.ts';
import { disagreementsOf, Subject } from './Subject.ts';

type Adapter = TelegramAdapter | MqttAdapter;

const reportsTo = 3;
const stopDeadlineMs = 8_000;

/** Synchronous: what is written is with its reader, whatever happens to this process next. */
function report(said: Report): void {
  writeSync(reportsTo, `${JSON.stringify(said)}\n`);
}

function observe({ name, metadata }: TelemetryEvent): void {
  const instance = String(metadata['instanceId']);
  if (name === 'delivery.held')
    report({ what: 'held', instance, jobId: String(metadata['jobId']), message: String(metadata['messageId']) });
  if (name === 'inbound.skipped_duplicate') report({ what: 'suppressed', instance });
}

async function live(order: LifeOrder, commands: AsyncIterable<Command>): Promise<void> {
  report({ what: 'opening' });
  const store = await openWithPatience(order, report);
  report({ what: 'open' });
  const messaging = createMessaging<Adapter>({
    channels: [telegram(), mqtt()],
    store,
    observer: observe,
    defaults: pace,
    reconnectBudget,
    // A kill finds instances asleep as well as awake.
    hibernateAfterMs: 200,
  });
  const subjects = order.subjects.map((plan) => new Subject({ plan, life: order.life, report }));
  await startAll(messaging, subjects);
  await obey(commands, { messaging, store, subjects });
}

/** Those that the store knows are resumed, as an app does that was killed; those that are new to it are started. */
async function startAll(messaging: Messaging<Adapter>, subjects: readonly Subject[]): Promise<void> {
  const byId = new Map(subjects.map((subject) => [subject.plan.id, subject]));
  const { started, failed } = await messaging.resume(({ id }) => {
    const subject = byId.get(id);
    return subject && { ...subject.behaviour, credentials: subject.plan.credentials, config: subject.plan.config };
  });
  for (const { instanceId, error } of failed)
    report({ what: 'problem', text: `${instanceId} was not resumed: ${String(error)}` });
  for (const server of started) byId.get(server.instance.id)?.begin(server);
  for (const subject of subjects) {
    if (messaging.whereis(subject.plan.id)) continue;
    subject.begin(await startNew(messaging, subject));
  }
}

function startNew(messaging: Messaging<Adapter>, { behaviour, plan }: Subject): Promise<InstanceServer> {
  const { kind, id } = plan;
  return kind === 'telegram'
    ? messaging.startInstance(kind, { id, name: id, ...behaviour, credentials: plan.credentials, config: plan.config })
    : messaging.startInstance(kind, { id, name: id, ...behaviour, credentials: plan.credentials, config: plan.config });
}

interface Life {
  readonly messaging: Messaging<Adapter>;
  readonly store: Store;
  readonly subjects: readonly Subject[];
}

async function obey(commands: AsyncIterable<Command>, { messaging, store, subjects }: Life): Promise<void> {
  const ballast = new Ballast(store);
  for await (const command of commands) {
    switch (command.name) {
      case 'resolve':
        subjects.find(({ plan }) => plan.id === command.instance)?.resolve(command.jobId, command.resolution);
        break;
      case 'finish':
        void finish(subjects);
        break;
      case 'fill':
        void ballast.fill();
        break;
      case 'makeRoom':
        await ballast.makeRoom();
        break;
      case 'stop': {
        const accounts = await messaging.stop({ deadlineMs: stopDeadlineMs });
        await store.close();
        const disagreements = [...accounts].flatMap(([id, account]) => disagreementsOf(id, account));
        return report({ what: 'stopped', disagreements });
      }
    }
  }
}

async function finish(subjects: readonly Subject[]): Promise<void> {
  for (const subject of subjects) subject.finish();
  while (subjects.some(({ depth }) => depth > 0)) await sleep(20);
  report({ what: 'drained' });
}

async function* parsed(lines: AsyncIterable<string>): AsyncGenerator<Command> {
  for await (const line of lines) yield JSON.parse(line);
}

process.on('unhandledRejection', (reason) =>
  report({ what: 'problem', text: `unhandled rejection: ${describe(reason)}` }),
);
process.on('uncaughtException', (error) => report({ what: 'problem', text: `uncaught exception: ${describe(error)}` }));

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { value: order } = await lines.next();
await live(JSON.parse(order), parsed({ [Symbol.asyncIterator]: () => lines }));
process.exit();
