import type { InboundMessage, Json, JsonObject } from 'holdfast';
import type { IPublishPacket } from 'mqtt';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface ReadOptions {
  readonly id: string;
  readonly maxPayloadBytes: number;
  /** How many messages of QoS 0 were dropped before this one. */
  readonly dropped: number;
}

/** The message that a PUBLISH carries; undefined when its payload is too long, or no text. */
export function readPublish(packet: IPublishPacket, options: ReadOptions): InboundMessage | undefined {
  const payload = Buffer.from(packet.payload);
  if (payload.length > options.maxPayloadBytes) return undefined;
  const text = decode(payload);
  if (text === undefined) return undefined;
  return { id: options.id, conversation: packet.topic, text, metadata: metadataOf(packet, options.dropped) };
}

function decode(payload: Buffer): string | undefined {
  try {
    return utf8.decode(payload);
  } catch {
    return undefined;
  }
}

function metadataOf({ qos, retain, dup, properties = {} }: IPublishPacket, dropped: number): JsonObject {
  const { userProperties, correlationData } = properties;
  const fields: Record<string, Json | undefined> = {
    qos,
    retained: retain,
    duplicate: dup,
    droppedBefore: dropped === 0 ? undefined : dropped,
    contentType: properties.contentType,
    responseTopic: properties.responseTopic,
    correlationData: correlationData && Buffer.from(correlationData).toString('base64'),
    expirySec: properties.messageExpiryInterval,
    userProperties: userProperties && { ...userProperties },
  };
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) kept[key] = value;
  return kept;
}
