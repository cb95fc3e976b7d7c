import { describe, expect, it } from 'vitest';
import { Telemetry } from '../../src/actors/telemetry.ts';
import type { TelemetryEvent } from '../../src/schema/telemetryEvent.ts';

const identity = { instanceModule: 'Test', instanceId: 'bot', channelType: 'telegram' };

function observed(onEvent: (event: TelemetryEvent) => unknown = () => undefined) {
  const events: TelemetryEvent[] = [];
  const observer = (event: TelemetryEvent): unknown => {
    events.push(event);
    return event.name === 'observer.failed' ? undefined : onEvent(event);
  };
  return { events, telemetry: new Telemetry(observer, identity) };
}

describe('what is published', () => {
  it('carries whose it is, which its own metadata may overrule', () => {
    const { events, telemetry } = observed();
    telemetry.publish('instance.health_probe', { ms: 1 });
    telemetry.publish('instance.health_probe', {}, { channelType: 'other', outcome: 'ok' });
    expect(events).toEqual([
      { name: 'instance.health_probe', measurements: { ms: 1 }, metadata: identity },
      {
        name: 'instance.health_probe',
        measurements: {},
        metadata: { ...identity, channelType: 'other', outcome: 'ok' },
      },
    ]);
  });

  it('at a time has it in both, and its metadata may overrule its own only', () => {
    const { events, telemetry } = observed();
    telemetry.publishAt(5, 'instance.started', { name: 'Bot' });
    telemetry.publishAt(6, 'instance.connected', { timestamp: 0 });
    expect(events).toEqual([
      {
        name: 'instance.started',
        measurements: { timestamp: 5 },
        metadata: { ...identity, timestamp: 5, name: 'Bot' },
      },
      { name: 'instance.connected', measurements: { timestamp: 6 }, metadata: { ...identity, timestamp: 0 } },
    ]);
  });

  it('of a delivery names no channel type', () => {
    const { events, telemetry } = observed();
    telemetry.publishDelivery(5, 'delivery.sent', { jobId: '1' });
    const metadata = { instanceModule: 'Test', instanceId: 'bot', timestamp: 5, jobId: '1' };
    expect(events).toEqual([{ name: 'delivery.sent', measurements: { timestamp: 5 }, metadata }]);
  });

  it('goes nowhere where nobody looks, and then need not be put together', () => {
    const blind = new Telemetry(undefined, identity);
    expect([blind.isObserved, observed().telemetry.isObserved]).toEqual([false, true]);
    let isPutTogether = false;
    const metadata = {
      get name(): string {
        isPutTogether = true;
        return 'Bot';
      },
    };
    blind.publishAt(5, 'instance.started', metadata);
    expect(isPutTogether).toBe(false);
    observed().telemetry.publishAt(5, 'instance.started', metadata);
    expect(isPutTogether).toBe(true);
  });

  it('shows whose it is, and nothing of the observer', () => {
    expect(JSON.parse(JSON.stringify(observed().telemetry))).toEqual(identity);
  });
});

describe('an observer', () => {
  const failed = (error: string): TelemetryEvent => ({
    name: 'observer.failed',
    measurements: {},
    metadata: { ...identity, during: 'instance.started', error },
  });

  it('that throws is told so once, by the name of the error, and goes on being called', () => {
    const { events, telemetry } = observed(() => {
      throw new TypeError('secret');
    });
    telemetry.publishAt(5, 'instance.started');
    telemetry.publishAt(6, 'instance.connecting');
    expect(events.map(({ name }) => name)).toEqual(['instance.started', 'observer.failed', 'instance.connecting']);
    expect(events[1]).toEqual(failed('TypeError'));
  });

  it('that throws what is no error is told its type', () => {
    const { events, telemetry } = observed(() => {
      throw 'secret';
    });
    telemetry.publishAt(5, 'instance.started');
    expect(events[1]).toEqual(failed('string'));
  });

  it('that rejects is told so too', async () => {
    const { events, telemetry } = observed(() => Promise.reject(new RangeError('secret')));
    telemetry.publishAt(5, 'instance.started');
    await Promise.resolve();
    expect(events[1]).toEqual(failed('RangeError'));
  });
});
