import { createMessaging, HoldfastError, InstanceNotFoundError, instanceMachine, type TelemetryEvent } from 'holdfast';
import { createActor } from 'xstate';

const signals: TelemetryEvent[] = [];
const observer = (event: TelemetryEvent) => {
  signals.push(event);
};

// The chart by itself, driven by its user.
const actor = createActor(instanceMachine, {
  input: { instance: { id: 'own', name: 'Own', channelType: 'none' }, observer },
}).start();
actor.send({ type: 'notify.connected', meta: { version: '1.0' } });
if (!actor.getSnapshot().matches('connected')) throw new Error('The chart did not connect.');
actor.send({ type: 'stop' });

// An instance under a messaging.
const messaging = createMessaging({ name: 'consumer', observer });
const server = messaging.startServer({ instance: { id: 'driven', name: 'Driven', channelType: 'none' } });
server.notifyConnected();
const status: string = messaging.instanceStatus('driven').status;
if (status !== 'connected') throw new Error(`The instance is ${status}.`);
await messaging.stop();

try {
  messaging.instanceStatus('driven');
  throw new Error('A stopped instance was found.');
} catch (error) {
  if (!(error instanceof InstanceNotFoundError && error instanceof HoldfastError)) throw error;
}
if (!signals.some(({ name }) => name === 'instance.connected')) throw new Error('No signal of the connection.');
