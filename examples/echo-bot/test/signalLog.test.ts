import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { inColors, withoutColors } from '../src/paint.ts';
import { logLine, renderSignal, type Signal } from '../src/signalLog.ts';

const scheduled: Signal = {
  at: new Date(2026, 0, 2, 3, 4, 5, 678),
  event: {
    name: 'instance.reconnect_scheduled',
    measurements: { attempt: 2, delayMs: 480 },
    metadata: {
      instanceModule: 'echo-bot',
      instanceId: 'echo',
      channelType: 'telegram',
      failureClass: 'recoverable',
      reason: 'telegram.econnrefused',
    },
  },
};

describe('renderSignal', () => {
  test('shows the time, the name, and the reason before everything else', () => {
    expect(renderSignal(scheduled, 120, withoutColors)).toBe(
      '03:04:05  instance.reconnect_scheduled  reason=telegram.econnrefused attempt=2 delayMs=480 failureClass=recoverable',
    );
  });

  test.each([0, 1, 8, 9, 30, 40, 80])('is no wider than %i columns, colours aside', (width) => {
    expect(stripVTControlCharacters(renderSignal(scheduled, width, inColors)).length).toBeLessThanOrEqual(width);
  });

  test.each([
    ['instance.connected', '\u001b[32m'],
    ['instance.error', '\u001b[31m'],
    ['instance.connecting', '\u001b[33m'],
    ['inbound.received', '\u001b[36m'],
  ] as const)('%s has the colour of its kind', (name, color) => {
    const signal = { ...scheduled, event: { ...scheduled.event, name } };
    expect(renderSignal(signal, 80, inColors)).toContain(`${color}${name}`);
  });
});

describe('logLine', () => {
  test('is one line with everything that the signal tells', () => {
    const event = { ...scheduled.event, metadata: { instanceId: 'echo', timestamp: 1, reason: 'two\nlines' } };
    expect(logLine({ at: new Date(0), event })).toBe(
      '1970-01-01T00:00:00.000Z instance.reconnect_scheduled reason="two\\nlines" attempt=2 delayMs=480 instanceId=echo',
    );
  });
});
