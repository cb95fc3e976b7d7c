import {
  AlreadyStartedError,
  DeliveryExpiredError,
  DeliveryFailedError,
  DeliveryUnknownError,
  DeliveryWithdrawnError,
  DrainingError,
  HandedBackError,
  HoldfastError,
  InstanceNotFoundError,
  InstanceStoppedError,
  InvalidInputError,
  QueueFullError,
  SheddingError,
  UnknownChannelError,
  WaitTimeoutError,
} from 'holdfast';
import { describe, expect, it } from 'vitest';

const failure = { severity: 'recoverable', scope: 'server', code: 'x.500', message: 'Internal error' } as const;

const errors: readonly (readonly [HoldfastError, string, RegExp])[] = [
  [
    new InvalidInputError('instance', [{ path: 'id', expected: 'string', received: 'nothing' }]),
    'INVALID_INPUT',
    /^Invalid instance: id: expected string, received nothing\. Nothing was changed\.$/,
  ],
  [
    new AlreadyStartedError('bot', {}),
    'ALREADY_STARTED',
    /"bot" is already started.*error\.running.*stop it.*another id/,
  ],
  [new InstanceNotFoundError('bot'), 'INSTANCE_NOT_FOUND', /"bot".*Start it.*listInstances\(\)/],
  [new InstanceStoppedError('bot'), 'INSTANCE_STOPPED', /"bot" has stopped.*Start it again/],
  [
    new UnknownChannelError('irc', ['telegram', 'slack']),
    'UNKNOWN_CHANNEL',
    /"irc".*"telegram", "slack".*channels: \[/,
  ],
  [new UnknownChannelError('irc', []), 'UNKNOWN_CHANNEL', /known: none/],
  [new QueueFullError('bot', 1_000), 'QUEUE_FULL', /"bot".* 1000 messages.*senderQueueDepth.*sender\.capacity/],
  [new DrainingError('bot'), 'DRAINING', /"bot" is stopping.*not accepted/],
  [
    new DeliveryFailedError('job', 3, failure),
    'DELIVERY_FAILED',
    /job was given up after 3 attempt\(s\): Internal error \(x\.500\)/,
  ],
  [new SheddingError('bot', 95, 100), 'SHEDDING', /"bot".*95 of 100.*low priority.*not accepted.*as normal/],
  [new DeliveryExpiredError('job'), 'DELIVERY_EXPIRED', /job was not sent before its expiresAt/],
  [new DeliveryWithdrawnError('job'), 'DELIVERY_WITHDRAWN', /job was withdrawn before it was sent/],
  [
    new DeliveryUnknownError('job', failure),
    'DELIVERY_UNKNOWN',
    /whether message job was sent: Internal error \(x\.500\).*not tried again.*Ask the peer/,
  ],
  [new DeliveryUnknownError('job', null), 'DELIVERY_UNKNOWN', /was sent: the instance stopped\./],
  [new HandedBackError('job'), 'HANDED_BACK', /stopped before message job was sent.*handedBack.*stop\(\)/],
  [
    new WaitTimeoutError('status "connected"', 500, '"error"'),
    'WAIT_TIMEOUT',
    /500 ms for status "connected".*still "error"/,
  ],
];

describe.each(errors.map(([error, code, text]) => ({ name: error.constructor.name, error, code, text })))(
  '$name',
  ({ name, error, code, text }) => {
    it('is a HoldfastError and an Error, with its own name, a stable code and a stack', () => {
      expect(error).toBeInstanceOf(HoldfastError);
      expect(error).toBeInstanceOf(Error);
      expect([error.name, error.code]).toEqual([name, code]);
      expect(error.stack).toContain(name);
    });

    it('says what happened and what to do', () => {
      expect(error.message).toMatch(text);
    });
  },
);

describe('the codes', () => {
  it('differ from class to class', () => {
    const codes = new Map(errors.map(([error]) => [error.constructor, error.code]));
    expect(new Set(codes.values()).size).toBe(codes.size);
  });
});

describe('an error about several problems', () => {
  it('lists them all, and keeps them', () => {
    const problems = [
      { path: 'id', expected: 'string', received: 'nothing' },
      { path: '', expected: 'no unknown keys', received: 'an object' },
    ];
    const error = new InvalidInputError('options', problems);
    expect(error.problems).toEqual(problems);
    expect(error.message).toContain(
      'id: expected string, received nothing; the value itself: expected no unknown keys',
    );
  });
});
