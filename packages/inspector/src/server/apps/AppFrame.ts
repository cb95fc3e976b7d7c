import { isObject } from '../../session/check.ts';

/** What an app says of an actor of its own, in the protocol of @statelyai/inspect. Nothing in it has been checked further than its type. */
export type AppFrame =
  | {
      readonly type: '@xstate.actor';
      readonly sessionId: string;
      readonly name: string;
      readonly parentId: string | undefined;
      readonly definition: string | undefined;
      readonly snapshot: Fields;
    }
  | {
      readonly type: '@xstate.event';
      readonly sessionId: string;
      readonly event: FrameEvent;
      readonly sourceId: string | undefined;
    }
  | {
      readonly type: '@xstate.snapshot';
      readonly sessionId: string;
      readonly event: FrameEvent;
      readonly snapshot: Fields;
    };

export type Fields = Readonly<Record<string, unknown>>;
export type FrameEvent = Fields & { readonly type: string };

/** Undefined for what is no frame of that protocol. */
export function readAppFrame(text: string): AppFrame | undefined {
  const frame = parse(text);
  if (!isObject(frame) || typeof frame['sessionId'] !== 'string') return undefined;
  const { definition, event, name, parentId, sessionId, snapshot, sourceId, type } = frame;
  switch (type) {
    case '@xstate.actor':
      return {
        type,
        sessionId,
        name: typeof name === 'string' ? name : sessionId,
        parentId: textOf(parentId),
        definition: textOf(definition),
        snapshot: isObject(snapshot) ? snapshot : {},
      };
    case '@xstate.event':
      return isEvent(event) ? { type, sessionId, event, sourceId: textOf(sourceId) } : undefined;
    case '@xstate.snapshot':
      return isEvent(event) && isObject(snapshot) ? { type, sessionId, event, snapshot } : undefined;
    default:
      return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isEvent(event: unknown): event is FrameEvent {
  return isObject(event) && typeof event['type'] === 'string';
}
