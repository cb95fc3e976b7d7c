import { outcome } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import { startOnChannel, startServer } from './running.ts';

const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"update_id":1}' };
const comeAgain = { status: 503, headers: { 'retry-after': '5' } };
const webhook = { capabilities: { inbound: 'webhook' } } as const;

describe('a webhook call', () => {
  it('is handed to the live link, whose answer is the answer', async () => {
    const answer = { status: 202, body: 'taken' };
    const { channel, server } = await startOnChannel({
      channel: { ...webhook, script: { webhook: [outcome.ok(answer)] } },
    });
    expect(await server.handleWebhook(request)).toEqual(answer);
    expect(channel.webhooks.map((call) => call.request)).toEqual([request]);
  });

  it('is not found on a channel that takes none', async () => {
    const { server } = await startOnChannel();
    expect(await server.handleWebhook(request)).toEqual({ status: 404 });
  });

  it.each([
    ['rejects', outcome.fail(new Error('canary'))],
    ['throws', outcome.throwAtOnce('canary')],
    ['answers with something else', outcome.garbage('ok')],
  ])('is to come again when the link %s, and says nothing about why', async (_, garbled) => {
    const { server } = await startOnChannel({ channel: { ...webhook, script: { webhook: [garbled] } } });
    expect(await server.handleWebhook(request)).toEqual(comeAgain);
    expect(server.status().status).toBe('connected');
  });

  it('is to come again after a minute in the works', async () => {
    const { clock, server } = await startOnChannel({ channel: { ...webhook, script: { webhook: [outcome.hang()] } } });
    const answering = server.handleWebhook(request);
    let answered = false;
    void answering.then(() => {
      answered = true;
    });
    await clock.advance(59_999);
    expect(answered).toBe(false);
    await clock.advance(1);
    expect(await answering).toEqual(comeAgain);
  });

  it('is to come again while there is no link, without a channel, and after the end', async () => {
    const { server } = await startOnChannel({ channel: { ...webhook, fallback: { connect: outcome.hang() } } });
    expect(await server.handleWebhook(request)).toEqual(comeAgain);
    const driven = startServer().server;
    expect(await driven.handleWebhook(request)).toEqual(comeAgain);
    const stopped = await startOnChannel({ channel: webhook });
    await stopped.server.stop();
    expect(await stopped.server.handleWebhook(request)).toEqual(comeAgain);
    expect(stopped.channel.webhooks).toEqual([]);
  });
});
