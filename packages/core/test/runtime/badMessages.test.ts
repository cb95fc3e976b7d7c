import { InvalidInputError, type OutboundMessage } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { maxIdentifierLength, maxMetadataLength, maxTextLength } from '../../src/schema/message.ts';
import { startOnChannel } from './running.ts';

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;
const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`) as Record<string, unknown>;

describe('a message that is refused', () => {
  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /expected object, received nothing/],
    ['a text alone', 'hello', /expected object, received a string of 5 characters/],
    ['no conversation', { text: 'x' }, /conversation: expected string, received nothing/],
    ['an empty conversation', { conversation: '', text: 'x' }, /conversation: expected string of at least 1/],
    ['a conversation of 100 kB', { conversation: 'c'.repeat(100_000), text: 'x' }, /conversation: .* at most 1000/],
    ['a text that is a number', { conversation: 'a', text: 5 }, /text: expected string, received 5/],
    [
      'a text of over a million characters',
      { conversation: 'a', text: 'x'.repeat(maxTextLength + 1) },
      /text: .*1000000/,
    ],
    ['a text with half an emoji', { conversation: 'a', text: 'x\ud83d' }, /text: expected a string without lone surr/],
    [
      'a key of 100 kB',
      { conversation: 'a', text: 'x', idempotencyKey: 'k'.repeat(100_000) },
      /idempotencyKey: .*1000/,
    ],
    [
      'metadata of 10 MB',
      { conversation: 'a', text: 'x', metadata: { m: 'x'.repeat(10_000_000) } },
      /metadata: .*100000/,
    ],
    ['metadata that contains itself', { conversation: 'a', text: 'x', metadata: cyclic }, /a value without cycles/],
    ['metadata of 50,000 levels', { conversation: 'a', text: 'x', metadata: deep }, /a value without cycles|too deep/],
    ['metadata with a function', { conversation: 'a', text: 'x', metadata: { f: () => 1 } }, /metadata\.f: /],
    ['metadata with NaN', { conversation: 'a', text: 'x', metadata: { n: Number.NaN } }, /metadata\.n: /],
    [
      'metadata with the key __proto__',
      { conversation: 'a', text: 'x', metadata: JSON.parse('{"__proto__":{"polluted":true}}') },
      /metadata: expected no key __proto__/,
    ],
    ['a time of expiry that is none', { conversation: 'a', text: 'x', expiresAt: Number.NaN }, /expiresAt: /],
    ['a priority that is none', { conversation: 'a', text: 'x', priority: 'urgent' }, /priority: .*low/],
    ['a field that is none', { conversation: 'a', text: 'x', to: 'b' }, /no unknown keys \(found: \["to"\]\)/],
  ])('%s is named, and leaves the queue as it was', async (_, message, text) => {
    const { channel, clock, server } = await startOnChannel();
    await expect(server.enqueue(message as OutboundMessage)).rejects.toThrow(InvalidInputError);
    await expect(server.enqueue(message as OutboundMessage)).rejects.toThrow(text);
    expect(server.healthSnapshot().senderQueueDepth).toBe(0);
    const { settled } = await server.enqueue({ conversation: 'a', text: 'fine' });
    await clock.settle();
    await expect(settled).resolves.toBeDefined();
    expect(channel.callCount('send')).toBe(1);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('shows nothing of its text in the error', async () => {
    const { server } = await startOnChannel();
    const text = `my secret ${'x'.repeat(maxTextLength)}`;
    await expect(server.enqueue({ conversation: 'a', text })).rejects.toThrow(/^(?!.*secret)/s);
  });
});

it('a message at every limit is taken', async () => {
  const { clock, server } = await startOnChannel();
  const identifier = 'i'.repeat(maxIdentifierLength);
  const { settled } = await server.enqueue({
    id: identifier,
    conversation: identifier,
    idempotencyKey: identifier,
    text: 'x'.repeat(maxTextLength),
    metadata: { m: 'x'.repeat(maxMetadataLength - '{"m":""}'.length) },
  });
  await clock.settle();
  await expect(settled).resolves.toBeDefined();
});
