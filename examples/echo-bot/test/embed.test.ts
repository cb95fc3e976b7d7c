import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { LocalTelegram } from '../src/LocalTelegram.ts';

const script = fileURLToPath(new URL('../dist/embed.js', import.meta.url));
const token = '4242:embed-example-token';

it('the example of the README connects, sends, and ends by itself', async () => {
  await using server = await LocalTelegram.start(token);
  const { TELEGRAM_CHAT_ID: _chat, ...environment } = process.env;
  const child = spawn(process.execPath, [script], {
    env: { ...environment, TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: server.apiRoot },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toContain('instance.connected');
  expect(out).toMatch(/\{ externalMessageId: \d+ \}/);
  expect(out.trimEnd().split('\n').at(-1)).toBe('instance.stopped');
  expect(out).not.toContain(token);
}, 30_000);
