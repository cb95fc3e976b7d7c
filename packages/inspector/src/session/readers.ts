import type {
  ActorIdentity,
  EventSummary,
  InspectorRecord,
  Json,
  JsonObject,
  KnownActor,
  Microstep,
  TransitionRecord,
} from '../records.ts';
import {
  json,
  jsonObject,
  listOf,
  number,
  oneOf,
  type Place,
  refuse,
  stateValue,
  text,
  textOrNull,
  truth,
} from './check.ts';

export function readActor(at: Place): KnownActor {
  return {
    ...readIdentity(at),
    isAlive: truth(at.at('isAlive')),
    value: stateValue(at.at('value')),
    context: jsonObject(at.at('context')),
  };
}

export function readRecord(at: Place): InspectorRecord {
  const common = { seq: number(at.at('seq')), atMs: number(at.at('atMs')) };
  const kind = oneOf(at.at('kind'), ['started', 'transition', 'ended', 'undelivered', 'signal']);
  switch (kind) {
    case 'started':
      return {
        kind,
        ...common,
        ...readIdentity(at),
        value: stateValue(at.at('value')),
        context: jsonObject(at.at('context')),
        ...optional('input', at),
        wasRunning: truth(at.at('wasRunning')),
      };
    case 'transition':
      return { kind, ...common, ...readTransition(at) };
    case 'ended':
      return {
        kind,
        ...common,
        actor: text(at.at('actor')),
        how: oneOf(at.at('how'), ['done', 'error', 'stopped', 'lost']),
        error: textOrNull(at.at('error')),
        ...optional('output', at),
      };
    case 'undelivered':
      return { kind, ...common, ...readSent(at) };
    case 'signal':
      return {
        kind,
        ...common,
        name: text(at.at('name')),
        instanceId: textOrNull(at.at('instanceId')),
        measurements: readNumbers(at.at('measurements')),
        metadata: jsonObject(at.at('metadata')),
      };
  }
}

function readIdentity(at: Place): ActorIdentity {
  return {
    actor: text(at.at('actor')),
    sessionId: text(at.at('sessionId')),
    id: text(at.at('id')),
    parent: textOrNull(at.at('parent')),
    system: text(at.at('system')),
    src: textOrNull(at.at('src')),
    chart: textOrNull(at.at('chart')),
  };
}

function readTransition(at: Place): Omit<TransitionRecord, 'kind' | 'seq' | 'atMs'> {
  const ignored = at.at('ignored');
  const context = at.at('context');
  const omitted = at.at('omitted');
  return {
    ...readSent(at),
    from: stateValue(at.at('from')),
    to: stateValue(at.at('to')),
    microsteps: listOf(at.at('microsteps'), readMicrostep),
    actions: listOf(at.at('actions'), text),
    ignored: ignored.value === null ? null : oneOf(ignored, ['unhandled', 'guarded']),
    context: context.value === null ? null : jsonObject(context),
    ...(omitted.value === undefined ? {} : { omitted: number(omitted) }),
  };
}

function readSent(at: Place): Pick<TransitionRecord, 'actor' | 'sent' | 'event' | 'source'> {
  return {
    actor: text(at.at('actor')),
    sent: number(at.at('sent')),
    event: readEvent(at.at('event')),
    source: textOrNull(at.at('source')),
  };
}

function readEvent(at: Place): EventSummary {
  const fields = at.at('fields');
  return {
    type: text(at.at('type')),
    ...(fields.value === undefined ? {} : { fields: jsonObject(fields) }),
    hidden: number(at.at('hidden')),
  };
}

function readMicrostep(at: Place): Microstep {
  return {
    event: text(at.at('event')),
    transitions: listOf(at.at('transitions'), text),
    to: stateValue(at.at('to')),
  };
}

function readNumbers(at: Place): Readonly<Record<string, number>> {
  const fields: JsonObject = jsonObject(at);
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === 'number' ? value : refuse(at.at(key), 'a number'),
    ]),
  );
}

function optional<Key extends string>(key: Key, at: Place): { readonly [Name in Key]?: Json } {
  const part = at.at(key);
  return part.value === undefined ? {} : ({ [key]: json(part) } as { readonly [Name in Key]?: Json });
}
