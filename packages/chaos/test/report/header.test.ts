import { describe, expect, it } from 'vitest';
import { headerOf } from '../../src/report/header.ts';

describe('the header', () => {
  const text = headerOf(4_294_967_295, { name: 'aedes (MQTT 3.1.1, in memory)' });

  it('says first with which seed, and how to do the same again', () => {
    expect(text.split('\n')[0]).toBe(
      'Chaos, seed 4294967295. The same faults again: npm run chaos -- --seed 4294967295',
    );
  });

  it('says what the instances work with', () => {
    expect(text).toContain('25 Telegram bots on 5 processes of crabline, 5 servers in each');
    expect(text).toContain('25 MQTT clients on 2 processes of aedes (MQTT 3.1.1, in memory), 15 and 10');
  });

  it('fits a terminal of 80 columns, but for the largest seeds', () => {
    const lines = text.split('\n').slice(1);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });
});
