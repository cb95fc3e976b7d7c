import { scriptedChannel, VirtualClock } from '@holdfast/testing';
import { chartCoverage } from '@holdfast/testing/chart';
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
