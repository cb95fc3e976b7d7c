import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coveragePage } from '../../src/vitest/index.ts';
import { hasBrowser, openBrowser } from '../openBrowser.ts';
import { samples } from './samples.ts';

describe.skipIf(!hasBrowser)(
  'the page in Chromium',
  () => {
    const charts = samples();
    const folder = mkdtempSync(join(tmpdir(), 'charts-'));
    const url = pathToFileURL(join(folder, 'charts.html')).href;
    let browser: Browser;

    beforeAll(async () => {
      writeFileSync(join(folder, 'charts.html'), await coveragePage(charts));
      browser = await openBrowser();
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** The page, and what it has complained of or asked for so far. */
    async function open(options: BrowserContextOptions = {}) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
      const said: string[] = [];
      page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', ({ message }) => said.push(`error: ${message}`));
      page.on('request', (request) => {
        if (request.url() !== url) said.push(`request: ${request.url()}`);
      });
      await page.goto(url);
      return { page, said };
    }

    const groundOf = (page: Page): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);

    it('complains of nothing, and asks nothing of any host', async () => {
      const { page, said } = await open();
      await page.locator('#filter').fill('connected');
      await page.locator('.find:visible').first().click();
      await page.locator('[data-zoom="in"]').first().click();
      await page.locator('#theme').click();
      expect(said).toEqual([]);
      await page.close();
    });

    it('has each state and each transition of each chart in its drawing', async () => {
      const { page } = await open();
      for (const [index, { chart }] of charts.entries()) {
        const idsOf = (kind: 'state' | 'transition'): Promise<(string | null)[]> =>
          page
            .locator(`#chart-${index} [data-${kind}]`)
            .evaluateAll((parts, name) => parts.map((part) => part.getAttribute(name)), `data-${kind}`);
        expect(await idsOf('state')).toEqual(chart.states.map(({ id }) => id));
        expect((await idsOf('transition')).sort()).toEqual(chart.transitions.map(({ id }) => id).sort());
      }
      await page.close();
    });

    it('has no text that is wider than its box', async () => {
      const { page } = await open();
      const found = await page.locator('.chart .state, .chart .transition').evaluateAll((parts) =>
        parts.flatMap((part) => {
          const box = part.querySelector('.box, .back')?.getBoundingClientRect();
          return [...part.querySelectorAll(':scope > text')].map((text) => {
            const { left, right } = text.getBoundingClientRect();
            return { text: text.textContent, fits: box !== undefined && left >= box.left && right <= box.right };
          });
        }),
      );
      expect(found.length).toBeGreaterThan(200);
      expect(found.filter(({ fits }) => !fits)).toEqual([]);
      await page.close();
    });

    it('is dark as the system is, and light or dark as its button says', async () => {
      const [light, dark] = ['rgb(244, 245, 248)', 'rgb(13, 16, 22)'];
      const { page } = await open({ colorScheme: 'dark' });
      const button = page.locator('#theme');
      expect([await groundOf(page), await button.getAttribute('aria-pressed')]).toEqual([dark, 'true']);
      await button.click();
      expect([await groundOf(page), await button.getAttribute('aria-pressed')]).toEqual([light, 'false']);
      await page.emulateMedia({ colorScheme: 'light' });
      await button.click();
      expect(await groundOf(page)).toBe(dark);
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('#theme').isVisible()).toBe(false);
      await page.close();
    });

    it('says at once, by pointer and by keyboard, how often something was gone through', async () => {
      const { page } = await open();
      const tip = page.locator('#tip');
      await page.locator('[data-state="light.green"]').hover();
      expect(await tip.textContent()).toMatch(/^green: active after \d+ steps?$/);
      await page.locator('#chart-0 .view').focus();
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.getAttribute('data-state'))).toBe('light');
      expect(await tip.textContent()).toMatch(/^light: active after/);
      await page.keyboard.press('Escape');
      expect(await tip.isVisible()).toBe(false);
      await page.close();
    });

    it('finds by name, in the lists and in the drawings', async () => {
      const { page } = await open();
      await page.locator('#filter').fill('CONFLICT');
      const names = await page
        .locator('.missing li:not([hidden])')
        .evaluateAll((items) => items.map((item) => item.getAttribute('data-name')));
      expect(names.length).toBeGreaterThan(2);
      expect(names.filter((name) => !/conflict/i.test(name ?? ''))).toEqual([]);
      expect(await page.locator('[data-state="instance.error.conflict"].dim').count()).toBe(0);
      expect(await page.locator('[data-state="instance.stopped"].dim').count()).toBe(1);
      expect(await page.locator('#chart-4 .arrow:not(.dim)').count(), 'arrows to unlinked.conflicted').toBe(3);
      await page.locator('#filter').fill('');
      expect(await page.locator('.dim').count()).toBe(0);
      await page.close();
    });

    it('leads from what was never gone through to its place in the drawing', async () => {
      const { page } = await open();
      await page.locator('#chart-3 .find[data-id="instance.error.exhausted"]').click();
      const place = page.locator('#chart-3 [data-state="instance.error.exhausted"]');
      expect(await place.evaluate((part) => part === document.activeElement)).toBe(true);
      await page.close();
    });

    it('makes a drawing larger, smaller and as wide as its frame', async () => {
      const { page } = await open();
      const drawing = page.locator('#chart-4 .view > svg');
      const width = async (): Promise<number> => (await drawing.boundingBox())?.width ?? 0;
      const first = await width();
      await page.locator('#chart-4 [data-zoom="in"]').click();
      expect(await width()).toBeCloseTo(first * 1.25, 0);
      await page.locator('#chart-4 [data-zoom="fit"]').click();
      const frame = await page.locator('#chart-4 .view').boundingBox();
      expect(Math.abs((await width()) - (frame?.width ?? 0))).toBeLessThan(20);
      await page.close();
    });

    it('has room on a phone', async () => {
      const { page } = await open({ viewport: { width: 360, height: 740 } });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
      await page.close();
    });

    it('shows everything where no script runs', async () => {
      const page = await browser.newPage({ javaScriptEnabled: false });
      await page.goto(url);
      expect(await page.locator('.chart').count()).toBe(5);
      await page.close();
    });
  },
  60_000,
);
