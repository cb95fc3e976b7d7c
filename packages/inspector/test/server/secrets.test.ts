import { outcome, scriptedChannel, VirtualClock } from '@holdfast/testing';
import { createMessaging } from 'holdfast';
import { afterEach, expect, it, vi } from 'vitest';
import { createInspector } from '../../src/index.ts';
import { exportSession } from '../../src/page/model/exportSession.ts';
import { Model } from '../../src/page/model/Model.ts';
import { startInspectorServer } from '../../src/server/index.ts';
import { addressOf, ask, watch } from './client.ts';

const canary = 'CANARY-7f3a';

afterEach(() => {
  vi.restoreAllMocks();
});

it('no secret of an instance is in any frame, page, log or export: not its credentials, errors, messages or settings', async () => {
  const written: unknown[][] = [];
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation((...parts) => written.push(parts));
  const clock = new VirtualClock();
  const channel = scriptedChannel({
    clock,
    script: { connect: [outcome.fail(new Error(canary)), outcome.ok()], send: [outcome.fail(new Error(canary))] },
  });
  const inspector = createInspector();
  await using server = await startInspectorServer({ inspector, port: 0 });
  const { token } = addressOf(server);
  const page = await watch(server);
  const messaging = createMessaging({
    channels: [channel],
    clock,
    inspect: inspector,
    observer: inspector.signal,
  });
  const bot = await messaging.startInstance('scripted', {
    id: 'bot',
    name: 'Bot',
    credentials: { token: canary },
    config: { path: canary },
    settings: { note: canary },
    onMessage: () => {
      throw new Error(canary);
    },
  });
  await clock.advance(5_000);
  channel.deliver({ id: canary, conversation: canary, text: canary });
  await bot.enqueue({ conversation: canary, text: canary });
  bot.notifyFailure(canary);
  await clock.advance(30_000);
  const stopped = messaging.stop();
  await clock.advance(60_000);
  await stopped;
  await page.until(() =>
    page.records().some((record) => record.kind === 'signal' && record.name === 'instance.stopped'),
  );
  const model = new Model();
  for (const message of page.messages) model.take(message);
  const everything = JSON.stringify([page.messages, exportSession(model, 0), written, server.counts]);
  expect(everything).toContain('notify.failure');
  expect(everything).toContain('"bot"');
  expect(everything).not.toContain(canary);
  expect(everything).not.toContain(token);
  for (const path of ['/', '/style.css', '/page/main.js'])
    expect((await ask(server, { path })).body).not.toContain(token);
  expect(written).toEqual([]);
});
