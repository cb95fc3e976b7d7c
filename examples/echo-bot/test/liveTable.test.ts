import { stripVTControlCharacters } from 'node:util';
import type { HealthSnapshot } from 'holdfast';
import { describe, expect, test } from 'vitest';
import { renderTable } from '../src/liveTable.ts';
import { inColors, withoutColors } from '../src/paint.ts';

const healthy: HealthSnapshot = {
  instanceId: 'echo',
  channelType: 'telegram',
  name: 'Echo bot',
  status: 'connected',
  substate: 'healthy',
  connectedAt: 0,
  consecutiveFailures: 0,
  lastError: null,
  reconnectAttempt: 0,
  restartCount: 0,
  lastRestartReason: null,
  lastRestartClass: null,
  childHealthSummary: { status: 'ok', totalChildren: 0, runningChildren: 0, children: {} },
  uptimeMs: 61_500,
  senderQueueDepth: 0,
  ready: true,
};

const broken: HealthSnapshot = {
  ...healthy,
  status: 'disconnected',
  substate: 'waiting',
  consecutiveFailures: 2,
  reconnectAttempt: 3,
  senderQueueDepth: 12,
  lastError: ['reconnect_exhausted', 'telegram.econnrefused'],
  ready: false,
};

describe('renderTable', () => {
  test('80 columns show every column', () => {
    expect(renderTable([healthy, { ...broken, lastError: 'telegram.econnreset' }], 80, withoutColors)).toEqual([
      'INSTANCE STATUS       SUBSTATE FAILURES ATTEMPT QUEUE UPTIME LAST ERROR',
      'echo     connected    healthy  0        0       0     1m 01s -',
      'echo     disconnected waiting  2        3       12    1m 01s telegram.econnreset',
    ]);
  });

  test('a wide terminal gets air between the columns, and a structured error as JSON', () => {
    expect(renderTable([broken], 120, withoutColors)).toEqual([
      'INSTANCE  STATUS        SUBSTATE  FAILURES  ATTEMPT  QUEUE  UPTIME  LAST ERROR',
      'echo      disconnected  waiting   2         3        12     1m 01s  ["reconnect_exhausted","telegram.econnrefused"]',
    ]);
  });

  test.each([0, 1, 5, 20, 40, 79, 80, 99, 100, 200])('no line is wider than %i columns, colours aside', (width) => {
    const lines = renderTable([healthy, broken], width, inColors).map(stripVTControlCharacters);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  test('columns stand still while the status changes', () => {
    const [connected] = renderTable([healthy], 80, withoutColors);
    const [disconnected] = renderTable([broken], 80, withoutColors);
    expect(connected).toBe(disconnected);
  });

  test('an error that holds escape codes cannot move the cursor', () => {
    const lines = renderTable([{ ...healthy, lastError: '\u001b[2Jgone\n' }], 120, withoutColors);
    expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
  });

  test.each([
    [999, '0s'],
    [59_999, '59s'],
    [3_599_000, '59m 59s'],
    [3_660_000, '1h 01m'],
    [360_000_000, '100h 00m'],
  ])('an uptime of %i ms reads %s', (uptimeMs, text) => {
    const [, line] = renderTable([{ ...healthy, uptimeMs }], 120, withoutColors);
    expect(line).toContain(` ${text} `);
  });

  test('without instances it says so', () => {
    expect(renderTable([], 80, withoutColors)[1]).toBe('no instance is running');
  });
});
