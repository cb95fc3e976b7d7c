import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnyStateMachine, createMachine } from 'xstate';
import { Chart, layoutChart, renderSvg } from '../src/index.ts';
import { fetchMachine } from './machines/fetchMachine.ts';
import { mediaPlayer } from './machines/mediaPlayer.ts';
import { trafficLight } from './machines/trafficLight.ts';
import { hasBrowser, openBrowser } from './openBrowser.ts';

const words = [...'fijlrtIWM@%', 'AVATAR', 'fifty-five', 'Übergröße', 'Ещё раз', '漢字', '🚀👨‍👩‍👧', '<b>&amp;'];
const wide = createMachine({
  id: 'all kinds of letters',
  initial: 'f0',
  states: Object.fromEntries(
    words.map((word, index) => {
      const name = word.repeat(9);
      return [
        `f${index}`,
        {
          on: { [name]: `f${(index + 1) % words.length}`, [`stays ${name}`]: {} },
          initial: name,
          states: { [name]: {} },
        },
      ];
    }),
  ),
} as never);

describe.skipIf(!hasBrowser)('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  const open = async (machine: AnyStateMachine, colorScheme: 'light' | 'dark') => {
    const page = await browser.newPage({ colorScheme });
    await page.setContent(renderSvg(await layoutChart(new Chart(machine)), { markTransition: () => ({ sign: '✓' }) }));
    return page;
  };

  it.each([
    ['nested states', trafficLight],
    ['invoked actors', fetchMachine],
    ['parallel states', mediaPlayer],
    ['names of all kinds', wide],
  ])('no text is wider than its box: %s', async (_, machine) => {
    const page = await open(machine, 'light');
    const found = await page.evaluate(() =>
      [...document.querySelectorAll('.state, .transition')].flatMap((group) => {
        const box = group.querySelector('.box, .back')?.getBoundingClientRect();
        const texts = [...group.querySelectorAll(':scope > text')];
        return texts.map((text) => {
          const { left, right, width } = text.getBoundingClientRect();
          const fits = box !== undefined && left >= box.left && right <= box.right;
          return { text: text.textContent, width, fits };
        });
      }),
    );
    expect(found.length).toBeGreaterThan(10);
    expect(found.filter(({ width }) => width === 0)).toEqual([]);
    expect(found.filter(({ fits }) => !fits)).toEqual([]);
    await page.close();
  });

  it('stands on a light ground or a dark one, as the reader likes', async () => {
    const grounds = [];
    for (const scheme of ['light', 'dark'] as const) {
      const page = await open(trafficLight, scheme);
      grounds.push(await page.evaluate(() => getComputedStyle(document.querySelector('.paper') ?? document.body).fill));
      await page.close();
    }
    expect(grounds).toEqual(['rgb(251, 251, 253)', 'rgb(18, 21, 28)']);
  });
});
