import { describe, expect, test } from 'vitest';
import { withoutColors } from '../src/paint.ts';
import { hasHeld, type Outcome, renderOutcome, renderSummary } from '../src/tourReport.ts';

const held: Outcome = {
  title: 'It connects',
  expected: 'connected.healthy',
  elapsedMs: 1_234,
  finding: { held: true, found: 'connected.healthy' },
};
const broken: Outcome = { ...held, title: 'It parks', finding: { held: false, found: 'connecting' } };
const unreached: Outcome = { ...held, title: 'It stops', finding: undefined };

describe('renderOutcome', () => {
  test('what held is one line, with its time', () => {
    expect(renderOutcome(held, withoutColors)).toBe('✓   1.2 s  It connects: connected.healthy');
  });

  test('what did not hold says what was expected, and what came', () => {
    expect(renderOutcome(broken, withoutColors).split('\n')).toEqual([
      '✗   1.2 s  It parks',
      '           expected  connected.healthy',
      '           came      connecting',
    ]);
  });

  test('what was not reached says so', () => {
    expect(renderOutcome(unreached, withoutColors)).toBe('-          It stops: not reached');
  });
});

describe('the whole tour', () => {
  test('has held only when every step has', () => {
    expect([[held, held], [held, broken], [held, unreached], []].map(hasHeld)).toEqual([true, false, false, false]);
  });

  test('sums up what did not hold', () => {
    expect(renderSummary([held, held], withoutColors)).toBe('All 2 steps held, in 1.2 s.');
    expect(renderSummary([held, broken, unreached], withoutColors)).toBe(
      'Did not hold: "It parks"; 1 of 3 steps were not reached.',
    );
  });
});
