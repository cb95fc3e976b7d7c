import type { TelemetryEvent } from 'holdfast';
import { createToken } from './botToken.ts';
import { CountingProxy } from './CountingProxy.ts';
import { createEchoMessaging, startEchoBot } from './echoBot.ts';
import type { Finding } from './finding.ts';
import { LocalTelegram } from './LocalTelegram.ts';
import type { Paint } from './paint.ts';
import { SimulatedUser } from './SimulatedUser.ts';
import { logLine, type Signal } from './signalLog.ts';
import { hasHeld, type Outcome, renderOutcome, renderSummary } from './tourReport.ts';
import { type Stage, type Step, steps } from './tourSteps.ts';

/** A bot in a hurry, for the tour has half a minute. */
const reconnect = { probeIntervalMs: 500, baseBackoffMs: 100, maxBackoffMs: 500, maxAttempts: 50 };
/** What one step may take. Milliseconds. */
const stepDeadlineMs = 30_000;
/** How much of the telemetry to show when something did not hold. */
const mostSignals = 40;

export interface TourOptions {
  readonly print: (text: string) => void;
  readonly paint: Paint;
  /** Ends the tour early. */
  readonly stop: AbortSignal;
}

/** Plays the tour on a server of its own. Whether all of it held. */
export async function playTour({ print, paint, stop }: TourOptions): Promise<boolean> {
  const tokens = { first: createToken(), second: createToken() };
  const signals: Signal[] = [];
  const observer = (event: TelemetryEvent): void => {
    signals.push({ at: new Date(), event });
  };
  await using server = await LocalTelegram.start(tokens.first);
  await using proxy = await CountingProxy.open(server.port);
  await using messaging = createEchoMessaging(observer);
  const bot = await startEchoBot(messaging, { token: tokens.first, apiRoot: proxy.url, reconnect });

  const stage = { server, proxy, bot, user: new SimulatedUser(server), tokens, signals, stop };
  print(`The tour: an echo bot, a local Telegram-compatible server, a user, ${steps.length} steps.\n`);
  const outcomes = await playAll(stage, (outcome) => print(renderOutcome(outcome, paint)));
  if (!hasHeld(outcomes) && !stop.aborted) {
    print('\nThe last signals:');
    for (const signal of signals.slice(-mostSignals)) print(logLine(signal));
  }
  print(`\n${renderSummary(outcomes, paint)}`);
  return hasHeld(outcomes);
}

/** Plays the steps in order. After one that fails the others are not reached. */
async function playAll(stage: Stage, report: (outcome: Outcome) => void): Promise<readonly Outcome[]> {
  const startedAtMs = Date.now();
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    const isReached = outcomes.every(({ finding }) => finding?.held);
    const finding = isReached ? await play(step, stage) : undefined;
    const outcome = { ...step, elapsedMs: Date.now() - startedAtMs, finding };
    outcomes.push(outcome);
    report(outcome);
  }
  return outcomes;
}

/** Whatever a step has left running ends with it. */
async function play(step: Step, stage: Stage): Promise<Finding> {
  const over = new AbortController();
  const late = new Error(`It took more than ${stepDeadlineMs / 1000} s.`);
  const deadline = setTimeout(() => over.abort(late), stepDeadlineMs);
  try {
    return await step.play({ ...stage, stop: AbortSignal.any([stage.stop, over.signal]) });
  } catch (error) {
    return { held: false, found: error instanceof Error ? error.message : 'something was thrown' };
  } finally {
    clearTimeout(deadline);
    over.abort();
  }
}
