import { scriptedChannel, VirtualClock } from '@holdfast/testing';
import { createMessaging } from 'holdfast';

const clock = new VirtualClock();
const channel = scriptedChannel({ clock });
const messaging = createMessaging({ channels: [channel], clock });
const server = await messaging.startInstance(channel.kind, { name: 'Scripted' });
const connected: Promise<void> = server.waitFor('connected', { timeoutMs: 1000 });
await clock.advance(100);
await connected;
const stopped = messaging.stop();
await clock.advance(60_000);
await stopped;
