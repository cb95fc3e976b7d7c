import { describe, expect, it } from 'vitest';
import { Batch } from '../../src/policy/batch.ts';
import type { InboundItem } from '../../src/ports/channel.ts';
import { InboundMessage } from '../../src/schema/message.ts';

/** The item `a2` is a message of conversation `a`, after which reading goes on at `after a2`. */
function item(id: string): InboundItem {
  const message = InboundMessage.parse({ id, conversation: id.charAt(0), text: id });
  return { message, cursor: `after ${id}` };
}

function open(...ids: string[]) {
  const items = ids.map(item);
  const batch = new Batch(items);
  return {
    batch,
    take: () => batch.take()?.message.id,
    settle: (id: string) => {
      const found = items.find(({ message }) => message.id === id);
      if (!found) throw new Error(`There is no item ${id}.`);
      batch.settle(found);
    },
  };
}

describe('a batch', () => {
  it('gives out the items of different conversations in the order in which they came, each once', () => {
    const { take } = open('a1', 'b1', 'c1');
    expect([take(), take(), take(), take()]).toEqual(['a1', 'b1', 'c1', undefined]);
  });

  it('keeps an item back while one of its conversation is being handled, and passes it over for others (B1)', () => {
    const { settle, take } = open('a1', 'a2', 'b1');
    expect([take(), take(), take()]).toEqual(['a1', 'b1', undefined]);
    settle('b1');
    expect(take()).toBeUndefined();
    settle('a1');
    expect([take(), take()]).toEqual(['a2', undefined]);
  });

  it('without items has nothing to give, and no cursor', () => {
    const { batch, take } = open();
    expect([take(), batch.advance()]).toEqual([undefined, undefined]);
  });
});

describe('the cursor of a batch', () => {
  it('stands still while the first item is not settled, whatever else is (B2)', () => {
    const { batch, settle, take } = open('a1', 'b1', 'c1');
    for (let n = 0; n < 3; n += 1) take();
    expect(batch.advance()).toBeUndefined();
    settle('b1');
    settle('c1');
    expect(batch.advance()).toBeUndefined();
  });

  it('goes over all that is settled in a row, and is told once (B2)', () => {
    const { batch, settle, take } = open('a1', 'b1', 'c1', 'd1');
    for (let n = 0; n < 4; n += 1) take();
    settle('b1');
    settle('a1');
    settle('d1');
    expect([batch.advance(), batch.advance()]).toEqual(['after b1', undefined]);
    settle('c1');
    expect([batch.advance(), batch.advance()]).toEqual(['after d1', undefined]);
  });

  it('goes on while there is more to take', () => {
    const { batch, settle, take } = open('a1', 'a2');
    take();
    settle('a1');
    expect([batch.advance(), take()]).toEqual(['after a1', 'a2']);
    settle('a2');
    expect([batch.advance(), take()]).toEqual(['after a2', undefined]);
  });
});
