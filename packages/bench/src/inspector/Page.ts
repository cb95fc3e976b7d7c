import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Browser, type Page as BrowserPage, type CDPSession, chromium } from 'playwright-core';
import { probe } from './probe.ts';

const executablePath = '/usr/bin/chromium';
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
const longestClickMs = 10_000;
const longestTitleMs = 1_000;

export interface Seen {
  /** From one frame to the next, in milliseconds. */
  readonly frames: readonly number[];
  /** Of each message with records, how old its last record was when it came. */
  readonly lags: readonly number[];
  readonly bytes: number;
}

/** The page of the inspector in a browser, and what is to be measured of it. */
export class Page implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #page: BrowserPage;
  readonly #devtools: CDPSession;

  private constructor(browser: Browser, page: BrowserPage, devtools: CDPSession) {
    this.#browser = browser;
    this.#page = page;
    this.#devtools = devtools;
  }

  /** Whether there is a browser. */
  static get isPossible(): boolean {
    return existsSync(executablePath);
  }

  /** Resolves when the fleet is there. */
  static async open(url: string, actors: number): Promise<Page> {
    const args = [...flags, '--disable-background-networking', '--disable-component-update'];
    const browser = await chromium.launch({ executablePath, args });
    const page = await browser.newPage({ viewport: { width: 1280, height: 850 } });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable');
    await page.addInitScript(probe);
    await page.goto(url);
    await page.locator('#shown', { hasText: `of ${actors} shown` }).waitFor();
    return new Page(browser, page, devtools);
  }

  /** Chooses the actor at a place of the strip. How long it took until its chart was seen, in milliseconds. */
  async chooseAt(share: number): Promise<number> {
    const box = await this.#page.locator('#fleet canvas').boundingBox();
    if (box === null) throw new Error('The page shows no fleet.');
    for (let nudge = 0; nudge < 40; nudge += 1) {
      await this.#page.mouse.click(box.x + box.width * share + nudge * 3, box.y + box.height * 0.5);
      const drawnMs = await this.#drawn();
      if (drawnMs !== undefined) return drawnMs;
    }
    throw new Error('A click on the fleet has shown no chart.');
  }

  /** Chooses the actor that is found by these words. */
  async chooseFound(words: string): Promise<number> {
    await this.#page.locator('#search').fill(words);
    await this.#page.locator('#matches button').first().click();
    const drawnMs = await this.#drawn();
    await this.#page.locator('#search').fill('');
    if (drawnMs === undefined) throw new Error(`The chart of ${words} was not shown.`);
    return drawnMs;
  }

  async seen(): Promise<Seen> {
    return await this.#page.evaluate('({ frames: probe.frames, lags: probe.lags, bytes: probe.bytes })');
  }

  /** From here on is counted anew. */
  async forget(): Promise<void> {
    await this.#page.evaluate('Object.assign(probe, { frames: [], lags: [], bytes: 0 })');
  }

  /** How many entries the page keeps. */
  async entries(): Promise<number> {
    await this.#page.locator('#log-scope').selectOption('all');
    await pause(500);
    const words = (await this.#page.locator('#log-count').textContent()) ?? '';
    await this.#page.locator('#log-scope').selectOption('family');
    return Number.parseInt(words, 10);
  }

  async heapBytes(): Promise<number> {
    const { metrics } = await this.#devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0;
  }

  async heapBytesAfterCollection(): Promise<number> {
    await this.#devtools.send('HeapProfiler.collectGarbage');
    return this.heapBytes();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }

  /** Undefined where the click has hit nobody: then the title stays. */
  async #drawn(): Promise<number | undefined> {
    const begunAtMs = performance.now();
    for (;;) {
      const { drawnMs, isHit }: Click = await this.#page.evaluate(clickNow);
      if (drawnMs !== null) return drawnMs;
      if (performance.now() - begunAtMs > (isHit ? longestClickMs : longestTitleMs)) return undefined;
      await pause(10);
    }
  }
}

interface Click {
  readonly drawnMs: number | null;
  readonly isHit: boolean;
}

const clickNow = `({
  drawnMs: probe.click?.drawnMs ?? null,
  isHit: probe.click !== null && document.querySelector('#chart-title').textContent !== probe.click.before,
})`;
