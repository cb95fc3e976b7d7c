import { check, checkEqual, shown } from '../check.ts';
import { type ChannelFact, fact, type Need } from './ChannelFact.ts';

const sendsAtARate: Need = ({ adapter }) =>
  adapter.capabilities.sendRate === undefined ? 'the channel names no sendRate' : undefined;
const saysNotNow: Need = ({ adapter }) =>
  adapter.reconnectNotBefore === undefined ? 'the channel has no reconnectNotBefore' : undefined;

/** What can be seen without connecting. */
export const shapeFacts: readonly ChannelFact[] = [
  fact('its kind is a word without spaces, the same at every look', [], ({ subject: { adapter } }) => {
    check(
      /^[a-z][a-z0-9._-]*$/i.test(adapter.kind),
      `kind: expected a word such as telegram, received ${shown(adapter.kind)}.`,
    );
    checkEqual(adapter.kind, adapter.kind, 'kind, looked at twice');
  }),
  fact('it says how messages come in, in a word that there is', [], ({ subject: { adapter } }) => {
    const { inbound } = adapter.capabilities;
    const known = ['long-poll', 'socket', 'webhook', 'none'];
    check(
      known.includes(inbound),
      `capabilities.inbound: expected one of ${known.join(', ')}, received ${shown(inbound)}.`,
    );
  }),
  fact('resume, ack, sendAck and exclusive are true or false', [], ({ subject: { adapter } }) => {
    const { resume, ack, sendAck, exclusive } = adapter.capabilities;
    for (const [name, value] of Object.entries({ resume, ack, sendAck, exclusive })) {
      check(typeof value === 'boolean', `capabilities.${name}: expected true or false, received ${shown(value)}.`);
    }
  }),
  fact('at least one send may be under way', [], ({ subject: { adapter } }) => {
    const { maxInFlight } = adapter.capabilities;
    const isCount = Number.isInteger(maxInFlight) && maxInFlight >= 1;
    check(isCount, `capabilities.maxInFlight: expected a whole number from 1, received ${shown(maxInFlight)}.`);
  }),
  fact('its send rate is some messages in some time', [sendsAtARate], ({ subject: { adapter } }) => {
    const { count, perMs } = adapter.capabilities.sendRate ?? { count: 0, perMs: 0 };
    const isRate = Number.isInteger(count) && count >= 1 && Number.isFinite(perMs) && perMs > 0;
    check(
      isRate,
      `capabilities.sendRate: expected { count: 1…, perMs: more than 0 }, received ${shown({ count, perMs })}.`,
    );
  }),
  fact('what is to become of a message of unknown fate is one of retry, hold and fail, if it says so', [], (trial) => {
    const { unknownOutcome = 'retry' } = trial.subject.adapter.capabilities;
    const known = ['retry', 'hold', 'fail'];
    check(
      known.includes(unknownOutcome),
      `unknownOutcome: expected ${known.join(', ')}, received ${shown(unknownOutcome)}.`,
    );
  }),
  fact('its probe interval is a time, if it names one', [], ({ subject: { adapter } }) => {
    const { probeIntervalMs = 1 } = adapter;
    const isTime = Number.isFinite(probeIntervalMs) && probeIntervalMs > 0;
    check(isTime, `probeIntervalMs: expected more than 0 milliseconds, received ${shown(probeIntervalMs)}.`);
  }),
  fact('what never comes in is neither resumed nor acknowledged', [], ({ subject: { adapter } }) => {
    const { inbound, resume, ack } = adapter.capabilities;
    const isSound = inbound !== 'none' || !(resume || ack);
    check(isSound, 'capabilities: expected resume and ack to be false where inbound is none.');
  }),
  fact('its capabilities are the same at every look', [], ({ subject: { adapter } }) => {
    const before = structuredClone(adapter.capabilities);
    checkEqual(adapter.capabilities, before, 'capabilities, looked at twice');
  }),
  fact('"not now" is a time or nothing, also for an instance that it does not know', [saysNotNow], ({ subject }) => {
    for (const instanceId of ['contract', '', 'never heard of \0']) {
      const notBeforeMs = subject.adapter.reconnectNotBefore?.(instanceId);
      const isTime = notBeforeMs === undefined || Number.isFinite(notBeforeMs);
      check(isTime, `reconnectNotBefore: expected a number or undefined, received ${shown(notBeforeMs)}.`);
    }
  }),
];
