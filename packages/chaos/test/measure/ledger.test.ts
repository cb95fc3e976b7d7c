import { describe, expect, it } from 'vitest';
import { Ledger, marks } from '../../src/measure/Ledger.ts';

describe('a ledger', () => {
  it('numbers messages from 0 until it is full', () => {
    const ledger = new Ledger(2);
    expect([ledger.open(0), ledger.open(0), ledger.open(0)]).toEqual([0, 1, undefined]);
  });

  it('finds the messages that have one mark and lack another', () => {
    const ledger = new Ledger(3);
    for (const cycle of [1, 2, 3]) ledger.open(cycle);
    for (const number of [0, 2]) ledger.mark(number, marks.accepted);
    ledger.mark(0, marks.handled);
    expect(ledger.numbers(marks.accepted, marks.handled)).toEqual([2]);
    expect(ledger.count(marks.accepted)).toBe(2);
    expect(ledger.cycleOf(2)).toBe(3);
  });

  it('counts what happens again to a message, and keeps its other marks', () => {
    const ledger = new Ledger(1);
    ledger.open(0);
    ledger.mark(0, marks.handled);
    ledger.mark(0, marks.accepted);
    expect(ledger.repeats).toBe(0);
    ledger.mark(0, marks.handled);
    expect(ledger.repeats).toBe(1);
    expect(ledger.numbers(marks.accepted, 0)).toEqual([0]);
  });

  it('knows no message that it has no room for', () => {
    expect(() => new Ledger(1).mark(1, marks.sent)).toThrow('no message 1');
  });
});
