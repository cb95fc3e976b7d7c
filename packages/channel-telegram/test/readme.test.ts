import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { LongPollConfig, WebhookConfig } from '../src/config.ts';
import { TelegramSendOptions } from '../src/outbound.ts';

async function read(path: string): Promise<string> {
  return readFile(new URL(path, import.meta.url), 'utf8');
}

describe('the README', () => {
  it('shows code that is type-checked with the tests, and none else', async () => {
    const blocks = [...(await read('../README.md')).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
    const files = ['readmeEchoBot.ts', 'readmeSend.ts', 'readmeWebhook.ts'];
    expect(blocks).toEqual(await Promise.all(files.map((file) => read(`./${file}`))));
  });

  it('has a row for every setting and every option, and for none that is gone', async () => {
    const tables = (await read('../README.md'))
      .split('\n\n')
      .filter((block) => /^\| `(config|metadata)` \|/.test(block));
    const rows = tables.flatMap((table) => [...table.matchAll(/^\| `([\w.]+)` \|/gm)].slice(1).map(([, name]) => name));
    const { shape } = WebhookConfig;
    const longPoll = Object.keys(LongPollConfig.def.innerType.shape);
    const webhook = Object.keys(shape.webhook.shape).map((key) => `webhook.${key}`);
    const sendOptions = Object.keys(TelegramSendOptions.shape);
    expect(rows.sort()).toEqual([...longPoll, ...webhook, ...sendOptions].sort());
  });
});
