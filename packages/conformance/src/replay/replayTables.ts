import { backoffDelay, classifyReason, type Json, type JsonObject, resolveReconnectSettings } from 'holdfast';
import { depart } from '../depart.ts';
import { type Difference, valueDifference } from '../difference.ts';
import { withOurNames } from '../format/naming.ts';
import { isObject, type Reader } from '../format/reader.ts';
import type { Ledger } from '../ledger.ts';
import { seededRandom } from '../seededRandom.ts';

export function replayClassifyFailure(row: Reader, ledger: Ledger): void {
  const reason = row.field('reason').json();
  ledger.at(`reason ${JSON.stringify(reason)}`);
  const expected = depart('classify_failure', { reason, class: row.field('class').string() }, ledger);
  ledger.expectEqual('class', expected.class, classifyReason(reason));
}

const settingsInForce = {
  probe_interval_ms: 'probeIntervalMs',
  max_reconnect_attempts: 'maxAttempts',
  reconnect_base_backoff_ms: 'baseBackoffMs',
  reconnect_max_backoff_ms: 'maxBackoffMs',
  reconnect_jitter_ratio: 'jitterRatio',
} as const;

export function replayWorkerConfig(row: Reader, ledger: Ledger): void {
  const adapter = row.field('adapter').or<Json>(null, (it) => it.json());
  const probeIntervalMs = isObject(adapter) ? adapter['probe_interval_ms'] : null;
  const channel = { probeIntervalMs: typeof probeIntervalMs === 'number' ? probeIntervalMs : null };
  const expected = row.field('effective').object();
  const attempts = settingsOf(row).map((settings) => {
    ledger.at(`settings ${JSON.stringify(settings)}, adapter ${JSON.stringify(adapter)}`);
    const { policy } = resolveReconnectSettings(withOurNames(settings), channel);
    const inForce = Object.entries(settingsInForce).map(([name, ours]) => [name, policy[ours]] as const);
    return valueDifference(expected, Object.fromEntries(inForce), 'effective');
  });
  ledger.expect(attempts.includes(undefined) ? undefined : attempts[0]);
}

/**
 * A map that has a key as an atom and as a string does not exist here: an object has a key once. Which of the two forms
 * the original reads is not said, so the row holds if it holds for one of them.
 */
function settingsOf(row: Reader): JsonObject[] {
  const settings = row.field('settings');
  if (settings.isThere) return [settings.object()];
  const atoms = row.field('settings_atom_keys').object();
  const strings = row.field('settings_string_keys').object();
  return [
    { ...strings, ...atoms },
    { ...atoms, ...strings },
  ];
}

/** The largest number below 1 that a generator of 53 bits gives. */
const almostOne = 1 - 2 ** -53;

export function replayJitter(row: Reader, ledger: Ledger): void {
  const attempt = row.field('attempt').or(1, (it) => it.number());
  const [from, to] = row
    .field('range')
    .list()
    .map((end) => end.number());
  const request = {
    attempt,
    baseBackoffMs: row.field('base_ms').number(),
    maxBackoffMs: row.field('max_ms').number(),
    jitter: 'equal',
    jitterRatio: row.field('ratio').number(),
  } as const;
  const { baseBackoffMs, maxBackoffMs, jitterRatio } = request;
  ledger.at(`base ${baseBackoffMs} ms, max ${maxBackoffMs} ms, ratio ${jitterRatio}, attempt ${attempt}`);
  ledger.expectEqual(
    'shortest delay',
    from,
    backoffDelay(request, () => 0),
  );
  ledger.expectEqual(
    'longest delay',
    to,
    backoffDelay(request, () => almostOne),
  );
  const observed = row.field('observed');
  if (observed.isThere)
    ledger.expect(samplingDifference(observed, { from, to }, (random) => backoffDelay(request, random)));
}

/** Draws as often as the original was asked: nothing outside the range, and as much of it. */
function samplingDifference(
  observed: Reader,
  range: { readonly from: number | undefined; readonly to: number | undefined },
  draw: (random: () => number) => number,
): Difference | undefined {
  const random = seededRandom(1);
  const drawn = new Set(Array.from({ length: observed.field('samples').number() }, () => draw(random)));
  const { from = Number.NaN, to = Number.NaN } = range;
  const outside = [...drawn].find((delay) => !(delay >= from && delay <= to));
  if (outside !== undefined) return { path: 'sampled delay', expected: `${from} to ${to}`, got: outside };
  // A range that the original's sample did not exhaust is not exhausted by ours, and not to the same number.
  const distinct = observed.field('distinct').number();
  const isExhausted = distinct === to - from + 1;
  const isEnough = isExhausted ? drawn.size === distinct : drawn.size >= distinct * 0.9;
  return isEnough ? undefined : { path: 'distinct delays', expected: distinct, got: drawn.size };
}
