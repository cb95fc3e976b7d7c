import { describe, expect, it } from 'vitest';
import type { Contestant, OutgoingMessage } from '../../src/contestants/Contestant.ts';
import { burst, pace } from '../../src/sender/load.ts';

/** Takes a message at once, and remembers how many an instance had under way. */
class Recorder implements Contestant {
  readonly sent: OutgoingMessage[] = [];
  mostAtOnce = 0;
  readonly #underWay = new Map<number, number>();

  async send(message: OutgoingMessage): Promise<number> {
    const { instance } = message;
    this.sent.push(message);
    const atOnce = (this.#underWay.get(instance) ?? 0) + 1;
    this.#underWay.set(instance, atOnce);
    this.mostAtOnce = Math.max(this.mostAtOnce, atOnce);
    await Promise.resolve();
    this.#underWay.set(instance, (this.#underWay.get(instance) ?? 0) - 1);
    return this.sent.length;
  }

  async close(): Promise<void> {}
}

const load = { run: 'r', instances: 3, chatsAnInstance: 4, messagesAnInstance: 10 };
const numbersOf = ({ sent }: Recorder) => sent.map(({ text }) => Number(/^r:(\d+) /.exec(text)?.[1]));

describe('a burst', () => {
  it('sends every message once, each instance its own share', async () => {
    const recorder = new Recorder();
    const result = await burst(recorder, { ...load, outstandingAnInstance: 5 });
    expect(numbersOf(recorder).toSorted((left, right) => left - right)).toEqual([...Array(30).keys()]);
    expect(recorder.sent.filter(({ instance }) => instance === 2)).toHaveLength(10);
    expect(result).toMatchObject({ messages: 30, latenciesMs: { length: 30 } });
  });

  it('hands over no more than is allowed to be outstanding', async () => {
    const recorder = new Recorder();
    await burst(recorder, { ...load, outstandingAnInstance: 5 });
    expect(recorder.mostAtOnce).toBe(5);
  });

  it('takes turns among the chats of an instance, and shares none between two', async () => {
    const recorder = new Recorder();
    await burst(recorder, { ...load, outstandingAnInstance: 1 });
    const chatsOf = (number: number) =>
      recorder.sent.filter(({ instance }) => instance === number).map(({ chatId }) => chatId);
    expect(chatsOf(0)).toEqual([1000, 1001, 1002, 1003, 1000, 1001, 1002, 1003, 1000, 1001]);
    expect(new Set(chatsOf(1))).toEqual(new Set([1004, 1005, 1006, 1007]));
  });

  it('rejects with the first send that fails', async () => {
    const failing: Contestant = { send: async () => Promise.reject(new Error('refused')), close: async () => {} };
    await expect(burst(failing, { ...load, outstandingAnInstance: 2 })).rejects.toThrow('refused');
  });
});

describe('a pace', () => {
  it('sends every message once, with the instances in turn', async () => {
    const recorder = new Recorder();
    const result = await pace(recorder, { ...load, perSecond: 1_000_000 });
    expect(numbersOf(recorder)).toEqual([...Array(30).keys()]);
    expect(recorder.sent.slice(0, 4).map(({ instance }) => instance)).toEqual([0, 1, 2, 0]);
    expect(result.messages).toBe(30);
  });
});
