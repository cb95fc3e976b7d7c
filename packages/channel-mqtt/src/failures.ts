import type { ChannelOperation, Failure } from 'holdfast';
import {
  MqttCallError,
  MqttConfigError,
  MqttCredentialsError,
  type MqttFault,
  MqttMessageError,
  type MqttOperation,
} from './errors.ts';
import { hexOf, isReasonCode, type ReasonCode, reasonNames } from './reasonCodes.ts';

type Verdict = Pick<Failure, 'severity' | 'scope'>;

const atLink: Verdict = { severity: 'recoverable', scope: 'link' };
const atServer: Verdict = { severity: 'recoverable', scope: 'server' };
const atRate: Verdict = { severity: 'recoverable', scope: 'rate' };
const inConflict: Verdict = { severity: 'recoverable', scope: 'conflict' };
const inAuth: Verdict = { severity: 'fatal', scope: 'auth' };
const inConfig: Verdict = { severity: 'fatal', scope: 'config' };
/** Trying again at once does not help, but an access list is changed at the broker, where nobody tells us. */
const unwanted: Verdict = { severity: 'degraded', scope: 'config' };
/** Not fatal: that the broker refuses one message says nothing about the connection. */
const inMessage: Verdict = { severity: 'degraded', scope: 'message' };

/** What a reason means for the connection, in whatever packet it comes. What is not here is recoverable. */
const verdicts: Partial<Record<ReasonCode, Verdict>> = {
  128: atServer,
  131: atServer,
  132: inConfig,
  133: inConfig,
  134: inAuth,
  135: inAuth,
  136: atServer,
  137: atServer,
  138: inAuth,
  139: atServer,
  140: inAuth,
  142: inConflict,
  143: inConfig,
  147: atRate,
  150: atRate,
  151: atRate,
  152: atServer,
  155: inConfig,
  156: atServer,
  157: inConfig,
  158: inConfig,
  159: atRate,
  161: inConfig,
  162: inConfig,
};

/** In an answer to a message these are about that message: not this topic, not this payload, not this big. */
const refusesMessage: readonly number[] = [131, 135, 144, 149, 153, 154];
/** The same, where the broker hangs up over a message instead of answering it. */
const hangsUpOverMessage: readonly number[] = [144, 149, 153, 154, 155];
/** All that MQTT 3.1.1 can say about a subscription, and what MQTT 5 says without a reason. */
const refusesSubscription: readonly number[] = [128, 131];

/**
 * What an error of this channel means. Pure, and total: an error of any other kind is a recoverable one of the link.
 * Holds no text from outside but the broker's reason string; the README has the table.
 */
export function classifyMqttFailure(error: unknown, during: ChannelOperation): Failure {
  try {
    const failure = judge(error, during);
    return during === 'send' ? { ...failure, delivered: deliveryOf(error) } : failure;
  } catch {
    // An error may throw when it is read.
    const failure = describe(atLink, 'unknown', `Something unreadable failed during ${during}.`);
    return during === 'send' ? { ...failure, delivered: 'unknown' } : failure;
  }
}

function judge(error: unknown, during: ChannelOperation): Failure {
  if (error instanceof MqttCallError) return judgeCall(error);
  if (error instanceof MqttMessageError) return describe(inMessage, error.problem, error.message);
  if (error instanceof MqttConfigError) return describe(inConfig, error.problem, error.message);
  if (error instanceof MqttCredentialsError) return describe(inAuth, 'bad_credentials', error.message);
  if (isAbort(error)) return describe(atLink, 'aborted', `The ${during} was aborted.`);
  return describe(atLink, 'unknown', `Something unexpected failed during ${during}: ${nameOf(error)}.`);
}

function judgeCall({ fault, operation, message }: MqttCallError): Failure {
  switch (fault.kind) {
    case 'refused':
      return describe(judgeRefusal(fault, operation), codeOf(fault.reasonCode), message);
    case 'network':
      return describe(atLink, fault.errno.toLowerCase(), message);
    case 'handshake':
      return describe(judgeStatus(fault.status), `http_${fault.status}`, message);
    case 'keepalive':
      return describe(atLink, 'keepalive_timeout', message);
    case 'garbled':
      return describe(atServer, 'garbled', message);
    case 'timeout':
    case 'ended':
    case 'overflow':
    case 'closed':
      return describe(atLink, fault.kind, message);
  }
}

type Refusal = Extract<MqttFault, { kind: 'refused' }>;

function judgeRefusal({ packet, reasonCode }: Refusal, operation: MqttOperation): Verdict {
  if (operation === 'publish') {
    const aboutIt = packet === 'puback' ? refusesMessage : hangsUpOverMessage;
    if (aboutIt.includes(reasonCode)) return inMessage;
  }
  if (packet === 'suback' && refusesSubscription.includes(reasonCode)) return unwanted;
  return (isReasonCode(reasonCode) && verdicts[reasonCode]) || atLink;
}

/** What stands before the broker speaks HTTP. A 404 may pass: a gateway that is being started answers so. */
function judgeStatus(status: number): Verdict {
  if (status === 401 || status === 403) return inAuth;
  if (status === 429) return atRate;
  return status >= 500 ? atServer : atLink;
}

/** Whether the broker may have taken the message whose sending failed like this. */
function deliveryOf(error: unknown): 'no' | 'unknown' {
  if (error instanceof MqttMessageError) return 'no';
  if (!(error instanceof MqttCallError)) return 'unknown';
  const { fault } = error;
  if (fault.kind === 'refused' && (fault.packet === 'puback' || hangsUpOverMessage.includes(fault.reasonCode))) {
    return 'no';
  }
  return error.reached;
}

function describe(verdict: Verdict, code: string, message: string): Failure {
  return { ...verdict, code: `mqtt.${code}`, message };
}

function codeOf(reasonCode: number): string {
  return isReasonCode(reasonCode) ? reasonNames[reasonCode] : `reason_${hexOf(reasonCode).toLowerCase()}`;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}

/** The name only: the message of an unknown error may hold anything. */
function nameOf(error: unknown): string {
  const name = error instanceof Error ? error.name : typeof error;
  return /^[A-Za-z]{1,40}$/.test(name) ? name : 'an error';
}
