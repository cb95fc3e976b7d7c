import type { TelemetryEvent } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { Watch } from '../../src/measure/Watch.ts';

interface Told {
  readonly name: TelemetryEvent['name'];
  readonly [key: string]: string;
}

function tell(watch: Watch, instanceId: string, { name, ...metadata }: Told): void {
  watch.observe({ name, measurements: {}, metadata: { instanceId, ...metadata } });
}

const linkLost = ['instance.disconnected', 'instance.error'] as const;

describe('the watch over a fault', () => {
  it('takes the time until the first of its instances notices, and only of what counts', () => {
    const watch = new Watch();
    const vigil = watch.begin({ instanceIds: ['a', 'b'], noticedBy: linkLost });
    tell(watch, 'a', { name: 'instance.health_probe' });
    expect(vigil.noticedAfterMs).toBeNull();
    tell(watch, 'b', { name: 'instance.disconnected' });
    const first = vigil.noticedAfterMs;
    expect(first).toBeGreaterThanOrEqual(0);
    tell(watch, 'a', { name: 'instance.error' });
    expect(vigil.noticedAfterMs).toBe(first);
  });

  it('holds what happens to others against the fault, with the reason', () => {
    const watch = new Watch();
    watch.begin({ instanceIds: ['a'], noticedBy: linkLost });
    tell(watch, 'a', { name: 'instance.disconnected' });
    tell(watch, 'z', { name: 'instance.connected' });
    tell(watch, 'z', { name: 'instance.disconnected', reason: 'timeout' });
    expect(watch.collateral).toEqual({ count: 1, details: ['z: instance.disconnected, "timeout"'] });
  });

  it('is over for its instances when it is ended, and for all when they are stopped on purpose', () => {
    const watch = new Watch();
    watch.begin({ instanceIds: ['a'], noticedBy: linkLost });
    watch.end(['a']);
    tell(watch, 'a', { name: 'instance.error', error: 'x' });
    watch.finish();
    tell(watch, 'a', { name: 'instance.disconnected' });
    expect(watch.collateral.details).toEqual(['a: instance.error, "x"']);
  });
});
