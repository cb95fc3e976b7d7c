import { scriptedChannel, VirtualClock } from '@holdfast/testing';
import { chartCoverage } from '@holdfast/testing/chart';
import { channelContract } from '@holdfast/testing/contracts';
import { planTests } from '@holdfast/testing/model';
import { recordEvents, replayEvents } from '@holdfast/testing/record';
import { saveCoverage } from '@holdfast/testing/vitest';
import { createMessaging, instanceMachine } from 'holdfast';

const clock = new VirtualClock();
const coverage = chartCoverage(instanceMachine);
const channel = scriptedChannel({ clock });
const messaging = createMessaging({ channels: [channel], clock, inspect: coverage.inspect });
const server = await messaging.startInstance(channel.kind, { name: 'Scripted' });
const connected: Promise<void> = server.waitFor('connected', { timeoutMs: 1000 });
await clock.advance(100);
await connected;
const stopped = messaging.stop();
await clock.advance(60_000);
await stopped;
coverage.expectAtLeast({ states: 15 });

const { covered, total } = planTests(instanceMachine, {
  input: { instance: { id: 'bot', name: 'Bot', channelType: 'scripted' } },
  project: ({ context }) => Math.min(context.consecutiveFailures, 1),
});
if (covered < 20 || covered > total) throw new Error(`A plan covers ${covered} of ${total} transitions.`);
if (typeof channelContract !== 'function') throw new Error('There is no contract of channels.');
if (replayEvents('', { machine: instanceMachine }).events !== 0) throw new Error('An empty recording has no events.');
if (recordEvents({ machine: instanceMachine, write: () => undefined }).failure)
  throw new Error('Nothing was written yet.');
saveCoverage(coverage);
