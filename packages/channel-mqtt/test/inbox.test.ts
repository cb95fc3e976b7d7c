import type { InboundMessage, PollResult } from 'holdfast';
import type { IPublishPacket } from 'mqtt';
import { beforeEach, describe, expect, it } from 'vitest';
import { Inbox } from '../src/Inbox.ts';
import { SessionIds, SessionIndex } from '../src/SessionIds.ts';

function publish(payload: string, fields: Partial<IPublishPacket> = {}): IPublishPacket {
  return { cmd: 'publish', topic: 't', payload: Buffer.from(payload), qos: 1, dup: false, retain: false, ...fields };
}

function messagesOf({ items }: PollResult): InboundMessage[] {
  return items.map(({ message }) => message);
}

function textsOf(result: PollResult): string[] {
  return messagesOf(result).map(({ text }) => text);
}

let session: SessionIds;
let inbox: Inbox;

function newInbox({ capacity = 3, maxPayloadBytes = 100 } = {}): Inbox {
  return new Inbox({ session, capacity, maxPayloadBytes });
}

beforeEach(() => {
  session = new SessionIds();
  inbox = newInbox();
});

describe('the inbox', () => {
  it('gives what is not committed again, and goes on from a cursor', () => {
    for (const messageId of [1, 2, 3]) inbox.receive(publish(`m${messageId}`, { messageId }));
    const all = inbox.read(null);
    expect(textsOf(all)).toEqual(['m1', 'm2', 'm3']);
    expect(inbox.read(null)).toEqual(all);
    expect(inbox.read('of-another-link:2')).toEqual(all);
    const first = all.items[0]?.cursor ?? null;
    expect(textsOf(inbox.read(first))).toEqual(['m2', 'm3']);
    expect(inbox.read(all.cursor)).toEqual({ items: [], cursor: all.cursor });
  });

  it('names what is to be acknowledged once, in order, and nothing for QoS 0', () => {
    inbox.receive(publish('a', { messageId: 9 }));
    inbox.receive(publish('b', { qos: 0 }));
    inbox.receive(publish('c', { messageId: 4 }));
    const { items, cursor } = inbox.read(null);
    expect(inbox.commit(items[1]?.cursor ?? null)).toEqual([9]);
    expect(inbox.commit(items[1]?.cursor ?? null)).toEqual([]);
    expect(inbox.commit(cursor)).toEqual([4]);
    expect(inbox.commit('of-another-link:99')).toEqual([]);
  });

  it('acknowledges what it skips in its turn', () => {
    inbox.receive(publish('a', { messageId: 1 }));
    inbox.receive(publish('x'.repeat(101), { messageId: 2 }));
    inbox.receive(publish('', { messageId: 3, payload: Buffer.from([0xc3, 0x28]) }));
    const { items, cursor } = inbox.read(null);
    expect(items).toHaveLength(1);
    expect(inbox.commit(items[0]?.cursor ?? null)).toEqual([1]);
    expect(inbox.read(items[0]?.cursor ?? null)).toEqual({ items: [], cursor });
    expect(inbox.commit(cursor)).toEqual([2, 3]);
  });

  it('takes a payload of just the length allowed, and an empty one', () => {
    inbox.receive(publish('x'.repeat(100), { messageId: 1 }));
    inbox.receive(publish('', { messageId: 2 }));
    expect(textsOf(inbox.read(null)).map(({ length }) => length)).toEqual([100, 0]);
  });

  it('drops what does not fit of QoS 0, and says so with the next message', () => {
    for (const text of ['a', 'b', 'c', 'd', 'e']) inbox.receive(publish(text, { qos: 0 }));
    const { cursor, items } = inbox.read(null);
    expect(items).toHaveLength(3);
    inbox.commit(cursor);
    inbox.receive(publish('f', { qos: 0 }));
    inbox.receive(publish('g', { qos: 0 }));
    const messages = messagesOf(inbox.read(cursor));
    expect(messages.map(({ text, metadata }) => [text, metadata?.['droppedBefore']])).toEqual([
      ['f', 2],
      ['g', undefined],
    ]);
    expect(inbox.isSpent).toBe(false);
  });

  it('leaves with the broker what does not fit of QoS 1 and all that follows, and is spent when the rest is committed', () => {
    for (const messageId of [1, 2, 3, 4]) inbox.receive(publish(`m${messageId}`, { messageId }));
    const { items, cursor } = inbox.read(null);
    inbox.commit(items[0]?.cursor ?? null);
    inbox.receive(publish('m5', { messageId: 5 }));
    expect(textsOf(inbox.read(null))).toEqual(['m2', 'm3']);
    expect(inbox.isSpent).toBe(false);
    expect(inbox.commit(cursor)).toEqual([2, 3]);
    expect(inbox.isSpent).toBe(true);
  });

  it('takes what a broker sends again on the same connection once', () => {
    inbox.receive(publish('a', { messageId: 1 }));
    inbox.receive(publish('a', { messageId: 1, dup: true }));
    const { items, cursor } = inbox.read(null);
    expect(items).toHaveLength(1);
    expect(inbox.commit(cursor)).toEqual([1]);
  });

  it('wakes a reader when something comes, and lets it go when the time is over or a signal aborts', async () => {
    const signals = [new AbortController().signal];
    const waiting = inbox.whenFilled({ cursor: null, waitMs: 60_000, signals });
    inbox.receive(publish('a', { messageId: 1 }));
    await waiting;
    const { cursor } = inbox.read(null);
    await inbox.whenFilled({ cursor: null, waitMs: 60_000, signals });
    await inbox.whenFilled({ cursor, waitMs: 1, signals });
    const controller = new AbortController();
    const aborted = inbox.whenFilled({ cursor, waitMs: 60_000, signals: [controller.signal] });
    controller.abort(new Error('over'));
    await expect(aborted).rejects.toThrow('over');
    await expect(inbox.whenFilled({ cursor: null, waitMs: 1, signals: [controller.signal] })).rejects.toThrow('over');
  });

  it('says what the packet says', () => {
    const properties = {
      contentType: 'text/plain',
      responseTopic: 'back',
      correlationData: Buffer.from([1, 2, 3]),
      messageExpiryInterval: 5,
      userProperties: { a: ['1', '2'] },
    };
    inbox.receive(publish('a', { messageId: 1, retain: true, dup: true, topic: 'x/y', properties }));
    expect(messagesOf(inbox.read(null))[0]).toMatchObject({
      conversation: 'x/y',
      metadata: {
        qos: 1,
        retained: true,
        duplicate: true,
        contentType: 'text/plain',
        responseTopic: 'back',
        correlationData: 'AQID',
        expirySec: 5,
        userProperties: { a: ['1', '2'] },
      },
    });
  });
});

describe('the ids of messages', () => {
  const delivery = { packetId: 1, topic: 't', isDuplicate: false };
  const again = { ...delivery, isDuplicate: true };

  it('are never the same for two messages, also when a number is used again at once', () => {
    const ids = [session.idOf(delivery), session.idOf(delivery), session.next(), new SessionIds().next()];
    session.forget(1);
    ids.push(session.idOf(delivery), session.idOf({ ...again, packetId: 2 }));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are the same for one that comes again unacknowledged, over connections of one session', () => {
    const id = session.idOf(delivery);
    session.begin(true);
    expect(session.idOf(again)).toBe(id);
    expect(session.idOf({ ...again, topic: 'other' })).not.toBe(id);
  });

  it('are new when the session is, and when it was acknowledged', () => {
    const id = session.idOf(delivery);
    session.begin(false);
    const fresh = session.idOf(again);
    expect(fresh).not.toBe(id);
    session.forget(1);
    expect(session.idOf(again)).not.toBe(fresh);
  });

  it('are kept for the next connection only where something is unacknowledged', () => {
    const index = new SessionIndex();
    const first = index.open('client broker');
    const id = first.idOf(delivery);
    index.close('client broker', first);
    const second = index.open('client broker');
    expect(second.idOf(again)).toBe(id);
    second.forget(1);
    index.close('client broker', second);
    expect(index.open('client broker')).not.toBe(second);
    expect(index.open('other broker')).not.toBe(second);
  });

  it('are kept for a bounded number of sessions', () => {
    const index = new SessionIndex();
    const oldest = index.open('oldest');
    oldest.idOf(delivery);
    for (let number = 0; number < 10_000; number += 1) index.open(`session ${number}`);
    expect(index.open('oldest')).not.toBe(oldest);
  });
});
