import { describe, expect, it } from 'vitest';
import { Pauses } from '../../src/policy/pauses.ts';

describe('pauses', () => {
  it('without one nothing waits', () => {
    const pauses = new Pauses();
    expect([pauses.untilMs, pauses.untilMsOf('a')]).toEqual([0, 0]);
  });

  it('of everything are ones of each conversation, and are never made shorter', () => {
    const pauses = new Pauses();
    pauses.pause(1_000);
    pauses.pause(500);
    pauses.pause(700, 'a');
    expect([pauses.untilMs, pauses.untilMsOf('a'), pauses.untilMsOf('b')]).toEqual([1_000, 1_000, 1_000]);
  });

  it('of one conversation are of no other, and not of everything', () => {
    const pauses = new Pauses();
    pauses.pause(1_000, 'a');
    expect([pauses.untilMs, pauses.untilMsOf('a'), pauses.untilMsOf('b')]).toEqual([0, 1_000, 0]);
  });

  it('of a conversation are forgotten when they are over, and not before: there may be very many of them', () => {
    const pauses = new Pauses();
    pauses.pause(1_000, 'a');
    pauses.pause(1_001, 'b');
    pauses.forgetPast(999);
    expect(pauses.untilMsOf('a')).toBe(1_000);
    pauses.forgetPast(1_000);
    expect([pauses.untilMsOf('a'), pauses.untilMsOf('b')]).toEqual([0, 1_001]);
  });
});
