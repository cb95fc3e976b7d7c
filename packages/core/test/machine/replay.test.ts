import { outcome, scriptedChannel, VirtualClock } from '@holdfast/testing';
import {
  expectSameReplay,
  instanceFields,
  type ReplayOptions,
  recordEvents,
  replayEvents,
} from '@holdfast/testing/record';
import { createMessaging, instanceMachine } from 'holdfast';
import { expect, it } from 'vitest';
import { bindingOf } from './bindingOf.ts';

/** What an instance went through: refused at first, dropped later, failing, and stopped with work in hand. */
async function recordOutage(): Promise<string> {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const recorder = recordEvents({
    machine: instanceMachine,
    write: (line) => lines.push(line),
    allow: instanceFields,
    now: () => clock.now(),
  });
  const channel = scriptedChannel({ clock, script: { connect: [outcome.fail('secret-reason'), outcome.ok()] } });
  const messaging = createMessaging({ channels: [channel], clock, inspect: recorder.inspect });
  const server = await messaging.startInstance('scripted', { id: 'bot', name: 'Bot' });
  await clock.advance(5_000);
  channel.links[0]?.drop();
  await clock.advance(20_000);
  for (let count = 0; count < 3; count += 1) server.notifyFailure('secret-reason');
  await clock.settle();
  const stopped = messaging.stop();
  await clock.advance(60_000);
  await stopped;
  return lines.join('');
}

it('a recorded outage of a real instance is what the chart still does, and shows no reason', async () => {
  const recording = await recordOutage();
  const clock = new VirtualClock();
  const input = {
    instance: { id: 'bot', name: 'Bot', channelType: 'scripted' },
    clock,
    channel: await bindingOf(clock),
  };
  const options: ReplayOptions = {
    machine: instanceMachine,
    input,
    advance: (ms) => clock.jump(ms),
    // The link itself is in no recording. That there was one to read from decides whether there is reading to finish.
    complete: (event) => (event.type === 'connection.up' ? { ...event, link: { canPoll: true } } : event),
  };
  const { actors, events } = expectSameReplay(recording, options);
  expect(actors).toBe(1);
  expect(events).toBeGreaterThan(10);
  expect(recording).not.toContain('secret-reason');
  const deaf = instanceMachine.provide({ guards: { isInformed: () => false } });
  expect(replayEvents(recording, { machine: deaf, input }).divergence?.event.type).toMatch(/^notify\./);
});
