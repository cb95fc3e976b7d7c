import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { passing } from '../../src/proxy/behaviour.ts';
import { startConversation } from './echo.ts';

describe('a proxy that passes everything on', () => {
  it('brings what is said there and back, and the end too', async () => {
    const { dial, server } = await startConversation();
    const client = await dial();
    client.say('hello');
    expect(await client.hears(5)).toBe('hello');
    client.socket.end();
    await client.closes();
    expect(client).toMatchObject({ heard: 'hello', error: undefined, hasEnded: true });
    expect(server.ended).toBe(1);
  });

  it('brings the end and the reset of the peer', async () => {
    const { dial, server } = await startConversation();
    const [first, second] = [await dial(), await dial()];
    first.say('a');
    second.say('b');
    await Promise.all([first.hears(1), second.hears(1)]);
    server.endAll();
    await first.closes();
    expect(first).toMatchObject({ hasEnded: true, error: undefined });

    const third = await dial();
    third.say('c');
    await third.hears(1);
    server.resetAll();
    await third.closes();
    expect(third.error).toBe('ECONNRESET');
  });

  it('resets a client for whom it reaches no peer, and reaches one at its new place', async () => {
    const { dial, proxy, server } = await startConversation();
    const { port } = server;
    proxy.aimAt(1);
    const refused = await dial();
    await refused.closes();
    expect(refused.error).toBe('ECONNRESET');
    proxy.aimAt(port);
    const client = await dial();
    client.say('x');
    expect(await client.hears(1)).toBe('x');
  });

  it('counts connections and what clients say', async () => {
    const { dial, proxy } = await startConversation();
    const client = await dial();
    client.say('x');
    await client.hears(1);
    expect(proxy.contacts).toBe(2);
  });
});

describe('a proxy that delays', () => {
  it('brings everything in order, and no piece before its time', async () => {
    const { dial, proxy } = await startConversation();
    const client = await dial();
    proxy.behave({ kind: 'delay', delayMs: 40 });
    const order: string[] = [];
    // Each way takes 40 ms, so one of them alone is over long before.
    const oneWay = sleep(40).then(() => order.push('one way'));
    client.say('one ');
    client.say('two');
    order.push(await client.hears(7));
    await oneWay;
    expect(order).toEqual(['one way', 'one two']);
  });
});

describe('a proxy that drips', () => {
  it('brings a byte at a time, and all of them in order', async () => {
    const { dial, proxy } = await startConversation();
    const client = await dial();
    proxy.behave({ kind: 'drip', everyMs: 3 });
    client.say('abcdefghij');
    expect(await client.hears(10)).toBe('abcdefghij');
    // Two may come together when the machine is busy; all of them never do.
    expect(client.pieces).toBeGreaterThan(5);
  });

  it('brings the rest at once when it stops dripping', async () => {
    const { dial, proxy } = await startConversation();
    const client = await dial();
    proxy.behave({ kind: 'drip', everyMs: 20 });
    client.say('abcdefghij');
    await client.hears(1);
    proxy.behave(passing);
    expect(await client.hears(10)).toBe('abcdefghij');
    expect(client.pieces).toBeLessThan(10);
  });
});

describe('a proxy that cuts', () => {
  it('brings half of an answer, and then the end', async () => {
    const { dial, proxy, server } = await startConversation();
    const client = await dial();
    proxy.behave({ kind: 'cut', direction: 'answer' });
    client.say('12345678');
    await client.closes();
    expect(client.heard).toBe('1234');
    expect(server.heard).toBe('12345678');
  });

  it('brings half of a request, and then the end', async () => {
    const { dial, proxy, server } = await startConversation();
    const client = await dial();
    proxy.behave({ kind: 'cut', direction: 'request' });
    client.say('12345678');
    await client.closes();
    await vi.waitFor(() => expect(server.heard).toBe('1234'));
    expect(client.heard).toBe('');
  });
});

describe('a black hole', () => {
  it('keeps connections open and silent, for ever; new ones work again when it is over', async () => {
    const { dial, proxy, server } = await startConversation();
    const before = await dial();
    before.say('a');
    await before.hears(1);
    proxy.behave({ kind: 'black hole' });
    const during = await dial();
    before.say('b');
    during.say('c');
    server.endAll();
    proxy.behave(passing);
    before.say('d');
    const after = await dial();
    after.say('e');
    expect(await after.hears(1)).toBe('e');
    expect(server.heard).toBe('ae');
    expect(server.connections).toBe(2);
    expect(before).toMatchObject({ heard: 'a', hasEnded: false, error: undefined });
    expect(during).toMatchObject({ heard: '', hasEnded: false, error: undefined });
  });

  it('clears away, when it is over, what the clients have given up', async () => {
    const { dial, proxy, server } = await startConversation();
    const client = await dial();
    client.say('a');
    await client.hears(1);
    proxy.behave({ kind: 'black hole' });
    client.socket.end();
    const silent = await dial();
    proxy.behave(passing);
    silent.socket.end();
    await Promise.all([client.closes(), silent.closes()]);
    await vi.waitFor(() => expect(server.ended).toBe(1));
  });
});

describe('a proxy that resets', () => {
  it('resets the connections that there are, and each new one', async () => {
    const { dial, proxy } = await startConversation();
    const before = await dial();
    before.say('a');
    await before.hears(1);
    proxy.behave({ kind: 'reset' });
    const during = await dial();
    await Promise.all([before.closes(), during.closes()]);
    expect([before.error, during.error]).toEqual(['ECONNRESET', 'ECONNRESET']);
    proxy.behave(passing);
    const after = await dial();
    after.say('b');
    expect(await after.hears(1)).toBe('b');
  });
});

describe('a proxy that answers', () => {
  it('says its own answer and hangs up, and the peer hears nothing of it', async () => {
    const { dial, proxy, server } = await startConversation();
    const client = await dial();
    proxy.behave({
      kind: 'answer',
      answerTo: (piece) => (piece.toString().startsWith('!') ? Buffer.from('no') : undefined),
    });
    client.say('fine');
    expect(await client.hears(4)).toBe('fine');
    client.say('!now');
    await client.closes();
    expect(client).toMatchObject({ heard: 'fineno', hasEnded: true, error: undefined });
    expect(server.heard).toBe('fine');
  });
});

describe('closing a proxy', () => {
  it('ends all its connections, those in a black hole too', async () => {
    const { dial, proxy } = await startConversation();
    const client = await dial();
    client.say('a');
    await client.hears(1);
    proxy.behave({ kind: 'black hole' });
    const silent = await dial();
    // The test's own closing is the second one, and must not mind.
    await proxy.close();
    await Promise.all([client.closes(), silent.closes()]);
  });
});
