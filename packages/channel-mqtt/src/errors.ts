import { HoldfastError } from 'holdfast';
import { hexOf, isReasonCode, reasonNames } from './reasonCodes.ts';

/** Why something that we asked of the broker came to nothing. Holds no credential. */
export type MqttFault =
  /** The broker said no. */
  | {
      readonly kind: 'refused';
      /** The packet in which it said so. */
      readonly packet: 'connack' | 'suback' | 'puback' | 'disconnect';
      /** As MQTT 5 numbers them; those of MQTT 3.1.1 are translated. */
      readonly reasonCode: number;
      /** The broker's own words, where it has any. */
      readonly reasonString?: string | undefined;
      /** The topic filter that it does not grant. */
      readonly filter?: string | undefined;
    }
  /** The connection failed. `errno` is the name that the system, TLS or WebSocket has for it: `ECONNREFUSED`. */
  | { readonly kind: 'network'; readonly errno: string }
  /** What should become a WebSocket was answered with this HTTP status. */
  | { readonly kind: 'handshake'; readonly status: number }
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  /** The broker gave no sign of life for one and a half times the keepalive. */
  | { readonly kind: 'keepalive' }
  /** Something came that is no MQTT, or out of place. */
  | { readonly kind: 'garbled' }
  /** The broker closed the connection without a word. */
  | { readonly kind: 'ended' }
  /** It sent more than we can hold; the rest has to be sent again. */
  | { readonly kind: 'overflow' }
  /** The link was closed on our side. */
  | { readonly kind: 'closed' };

export type MqttOperation = 'connect' | 'subscribe' | 'receive' | 'ping' | 'publish' | 'link';

/** Whether a message may have reached the broker. */
export type Reached = 'no' | 'unknown';

/** Something that was asked of the broker failed, or the connection to it did. */
export class MqttCallError extends HoldfastError {
  override readonly name = 'MqttCallError';
  readonly code = 'MQTT_CALL';
  readonly operation: MqttOperation;
  readonly fault: MqttFault;
  /** Of interest for `publish`. */
  readonly reached: Reached;

  constructor(operation: MqttOperation, fault: MqttFault, reached: Reached = 'unknown') {
    super(`${operation}: ${describe(fault)}.`);
    this.operation = operation;
    this.fault = fault;
    this.reached = reached;
  }
}

/** This message can never be sent as it is, or not through this broker. Nothing was sent. */
export class MqttMessageError extends HoldfastError {
  override readonly name = 'MqttMessageError';
  readonly code = 'MQTT_MESSAGE';
  /** Short and stable: `bad_topic`. */
  readonly problem: string;

  constructor(problem: string, explanation: string) {
    super(`${explanation} Nothing was sent.`);
    this.problem = problem;
  }
}

/** The instance is set up in a way that cannot work. */
export class MqttConfigError extends HoldfastError {
  override readonly name = 'MqttConfigError';
  readonly code = 'MQTT_CONFIG';
  /** Short and stable: `bad_config`. */
  readonly problem: string;

  constructor(problem: string, explanation: string) {
    super(explanation);
    this.problem = problem;
  }
}

/** The credentials have not the shape of any. Nothing was sent anywhere. */
export class MqttCredentialsError extends HoldfastError {
  override readonly name = 'MqttCredentialsError';
  readonly code = 'MQTT_CREDENTIALS';

  constructor() {
    super(
      'Expected credentials { username, password }, both strings that are not empty and both optional; MQTT 3.1.1 allows ' +
        'no password without a username. Update the credentials.',
    );
  }
}

function describe(fault: MqttFault): string {
  switch (fault.kind) {
    case 'refused':
      return describeRefusal(fault);
    case 'network':
      return `the connection failed with ${fault.errno}`;
    case 'handshake':
      return `the WebSocket was refused with HTTP status ${fault.status}`;
    case 'timeout':
      return `the broker did not answer within ${fault.timeoutMs} ms`;
    case 'keepalive':
      return 'the broker gave no sign of life within the keepalive';
    case 'garbled':
      return 'the broker sent something that is no MQTT, or out of place';
    case 'ended':
      return 'the broker closed the connection without a word';
    case 'overflow':
      return 'the broker sent more than queueCapacity; another connection has to bring the rest';
    case 'closed':
      return 'the link was closed';
  }
}

function describeRefusal({
  packet,
  reasonCode,
  reasonString,
  filter,
}: Extract<MqttFault, { kind: 'refused' }>): string {
  const name = isReasonCode(reasonCode) ? ` (${reasonNames[reasonCode].replaceAll('_', ' ')})` : '';
  const subject = filter === undefined ? '' : ` to the filter ${JSON.stringify(filter.slice(0, 100))}`;
  const words = reasonString === undefined ? '' : `: ${reasonString}`;
  return `the broker answered ${hexOf(reasonCode)}${name} in ${packet.toUpperCase()}${subject}${words}`;
}
