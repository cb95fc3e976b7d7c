import type { SignalRecord } from './records.ts';
import { readOwn } from './redaction/plain.ts';
import { clipName, type Redaction } from './redaction/Redaction.ts';

/** More than any event of Holdfast has. */
const mostMeasurements = 20;

/** A telemetry event as a record; undefined of what is none. */
export function readSignal(event: unknown, redaction: Redaction): Omit<SignalRecord, 'seq' | 'atMs'> | undefined {
  const name = read(event, 'name');
  if (typeof name !== 'string') return undefined;
  const metadata = read(event, 'metadata');
  const instanceId = read(metadata, 'instanceId');
  return {
    kind: 'signal',
    name: clipName(name),
    instanceId: typeof instanceId === 'string' ? clipName(instanceId) : null,
    measurements: readNumbers(read(event, 'measurements')),
    metadata: redaction.metadata(metadata),
  };
}

function read(owner: unknown, key: string): unknown {
  if (typeof owner !== 'object' || owner === null) return undefined;
  const own = readOwn(owner, key);
  return own && 'value' in own ? own.value : undefined;
}

function readNumbers(measurements: unknown): Readonly<Record<string, number>> {
  if (typeof measurements !== 'object' || measurements === null) return {};
  const numbers = Object.keys(measurements)
    .slice(0, mostMeasurements)
    .flatMap((key) => {
      const value = read(measurements, key);
      return typeof value === 'number' && Number.isFinite(value) ? [[clipName(key), value] as const] : [];
    });
  return Object.fromEntries(numbers.filter(([key]) => key !== '__proto__'));
}
