import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outcome, scriptedChannel, VirtualClock } from '@holdfast/testing';
import axe from 'axe-core';
import { createMessaging } from 'holdfast';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { createInspector, readSession } from '../../src/index.ts';
import { type InspectorServer, startInspectorServer } from '../../src/server/index.ts';
import { hasBrowser, openBrowser } from './openBrowser.ts';

const patience = { timeout: 20_000 };

describe.skipIf(!hasBrowser)('the page in Chromium', { timeout: 60_000 }, () => {
  let browser: Browser;
  const machine = createMachine({
    id: 'door',
    initial: 'closed',
    states: {
      closed: { on: { push: 'open', look: {} } },
      open: { initial: 'wide', states: { wide: {}, ajar: {} }, on: { push: 'closed' } },
    },
  });

  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  /** A page that watches the server, and all that it complains of, or asks of another host. */
  async function open(server: InspectorServer, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 850 }, ...options });
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', ({ message }) => said.push(`error: ${message}`));
    const own = new URL(server.url).host;
    const asked = (url: string): void => {
      if (!url.startsWith('blob:') && new URL(url).host !== own) said.push(`asked: ${url}`);
    };
    page.on('request', (request) => asked(request.url()));
    page.on('websocket', (line) => asked(line.url()));
    await page.goto(server.url);
    await page.locator('[data-state=live]').waitFor(patience);
    return { page, said, [Symbol.asyncDispose]: () => context.close() };
  }

  const activeIn = (page: Page): Promise<(string | null)[]> =>
    page.locator('#chart .active').evaluateAll((parts) => parts.map((part) => part.getAttribute('data-state')));
  const expectActive = (page: Page, state: string): Promise<void> =>
    page.locator(`#chart .active[data-state="${state}"]`).waitFor({ ...patience, state: 'attached' });

  it('draws the chart, follows each event, marks what was taken, and complains of nothing', async () => {
    const inspector = createInspector();
    const actor = createActor(machine, { inspect: inspector.inspect }).start();
    await using server = await startInspectorServer({ inspector, port: 0 });
    await using opened = await open(server);
    const { page, said } = opened;
    await expectActive(page, 'door.closed');
    expect(page.url()).toBe(`${new URL(server.url).origin}/`); // The token is in no address any more.
    actor.send({ type: 'push' });
    await expectActive(page, 'door.open.wide');
    await expect.poll(() => activeIn(page)).toEqual(['door', 'door.open', 'door.open.wide']);
    await page
      .locator('#chart .taken[data-transition="door.closed|push|0"]')
      .waitFor({ ...patience, state: 'attached' });
    await expect.poll(() => page.locator('#chart .arrow.taken').count()).toBe(1);
    await expect.poll(() => page.locator('#chart-words').textContent()).toBe('open.wide');
    const before = await page.locator('#chart svg').getAttribute('viewBox');
    await page.locator('#zoom-in').click();
    await expect.poll(() => page.locator('#chart svg').getAttribute('viewBox')).not.toBe(before);
    await page.locator('#chart').focus();
    await page.keyboard.press('0');
    await page.reload();
    await expectActive(page, 'door.open.wide'); // The cookie lets it in again.
    expect(said).toEqual([]);
  });

  it('goes back in time: an entry is chosen, and chart, state and context are those of then', async () => {
    const inspector = createInspector();
    const clock = new VirtualClock();
    const channel = scriptedChannel({
      clock,
      script: { connect: [outcome.fail('timeout'), outcome.ok()], send: [outcome.hang()] },
    });
    const messaging = createMessaging({
      channels: [channel],
      clock,
      inspect: inspector,
      observer: inspector.signal,
    });
    const bot = await messaging.startInstance('scripted', { id: 'bot', name: 'Support bot' });
    await using server = await startInspectorServer({ inspector, port: 0 });
    await using opened = await open(server);
    const { page, said } = opened;
    await clock.advance(2_000);
    await expectActive(page, 'instance.connected.healthy');
    for (let count = 0; count < 3; count += 1) bot.notifyFailure('timeout');
    await expectActive(page, 'instance.connected.degraded');
    await page.locator('#log-filter').fill('notify.failure');
    const failures = page.locator('.entry.transition', { hasText: 'notify.failure' });
    await failures.nth(2).waitFor(patience);
    await expect.poll(() => page.locator('#log-count').textContent()).toMatch(/^3 entries/);
    await failures.nth(1).click();
    await page.locator('#tab-panel-moment').click();
    const counter = page.locator('#context tr', { hasText: 'consecutiveFailures' }).locator('td');
    await expect.poll(() => counter.textContent()).toBe('2');
    await expect.poll(() => page.locator('#entry').textContent()).toContain('sent byoutside');
    await page.locator('#tab-panel-log').click();
    await page.locator('#log').focus();
    await page.keyboard.press('ArrowUp');
    await page.locator('#tab-panel-moment').click();
    await expect.poll(() => counter.textContent()).toBe('1');
    await page.locator('#tab-panel-log').click();
    await page.locator('#log-filter').fill('');
    await page.locator('.entry').first().click();
    await expect.poll(() => activeIn(page)).toContain('instance.starting');
    await page.keyboard.press('Escape');
    await expectActive(page, 'instance.connected.degraded');
    await page.locator('#tab-panel-sequence').click();
    await page.locator('#sequence', { hasText: 'connection.up' }).waitFor(patience);
    await page.locator('#tab-panel-timeline').click();
    await page.locator('#timeline', { hasText: 'MTTR' }).waitFor(patience);
    await expect.poll(() => page.locator('#timeline .mark.failure').count()).toBeGreaterThanOrEqual(3);
    await page.locator('#tab-panel-health').click();
    await expect.poll(() => page.locator('#health').textContent()).toContain('consecutiveFailures3');
    await expect
      .poll(() => page.locator('#health').textContent(), patience)
      .toMatch(/Queue *0 of 1000, pressure normal/);
    await bot.enqueue({ conversation: '1', text: 'hello' }); // The peer's clock stands still: it stays in the queue.
    await expect.poll(() => page.locator('#health').textContent(), patience).toMatch(/Queue *1 of 1000/);
    await expect.poll(() => page.locator('#health').textContent()).toMatch(/Connection restarted *0 of 5 within 30 s/);
    expect(said).toEqual([]);
    const stopped = messaging.stop();
    await clock.advance(60_000);
    await stopped;
  });

  it('finds one among 2,000, by name and by status, and shows it', async () => {
    const inspector = createInspector({ allow: { context: ['instance.name', 'instance.id', 'instance.channelType'] } });
    const actors = Array.from({ length: 2_000 }, (_, index) => {
      const own = createMachine({
        ...machine.config,
        context: {
          instance: { id: `bot-${index}`, name: `Bot ${index}`, channelType: index % 2 === 0 ? 'mqtt' : 'telegram' },
        },
      });
      return createActor(own, { inspect: inspector.inspect }).start();
    });
    await using server = await startInspectorServer({ inspector, port: 0 });
    await using opened = await open(server);
    const { page, said } = opened;
    await page.locator('#shown', { hasText: '2000 of 2000' }).waitFor(patience);
    actors[1_234]?.send({ type: 'push' });
    await page.locator('#counts button', { hasText: 'open 1' }).waitFor(patience);
    await page.locator('#channels select').selectOption('telegram');
    await page.locator('#shown', { hasText: '1000 of 2000' }).waitFor(patience);
    await page.locator('#channels select').selectOption('');
    await page.locator('#counts button', { hasText: 'open' }).click();
    await page.locator('#shown', { hasText: /^1 of 2000/ }).waitFor(patience);
    await page.locator('#counts button', { hasText: 'open' }).click();
    await page.keyboard.press('/');
    await page.keyboard.type('bot-1234');
    await page.locator('#shown', { hasText: /^1 of 2000/ }).waitFor(patience);
    await page.keyboard.press('Enter');
    await page.locator('#chart-title', { hasText: 'Bot 1234' }).waitFor(patience);
    await expectActive(page, 'door.open.wide');
    await page.locator('#search').fill('');
    await page.locator('#fleet canvas').click({ position: { x: 4, y: 4 } });
    await page.locator('#chart-title', { hasText: /^Bot 0$/ }).waitFor(patience);
    expect(said).toEqual([]);
  });

  it('exports the session, which another page opens again, without the program; and the chart, as SVG and Mermaid', async () => {
    const inspector = createInspector();
    const actor = createActor(machine, { inspect: inspector.inspect }).start();
    actor.send({ type: 'push' });
    await using server = await startInspectorServer({ inspector, port: 0 });
    await using opened = await open(server);
    const { page, said } = opened;
    await expectActive(page, 'door.open.wide');
    const path = join(tmpdir(), `inspector-${process.pid}-`);
    const saved = async (button: string): Promise<string> => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator(button).click()]);
      const file = path + download.suggestedFilename();
      await download.saveAs(file);
      return file;
    };
    const file = await saved('#export');
    const { exportedAtMs: _, ...session } = readSession(readFileSync(file, 'utf8'));
    const { exportedAtMs: __, ...own } = inspector.toJSON();
    expect(session).toEqual(JSON.parse(JSON.stringify(own)));
    expect(readFileSync(await saved('#save-svg'), 'utf8')).toMatch(/^<svg [\s\S]*<style>[\s\S]*door.open.ajar/);
    expect(readFileSync(await saved('#save-mermaid'), 'utf8')).toMatch(/^stateDiagram-v2/);
    await using other = await startInspectorServer({ port: 0 });
    await using offline = await open(other);
    await offline.page.locator('#session-file').setInputFiles(file);
    await expectActive(offline.page, 'door.open.wide');
    await expect.poll(() => offline.page.locator('#state').textContent()).toContain('file inspector-');
    await offline.page.locator('.entry', { hasText: 'started' }).click();
    await expectActive(offline.page, 'door.closed');
    await offline.page
      .locator('#session-file')
      .setInputFiles({ name: 'x.json', mimeType: 'text/plain', buffer: Buffer.from('{}') });
    await offline.page.locator('#said', { hasText: 'Expected format' }).waitFor(patience);
    expect([...said, ...offline.said]).toEqual([]);
  });

  it('takes a click on what changes all the time for what it is, however long the press', async () => {
    const inspector = createInspector();
    const actors = [1, 2, 3].map(() => createActor(machine, { inspect: inspector.inspect }).start());
    await using server = await startInspectorServer({ inspector, port: 0 });
    await using opened = await open(server);
    const { page } = opened;
    await expectActive(page, 'door.closed');
    const busy = setInterval(() => actors.forEach((actor) => void actor.send({ type: 'push' })), 10);
    const press = async (selector: string): Promise<void> => {
      // In one go: what is looked for may be made anew between two questions.
      const box = await page.evaluate((one) => document.querySelector(one)?.getBoundingClientRect().toJSON(), selector);
      await page.mouse.move(box.x + 20, box.y + 8);
      await page.mouse.down();
      await page.waitForTimeout(400); // As long as a slow hand presses; meanwhile the actors move on.
      await page.mouse.up();
    };
    const third = actors[2]?.sessionId ?? '';
    await press(`#matches button[data-actor="${third}"]`);
    await page.locator('#chart-title', { hasText: third }).waitFor(patience);
    await press('#log');
    await page.locator('#now').waitFor(patience);
    await page.locator('#now').click();
    clearInterval(busy);
    await page.locator('#moment', { hasText: /^now$/ }).waitFor(patience);
  });

  it('sends an event to the chosen actor where that is allowed, and has no form for it where it is not', async () => {
    const inspector = createInspector();
    const actor = createActor(machine, { inspect: inspector.inspect }).start();
    const audited: unknown[] = [];
    const sending = { types: ['push', 'look'], audit: (line: unknown) => void audited.push(line) };
    await using server = await startInspectorServer({ inspector, port: 0, sending });
    await using opened = await open(server);
    const { page, said } = opened;
    await expectActive(page, 'door.closed');
    await page.locator('#send-fields').fill('{"how": ');
    await page.locator('#send button').click();
    await page.locator('#send-said', { hasText: 'as a JSON object' }).waitFor(patience);
    await page.locator('#send-fields').fill('{"how": "hard"}');
    await page.locator('#send-fields').press('Enter');
    await expectActive(page, 'door.open.wide');
    await page.locator('#send-said', { hasText: 'push was sent.' }).waitFor(patience);
    expect(audited).toMatchObject([{ type: 'push', hidden: 1, refused: null }]);
    await page.locator('.entry').first().click();
    await page.locator('#send').waitFor({ ...patience, state: 'hidden' }); // Nothing is sent into the past.
    await page.keyboard.press('Escape');
    await page.locator('#send').waitFor(patience);
    actor.stop();
    await page.locator('#send').waitFor({ ...patience, state: 'hidden' });
    await using quiet = await startInspectorServer({ inspector, port: 0 });
    await using other = await open(quiet);
    await other.page.locator('.entry').first().waitFor(patience);
    expect(await other.page.locator('#send').isVisible()).toBe(false);
    expect([...said, ...other.said]).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'has no serious fault that axe-core finds, in %s, on a desk and on a phone',
    async (colorScheme) => {
      const inspector = createInspector();
      const actor = createActor(machine, { inspect: inspector.inspect }).start();
      for (const type of ['push', 'unknown', 'push', 'look'] as const) actor.send({ type } as never);
      const sending = { types: ['push'], audit: () => undefined };
      await using server = await startInspectorServer({ inspector, port: 0, sending });
      for (const viewport of [
        { width: 1280, height: 850 },
        { width: 390, height: 844 },
      ]) {
        await using opened = await open(server, { colorScheme, viewport, bypassCSP: true });
        const { page } = opened;
        await expectActive(page, 'door.closed');
        await page.addScriptTag({ content: axe.source });
        for (const tab of ['log', 'moment', 'sequence', 'timeline', 'health']) {
          await page.locator(`#tab-panel-${tab}`).click();
          await page.locator(`#panel-${tab}`).waitFor(patience);
          const faults = await page.evaluate(
            'axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => [impact, id, nodes[0].html].join(" ")))',
          );
          expect((faults as string[]).filter((fault) => /^(?:serious|critical)/.test(fault))).toEqual([]);
        }
        const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(ground).toBe(colorScheme === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(243, 245, 249)');
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
      }
    },
  );

  it('changes between light and dark, and stays calm when the program goes and comes back', async () => {
    const inspector = createInspector();
    createActor(machine, { inspect: inspector.inspect }).start();
    const server = await startInspectorServer({ inspector, port: 0 });
    await using opened = await open(server, { colorScheme: 'light' });
    const { page } = opened;
    await expectActive(page, 'door.closed');
    await page.locator('#theme').click();
    await expect
      .poll(() => page.evaluate(() => getComputedStyle(document.body).backgroundColor))
      .toBe('rgb(13, 17, 23)');
    await server.close();
    await page.locator('#state', { hasText: 'has gone' }).waitFor(patience);
    await expectActive(page, 'door.closed');
  });
});

it('the page weighs less than 40 kB, compressed', async () => {
  await using server = await startInspectorServer({ port: 0 });
  const { gzipSync } = await import('node:zlib');
  const { origin } = new URL(server.url);
  const sizes = new Map<string, number>();
  const weigh = async (path: string): Promise<void> => {
    if (sizes.has(path)) return;
    const response = await fetch(origin + path);
    expect(response.status).toBe(200);
    const text = await response.text();
    sizes.set(path, gzipSync(text).length);
    const links = [...text.matchAll(/(?:^import [^;]*?|^export [^;]*?)from '([^']+)'|(?:src|href)="(\/[^"]+)"/gm)];
    for (const [, module, link] of links) await weigh(new URL(link ?? module ?? '', origin + path).pathname);
  };
  await weigh('/');
  expect(sizes.size).toBeGreaterThan(20);
  expect([...sizes.values()].reduce((sum, size) => sum + size, 0)).toBeLessThan(40_000);
});
