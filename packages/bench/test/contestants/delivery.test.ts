import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue, entryOf } from '../../src/contestants/catalogue.ts';
import { ApiServer } from '../../src/peers/ApiServer.ts';
import { findRedis } from '../../src/peers/RedisServer.ts';
import { burst, pace } from '../../src/sender/load.ts';

const instances = 2;
const load = { instances, chatsAnInstance: 5, messagesAnInstance: 30 };
/** Without it those that need it are left out, here as in the benchmark. */
const hasRedis = findRedis() !== undefined;

let api: ApiServer;
beforeAll(async () => {
  api = await ApiServer.start();
});
afterAll(async () => api.stop());

describe.each(catalogue.filter(({ needsRedis }) => hasRedis || !needsRedis))('$label', ({ name, open }) => {
  it('delivers every message to the server exactly once, and learns its id', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-test-'));
    const contestant = await open({ apiRoot: api.apiRoot, instances, maxInFlight: 3, folder });
    try {
      const first = await contestant.send({ instance: 1, chatId: 7, text: `${name}-one:0 hello` });
      const second = await contestant.send({ instance: 0, chatId: 7, text: `${name}-one:1 hello` });
      expect(second).toBe(first + 1);
      await burst(contestant, { ...load, run: `${name}-burst`, outstandingAnInstance: 20 });
      await pace(contestant, { ...load, run: `${name}-pace`, perSecond: 5_000 });
      expect(api.account(`${name}-burst`)).toEqual({ received: 60, distinct: 60 });
      expect(api.account(`${name}-pace`)).toEqual({ received: 60, distinct: 60 });
      await expect(contestant.send({ instance: 2, chatId: 7, text: 'nobody' })).rejects.toThrow(RangeError);
    } finally {
      await contestant.close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the catalogue', () => {
  it('has Holdfast first in each field', () => {
    const firstOf = (field: string) => catalogue.find((entry) => entry.field === field)?.name;
    expect([firstOf('memory'), firstOf('durable')]).toEqual(['holdfast', 'holdfast-sqlite']);
  });

  it('names those who are in it to whoever asks for somebody else', () => {
    expect(() => entryOf('bull')).toThrow('"bull": holdfast, grammy');
  });
});
