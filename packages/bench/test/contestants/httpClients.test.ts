import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postWithFetch, postWithUndici } from '../../src/contestants/httpClients.ts';
import { ApiServer } from '../../src/peers/ApiServer.ts';

let api: ApiServer;
beforeAll(async () => {
  api = await ApiServer.start();
});
afterAll(async () => api.stop());

describe.each([
  ['fetch', postWithFetch],
  ['undici', postWithUndici],
])('a send with %s', (name, post) => {
  it('brings the text to the server, and the id back', async () => {
    const url = `${api.apiRoot}/bot1:x/sendMessage`;
    const id = await post(url, { chatId: 5, text: `${name}:0 "quoted" \u{1f980}` });
    expect(await post(url, { chatId: 5, text: `${name}:1` })).toBe(id + 1);
    expect(api.account(name)).toEqual({ received: 2, distinct: 2 });
  });

  it('rejects when the server refuses', async () => {
    await expect(post(`${api.apiRoot}/bot1:x/sing`, { chatId: 5, text: 'a' })).rejects.toThrow('404');
  });
});
