import { InboundMessage, OutboundMessage } from 'holdfast';
import { describe, expect, it } from 'vitest';

const outbound = { conversation: '42', text: 'hello' };
const inbound = { id: 'm1', conversation: '42', text: 'hello' };

describe('a message to send', () => {
  it.each([
    outbound,
    { ...outbound, text: '' },
    { ...outbound, id: 'mine' },
    { ...outbound, idempotencyKey: null },
    { ...outbound, id: 'mine', idempotencyKey: 'key', metadata: { parseMode: 'HTML', deep: [{ a: null }] } },
  ])('%j is taken as it is', (message) => {
    expect(OutboundMessage.parse(message)).toEqual(message);
  });

  it.each([
    ['no conversation', { conversation: undefined }],
    ['an empty conversation', { conversation: '' }],
    ['a conversation that is a number', { conversation: 42 }],
    ['no text', { text: undefined }],
    ['a text that is no text', { text: null }],
    ['an empty id', { id: '' }],
    ['an empty idempotency key', { idempotencyKey: '' }],
    ['a metadata that is a list', { metadata: [] }],
    ['metadata that is no JSON', { metadata: { at: new Date(0) } }],
    ['a misspelt key', { converation: '42' }],
  ])('is refused with %s', (_, change) => {
    expect(OutboundMessage.safeParse({ ...outbound, ...change }).success).toBe(false);
  });
});

describe('a message that came in', () => {
  it.each([
    inbound,
    { ...inbound, text: '', sentAt: 0 },
    { ...inbound, sender: { id: '7' } },
    {
      ...inbound,
      sender: { id: '7', name: 'Ada' },
      sentAt: 1_767_225_600_000,
      metadata: { chat: { type: 'private' } },
    },
  ])('%j is taken as it is', (message) => {
    expect(InboundMessage.parse(message)).toEqual(message);
  });

  it.each([
    ['no id', { id: undefined }],
    ['an empty id', { id: '' }],
    ['an empty conversation', { conversation: '' }],
    ['no text', { text: undefined }],
    ['a sender without an id', { sender: { name: 'Ada' } }],
    ['a date for sentAt', { sentAt: new Date(0) }],
    ['metadata that is no JSON', { metadata: { raw: () => 1 } }],
  ])('is refused with %s', (_, change) => {
    expect(InboundMessage.safeParse({ ...inbound, ...change }).success).toBe(false);
  });

  it('loses what the channel adds and no schema knows', () => {
    expect(InboundMessage.parse({ ...inbound, raw: 'update' })).toEqual(inbound);
  });
});
