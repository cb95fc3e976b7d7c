import { type InboundItem, InboundMessage } from 'holdfast';
import { check, checkEqual, shown } from '../check.ts';
import { type ChannelFact, commits, fact, peerCan, polls, reads, refuses } from './ChannelFact.ts';

const ids = (items: readonly InboundItem[]) => items.map(({ message }) => message.id);
const texts = (items: readonly InboundItem[]) => items.map(({ message }) => message.text);

export const readingFacts: readonly ChannelFact[] = [
  fact('a poll that finds nothing ends by itself, with nothing', [polls], async (trial) => {
    const link = await trial.connect();
    const { items, cursor } = await trial.within(trial.poll(link, { waitMs: 0 }), 'a poll with waitMs 0');
    checkEqual(items, [], 'What a poll brings when nothing has come in');
    checkEqual(JSON.parse(JSON.stringify(cursor)), cursor, 'The cursor as JSON');
  }),
  fact('what comes in is read, as a message', [reads], async (trial) => {
    const link = await trial.connect();
    await trial.peer.deliver('hello');
    const [item] = await trial.read(link, 1);
    const parsed = InboundMessage.safeParse(item?.message);
    check(parsed.success, `The message that was read: expected an InboundMessage, received ${shown(item?.message)}.`);
    checkEqual(item?.message.text, 'hello', 'The text that was read');
    checkEqual(item?.message.conversation, trial.subject.conversation, 'The conversation that was read');
  }),
  fact('what has come in before the link was made is read too, where the peer keeps it', [commits], async (trial) => {
    await trial.close(await trial.connect());
    await trial.peer.deliver('kept');
    checkEqual(texts(await trial.read(await trial.connect(), 1)), ['kept'], 'The texts that were read');
  }),
  fact('messages are read in the peer’s order, each once', [reads], async (trial) => {
    const link = await trial.connect();
    const sent = ['1', '2', '3', '4', '5', '6', '7'];
    await trial.peer.deliver(...sent);
    checkEqual(texts(await trial.read(link, sent.length)), sent, 'The texts that were read');
  }),
  fact('texts are read as they were written', [reads], async (trial) => {
    const link = await trial.connect();
    const odd = ['Zoë Привет 你好 مرحبا', 'gr\u{1f600}\u{1f389}', 'two\nlines', `"quotes" & <marks> \\ %`, ' spaces '];
    await trial.peer.deliver(...odd);
    checkEqual(texts(await trial.read(link, odd.length)), odd, 'The texts that were read');
  }),
  fact('the cursors are JSON, and the last item’s is that of the read', [reads], async (trial) => {
    const link = await trial.connect();
    await trial.peer.deliver('a', 'b');
    await trial.read(link, 2);
    const { items, cursor } = await trial.within(trial.poll(link), 'a poll');
    for (const item of items) checkEqual(JSON.parse(JSON.stringify(item.cursor)), item.cursor, 'A cursor as JSON');
    checkEqual(items.at(-1)?.cursor, cursor, 'The cursor of the last item');
  }),
  fact('no two messages have one id', [reads], async (trial) => {
    const link = await trial.connect();
    await trial.peer.deliver('same', 'same', 'same');
    checkEqual(new Set(ids(await trial.read(link, 3))).size, 3, 'Different ids of three messages');
  }),
  fact('what is not committed is read again from the same cursor, with the same ids', [commits], async (trial) => {
    const link = await trial.connect();
    await trial.peer.deliver('a', 'b', 'c');
    const first = await trial.read(link, 3);
    checkEqual(ids(await trial.read(link, 3)), ids(first), 'The ids at the second reading');
  }),
  fact('what is not committed comes again over a new link, with the same ids', [commits], async (trial) => {
    const link = await trial.connect();
    await trial.peer.deliver('a', 'b', 'c');
    const first = await trial.read(link, 3);
    await trial.close(link);
    checkEqual(ids(await trial.read(await trial.connect(), 3)), ids(first), 'The ids over the second link');
  }),
  fact('what is committed does not come again over a new link', [commits], async (trial) => {
    const link = await trial.connect();
    await trial.peer.deliver('a', 'b', 'c');
    const cursor = (await trial.read(link, 3)).at(-1)?.cursor ?? null;
    await trial.commit(link, cursor);
    await trial.close(link);
    const next = await trial.connect({ cursor });
    await trial.peer.deliver('d');
    checkEqual(texts(await trial.read(next, 1, cursor)), ['d'], 'The texts over the second link');
  }),
  fact('a commit is of what is up to its cursor, and of nothing after it', [commits], async (trial) => {
    const link = await trial.connect();
    await trial.peer.deliver('a', 'b', 'c');
    const cursor = (await trial.read(link, 3))[0]?.cursor ?? null;
    await trial.commit(link, cursor);
    await trial.close(link);
    const next = await trial.connect({ cursor });
    checkEqual(texts(await trial.read(next, 2, cursor)), ['b', 'c'], 'The texts over the second link');
  }),
  fact('reading goes on from the cursor, on the same link', [commits], async (trial) => {
    const link = await trial.connect();
    await trial.peer.deliver('a');
    const cursor = (await trial.read(link, 1))[0]?.cursor ?? null;
    await trial.commit(link, cursor);
    await trial.peer.deliver('b');
    checkEqual(texts(await trial.read(link, 1, cursor)), ['b'], 'The texts of the second read');
  }),
  fact('a commit may be repeated', [commits], async (trial) => {
    const link = await trial.connect();
    await trial.peer.deliver('a', 'b');
    const cursor = (await trial.read(link, 2)).at(-1)?.cursor ?? null;
    for (let round = 0; round < 3; round += 1) await trial.commit(link, cursor);
    await trial.peer.deliver('c');
    checkEqual(texts(await trial.read(link, 1, cursor)), ['c'], 'The texts after the commits');
  }),
  fact('a poll that waits is answered by what comes in meanwhile', [reads], async (trial) => {
    const link = await trial.connect();
    const polling = trial.poll(link, { waitMs: 30_000 });
    check(await trial.isPending(polling), 'A poll that finds nothing: expected to wait, and it settled at once.');
    await trial.peer.deliver('meanwhile');
    const { items } = await trial.within(polling, 'a poll for which something has come in');
    checkEqual(texts(items), ['meanwhile'], 'The texts that were read');
  }),
  fact('a poll that was aborted before its start rejects with the reason of its signal', [polls], async (trial) => {
    const link = await trial.connect();
    await trial.checkAbortedBefore((signal) => trial.poll(link, { signal }), 'a poll');
  }),
  fact('a poll that is aborted ends at once, with the reason of its signal', [polls], async (trial) => {
    const link = await trial.connect();
    await trial.checkAborts((signal) => trial.poll(link, { waitMs: 30_000, signal }), 'a poll');
  }),
  fact('a poll that is aborted loses nothing', [commits], async (trial) => {
    const link = await trial.connect();
    await trial.checkAborts((signal) => trial.poll(link, { waitMs: 30_000, signal }), 'a poll');
    await trial.peer.deliver('after');
    checkEqual(texts(await trial.read(link, 1)), ['after'], 'The texts that were read');
  }),
  fact(
    'what is no message is skipped, and its cursor is passed',
    [reads, peerCan('deliverUnreadable')],
    async (trial) => {
      const link = await trial.connect();
      await trial.peer.deliver('before');
      await trial.peer.deliverUnreadable();
      await trial.peer.deliver('after');
      checkEqual(texts(await trial.read(link, 2)), ['before', 'after'], 'The texts that were read');
    },
  ),
  fact('a poll that waits holds up no send and no probe', [polls], async (trial) => {
    const link = await trial.connect();
    const polling = trial.poll(link, { waitMs: 30_000 });
    await trial.within(trial.send(link, trial.message('beside')), 'a send beside a poll');
    await trial.within(trial.probe(link), 'a probe beside a poll');
    check(await trial.isPending(polling), 'The poll: expected to wait on.');
  }),
  fact(
    'a poll of a peer that is gone rejects with a failure that may pass',
    [polls, peerCan('cutOff')],
    async (trial) => {
      const link = await trial.connect();
      const polling = trial.poll(link, { waitMs: 30_000 });
      await trial.isPending(polling);
      await trial.peer.cutOff();
      const failure = await trial.failureOf(polling, 'poll');
      check(
        failure.severity === 'recoverable',
        `A poll without a peer: expected recoverable, received ${shown(failure)}.`,
      );
    },
  ),
  fact('a poll that is refused as a conflict is one', [polls, refuses('poll', 'conflict')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.refuse('poll', { kind: 'conflict' });
    const failure = await trial.failureOf(trial.poll(link), 'poll');
    checkEqual(failure.scope, 'conflict', 'The scope of the failure');
  }),
  fact(
    'a poll that is refused asks once',
    [polls, refuses('poll', 'unavailable'), peerCan('requests')],
    async (trial) => {
      const link = await trial.connect();
      const before = trial.peer.requests('poll');
      await trial.peer.refuse('poll', { kind: 'unavailable' });
      await trial.failureOf(trial.poll(link), 'poll');
      checkEqual(trial.peer.requests('poll') - before, 1, 'Requests of one poll');
    },
  ),
];
