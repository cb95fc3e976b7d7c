import { type MqttAdapter, mqtt } from '@holdfast/mqtt';
import { type TelegramAdapter, telegram } from '@holdfast/telegram';
import { createMessaging, type Messaging, type Observer } from 'holdfast';

export type Fleet = Messaging<TelegramAdapter | MqttAdapter>;

/**
 * How the instances behave: as they do by default, but five to fifteen times as fast, so that faults of seconds do to them
 * what faults of minutes would. The number of attempts, the restart intensity and the failure limit are the defaults.
 */
const pace = {
  reconnect: {
    probeIntervalMs: 2_000,
    probeTimeoutMs: 1_500,
    connectTimeoutMs: 2_000,
    baseBackoffMs: 50,
    maxBackoffMs: 500,
    jitter: 'full',
    minConnectedMs: 1_000,
    suspendedRetryMs: 1_500,
    conflictRetryMs: 1_000,
    closeGraceMs: 300,
  },
  sender: {
    sendTimeoutMs: 2_000,
    baseBackoffMs: 100,
    maxBackoffMs: 1_000,
    maxAttempts: 20,
    // It is full after the warm-up, and so does not look like a leak.
    sentCacheSize: 10,
  },
  poller: { waitMs: 2_000, graceMs: 1_000 },
} as const;

/** Backoffs are a fifth of the default, so five times as many attempts ask for a turn: the default lets 10 in a second. */
const reconnectBudget = { minPerSecond: 50 } as const;

/** So that faults find instances asleep as well as awake. */
const hibernateAfterMs = 400;

export function createFleet(observer: Observer): Fleet {
  return createMessaging<TelegramAdapter | MqttAdapter>({
    name: 'chaos',
    channels: [telegram(), mqtt()],
    observer,
    defaults: pace,
    reconnectBudget,
    hibernateAfterMs,
  });
}
