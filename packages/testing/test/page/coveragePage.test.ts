import { describe, expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { chartCoverage } from '../../src/chart/index.ts';
import { coveragePage } from '../../src/vitest/index.ts';
import { trafficLight } from '../chart/trafficLight.ts';
import { samples, toSaved } from './samples.ts';

function light(...types: readonly ('tick' | 'powerOutage')[]) {
  const coverage = chartCoverage(trafficLight);
  const actor = createActor(trafficLight, { inspect: coverage.inspect }).start();
  for (const type of types) actor.send({ type });
  return toSaved(coverage);
}

describe('coveragePage', () => {
  it('says of each state and transition how often it was gone through', async () => {
    const page = await coveragePage([light('powerOutage')]);
    expect(page).toContain('aria-label="light → dark by powerOutage: taken 1 time"');
    expect(page).toContain('aria-label="dark: active after 1 step"');
    expect(page).toContain('aria-label="yellow: never entered"');
    expect(page).toContain(
      'aria-label="red.wait → red.stop by tick [inline]: never taken; its guard held: never, did not hold: never"',
    );
  });

  it('tells a guard of which one outcome was never seen from one of which both were', async () => {
    const guard = ({ event }: { readonly event: { readonly key?: string } }): boolean => event.key === 'right';
    const door = createMachine({ id: 'door', on: { lock: { guard, actions: () => undefined } } } as never);
    const coverage = chartCoverage(door);
    const actor = createActor(door, { inspect: coverage.inspect }).start();
    const lookOf = async (): Promise<string | undefined> =>
      /class="transition event row ([^"]*)"/.exec(await coveragePage([toSaved(coverage)]))?.[1];
    expect(await lookOf()).toBe('never');
    actor.send({ type: 'lock', key: 'right' } as never);
    expect(await lookOf()).toBe('half');
    actor.send({ type: 'lock', key: 'wrong' } as never);
    expect(await lookOf()).toBe('taken');
  });

  it('adds up all charts, and rounds down', async () => {
    const page = await coveragePage([light('powerOutage'), light()]);
    expect(page).toContain('<h2>Transitions</h2><p class="figure"><b>7 %</b> <span>1 of 14</span></p>');
    expect(page.match(/<tr><th scope="row">/g)).toHaveLength(2);
  });

  it('lists what never was, pairs by the first of them', async () => {
    const page = await coveragePage([light('powerOutage')]);
    expect(page).toContain('Transitions never taken <span class="count">6</span>');
    expect(page).toContain('<summary>light → dark by powerOutage, then never <span class="count">2</span></summary>');
  });

  it('is the same for the same coverage, and says so when there is none', async () => {
    expect(await coveragePage(samples())).toBe(await coveragePage(samples()));
    expect(await coveragePage([])).toContain('no test file has called saveCoverage');
  });

  it('asks nothing of any host, and lets no name become a tag', async () => {
    const coverage = chartCoverage(
      createMachine({ id: '</style><script>alert(1)</script>', on: { '"><img src=x>': {} } }),
    );
    const page = await coveragePage([toSaved(coverage)]);
    expect(page).not.toMatch(/<img|alert\(1\)<\/script>/);
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page).not.toMatch(/(?:src|href)="(?!#)/);
    expect(page).not.toMatch(/ style="/);
    expect(page).toContain('default-src &#39;none&#39;');
  });
});
