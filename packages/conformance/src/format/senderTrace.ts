import type { Json, JsonObject } from 'holdfast';
import { isList, type Reader, TraceFormatError } from './reader.ts';
import { type Call, readCall, readSignal, type Signal } from './traces.ts';
import { readResult, type ScriptedResult } from './workerTrace.ts';

/** One step, with what it returns. Undefined: not compared. `inner` holds what a burst consists of. */
export interface SenderStep extends Call {
  readonly returns: Json | undefined;
  readonly inner: readonly Call[];
}

/** One entry of the Sender's own order. */
export type SenderEntry =
  | { readonly kind: 'signal'; readonly signal: Signal }
  | { readonly kind: 'send'; readonly conversation: Json; readonly text: Json }
  | { readonly kind: 'notify'; readonly call: string; readonly reason: Json }
  /** Of a summary only the names are known. */
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'exit' };

export interface SenderTrace {
  readonly instanceModule: string;
  readonly instanceId: string;
  readonly options: JsonObject;
  readonly hasInstanceServer: boolean;
  readonly script: Readonly<Record<string, readonly ScriptedResult[]>>;
  readonly steps: readonly SenderStep[];
  readonly timeline: readonly SenderEntry[];
  /** Up to here the timeline is compared entry by entry. */
  readonly strictUntil: number;
  /** How it is compared from there on: the entries of each job in their order, or not at all. */
  readonly afterwards: 'per job' | 'not at all';
  readonly comparesNotifications: boolean;
}

export function readSenderTrace(trace: Reader): SenderTrace {
  const script = Object.keys(trace.field('script').object()).map((payload) => {
    const results = trace.field('script').field(payload).list().map(readResult);
    return [payload, results] as const;
  });
  const steps = trace.field('steps').list();
  const returns = trace.field('returns').list();
  if (steps.length !== returns.length) {
    throw new TraceFormatError(`${trace.path}.returns`, `${steps.length} entries, one a step`, returns.length);
  }
  return {
    instanceModule: trace.field('instance_module').string(),
    instanceId: trace.field('instance_id').string(),
    options: trace.field('opts').object(),
    hasInstanceServer: trace.field('instance_server').boolean(),
    script: Object.fromEntries(script),
    steps: steps.map((step, index) => ({ ...readCall(step), returns: returns[index]?.json(), inner: readInner(step) })),
    timeline: trace.field('timeline').list().flatMap(readEntry),
    strictUntil: Number.POSITIVE_INFINITY,
    afterwards: 'not at all',
    comparesNotifications: true,
  };
}

function readInner(step: Reader): Call[] {
  return step.field('steps').or([], (it) => it.list().map(readCall));
}

function readEntry(entry: Reader): SenderEntry[] {
  const type = entry.field('type').string();
  switch (type) {
    case 'telemetry':
      return [{ kind: 'signal', signal: readSignal(entry.field('signal')) }];
    case 'send_message': {
      const [conversation, text] = entry.field('args').list();
      return [{ kind: 'send', conversation: conversation?.json() ?? null, text: text?.json() ?? null }];
    }
    case 'notify': {
      const [reason] = entry.field('args').list();
      return [{ kind: 'notify', call: entry.field('call').string(), reason: reason?.json() ?? null }];
    }
    case 'sender_exit':
      return [{ kind: 'exit' }];
    case 'summary':
      return entry.field('events').list().flatMap(unfolded);
    default:
      throw new TraceFormatError(`${entry.path}.type`, 'telemetry, send_message, notify, summary or sender_exit', type);
  }
}

/** `[name, count]`, or `["repeat", times, block]`. */
function unfolded(folded: Reader): SenderEntry[] {
  const [name, count, block] = folded.list();
  if (name === undefined || count === undefined) throw new TraceFormatError(folded.path, '[name, count]', folded.value);
  const once: SenderEntry[] = isList(block?.value)
    ? (block?.list().flatMap(unfolded) ?? [])
    : [{ kind: 'named', name: name.string() }];
  return Array.from({ length: count.number() }, () => once).flat();
}
