import type { QueuedMessage } from 'holdfast';
import type { IClientPublishOptions } from 'mqtt';
import * as z from 'zod/mini';
import { MqttMessageError } from './errors.ts';
import { isTopicName } from './topics.ts';

/** Such a string never gets longer than the 65,535 bytes that the protocol has for it. */
const shortText = z.string().check(z.maxLength(16_384), z.regex(/^[^\0]*$/));
const topicName = z.string().check(z.refine(isTopicName));

/** What `metadata` may say about how a message is published. Other keys are left alone. */
export const MqttSendOptions = z.object({
  qos: z.optional(z.literal([0, 1])),
  retain: z.optional(z.boolean()),
  expirySec: z.optional(z.int().check(z.positive(), z.maximum(4_294_967_295))),
  contentType: z.optional(shortText),
  responseTopic: z.optional(topicName),
  correlationData: z.optional(z.string().check(z.maxLength(87_380), z.regex(/^[A-Za-z0-9+/]+={0,2}$/))),
  userProperties: z.optional(z.record(shortText, z.union([shortText, z.array(shortText)]))),
});
export type MqttSendOptions = z.infer<typeof MqttSendOptions>;

/** What the broker, the protocol and the config allow. */
export interface PublishLimits {
  readonly protocolVersion: 4 | 5;
  readonly defaultQos: 0 | 1;
  readonly maximumQos: number;
  readonly isRetainAvailable: boolean;
  readonly maximumPacketBytes: number;
}

export interface OutboundPublish {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly properties: NonNullable<IClientPublishOptions['properties']>;
}

/** Reads a message to send; throws `MqttMessageError` for one that this broker could not take in any case. */
export function readOutbound({ conversation, text, metadata }: QueuedMessage, limits: PublishLimits): OutboundPublish {
  if (!isTopicName(conversation)) {
    throw new MqttMessageError('bad_topic', 'A conversation on MQTT is a topic: not empty, and without +, # and NUL.');
  }
  const options = readOptions(metadata, limits);
  const { qos = limits.defaultQos, retain = false } = options;
  if (qos > limits.maximumQos) {
    throw new MqttMessageError('qos_not_supported', `This broker takes QoS ${limits.maximumQos} at most.`);
  }
  if (retain && !limits.isRetainAvailable) {
    throw new MqttMessageError('retain_not_supported', 'This broker retains no messages.');
  }
  const outbound = { topic: conversation, payload: text, qos, retain, properties: propertiesOf(options) };
  const bytes = packetBytesOf(outbound);
  if (bytes > limits.maximumPacketBytes) {
    const explanation = `The packet would have up to ${bytes} bytes, and ${limits.maximumPacketBytes} are allowed.`;
    throw new MqttMessageError('packet_too_large', explanation);
  }
  return outbound;
}

function readOptions(metadata: QueuedMessage['metadata'], { protocolVersion }: PublishLimits): MqttSendOptions {
  const parsed = MqttSendOptions.safeParse(metadata);
  if (!parsed.success) {
    const keys = parsed.error.issues.map(({ path }) => `metadata.${path.join('.')}`);
    throw new MqttMessageError('bad_metadata', `These options are none that MQTT knows: ${keys.join(', ')}.`);
  }
  const { qos: _qos, retain: _retain, ...newer } = parsed.data;
  const keys = Object.keys(newer);
  if (protocolVersion === 4 && keys.length > 0) {
    throw new MqttMessageError('needs_mqtt_5', `MQTT 3.1.1 has no place for ${keys.join(', ')}.`);
  }
  return parsed.data;
}

function propertiesOf(options: MqttSendOptions): OutboundPublish['properties'] {
  const { expirySec, contentType, responseTopic, correlationData, userProperties } = options;
  return {
    payloadFormatIndicator: true,
    ...(expirySec === undefined ? {} : { messageExpiryInterval: expirySec }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData: Buffer.from(correlationData, 'base64') }),
    ...(userProperties === undefined ? {} : { userProperties }),
  };
}

/** Not less than the packet has: the lengths and tags are counted at their longest. */
function packetBytesOf({ topic, payload, properties }: OutboundPublish): number {
  const { contentType = '', responseTopic = '', correlationData = '', userProperties = {} } = properties;
  const fixedAndNumbers = 1 + 4 + 2 + 2 + 4 + 2 + 5;
  const strings = [contentType, responseTopic, correlationData].reduce((sum, text) => sum + 3 + lengthOf(text), 0);
  const pairs = Object.entries(userProperties).flatMap(([key, values]) =>
    [values].flat().map((value) => 5 + lengthOf(key) + lengthOf(value)),
  );
  return fixedAndNumbers + lengthOf(topic) + strings + pairs.reduce((sum, pair) => sum + pair, lengthOf(payload));
}

function lengthOf(text: string | Buffer): number {
  return Buffer.byteLength(text);
}
