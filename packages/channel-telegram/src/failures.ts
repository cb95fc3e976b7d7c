import type { ChannelOperation, Failure } from 'holdfast';
import {
  type CallFault,
  TelegramCallError,
  TelegramConfigError,
  TelegramConflictError,
  TelegramCredentialsError,
  TelegramMessageError,
} from './errors.ts';
import { redact } from './redact.ts';

type Verdict = Pick<Failure, 'severity' | 'scope'>;

const atLink: Verdict = { severity: 'recoverable', scope: 'link' };
const atServer: Verdict = { severity: 'recoverable', scope: 'server' };
const atRate: Verdict = { severity: 'recoverable', scope: 'rate' };
const inConflict: Verdict = { severity: 'recoverable', scope: 'conflict' };
const inAuth: Verdict = { severity: 'fatal', scope: 'auth' };
const inConfig: Verdict = { severity: 'fatal', scope: 'config' };
/** Not fatal: that Telegram refuses one message says nothing about the connection. */
const inMessage: Verdict = { severity: 'degraded', scope: 'message' };

/**
 * What an error of this channel means. Pure, and total: an error of any other kind is a recoverable one of the link.
 * Holds no text but Telegram's own description, redacted; the README has the table.
 */
export function classifyTelegramFailure(error: unknown, during: ChannelOperation): Failure {
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
  if (error instanceof TelegramCallError) return judgeCall(error);
  if (error instanceof TelegramMessageError) return describe(inMessage, error.problem, error.message);
  if (error instanceof TelegramConfigError) return describe(inConfig, error.problem, error.message);
  if (error instanceof TelegramCredentialsError) return describe(inAuth, 'bad_token', error.message);
  if (error instanceof TelegramConflictError) return describe(inConflict, 'webhook_taken', error.message);
  if (isAbort(error)) return describe(atLink, 'aborted', `The ${during} was aborted.`);
  return describe(atLink, 'unknown', `Something unexpected failed during ${during}: ${nameOf(error)}.`);
}

function judgeCall({ method, fault, message }: TelegramCallError): Failure {
  switch (fault.kind) {
    case 'refused':
    case 'garbled': {
      const code = isErrorStatus(fault.status) ? `${fault.status}` : 'invalid_answer';
      const failure = describe(judgeAnswer(fault, method), code, message);
      return fault.retryAfterMs === undefined ? failure : { ...failure, retryAfterMs: fault.retryAfterMs };
    }
    case 'network':
      return describe(atLink, fault.errno.toLowerCase(), message);
    case 'timeout':
    case 'closed':
      return describe(atLink, fault.kind, message);
  }
}

type Answer = Extract<CallFault, { kind: 'refused' | 'garbled' }>;

function judgeAnswer(fault: Answer, method: string): Verdict {
  const { status } = fault;
  if (status === 401) return inAuth;
  // A token that Telegram never gave out has no URL. So has a wrong apiRoot, which does not mend itself either.
  if (status === 404 && method === 'getMe') return inAuth;
  if (status === 409) return judgeConflict(fault);
  if (status === 429) return atRate;
  if (status >= 500 || !isErrorStatus(status)) return atServer;
  if (fault.kind === 'garbled') return atLink; // Said by something in between, not by Telegram.
  if (method === 'sendMessage') return judgeRefusedMessage(fault);
  if (method === 'setWebhook' && status === 400) return inConfig;
  return atLink;
}

/** Telegram has one status for two things: another reader, and a webhook that keeps everybody from reading. */
function judgeConflict(fault: Answer): Verdict {
  if (fault.kind === 'garbled') return atLink;
  return /webhook/i.test(fault.description) ? inConfig : inConflict;
}

function judgeRefusedMessage(fault: Extract<CallFault, { kind: 'refused' }>): Verdict {
  // The link knows the new chat by now, so another attempt goes there.
  if (fault.migrateToChatId !== undefined) return atServer;
  return [400, 403, 413].includes(fault.status) ? inMessage : atLink;
}

/** Whether Telegram may have taken the message whose sending failed like this. */
function deliveryOf(error: unknown): 'no' | 'unknown' {
  if (error instanceof TelegramMessageError) return 'no';
  if (!(error instanceof TelegramCallError)) return 'unknown';
  const { fault } = error;
  switch (fault.kind) {
    case 'refused':
    case 'garbled':
      return fault.status >= 400 && fault.status < 500 && fault.status !== 408 ? 'no' : 'unknown';
    case 'network':
    case 'timeout':
      return fault.reached;
    case 'closed':
      return 'unknown';
  }
}

function describe(verdict: Verdict, code: string, message: string): Failure {
  return { ...verdict, code: `telegram.${code}`, message: redact(message) };
}

function isErrorStatus(status: number): boolean {
  return status >= 400 && status <= 599;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}

/** The name only: the message of an unknown error may hold anything, an URL with the token included. */
function nameOf(error: unknown): string {
  const name = error instanceof Error ? error.name : typeof error;
  return /^[A-Za-z]{1,40}$/.test(name) ? name : 'an error';
}
