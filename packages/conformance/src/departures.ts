import { retryLaterIsRecoverable, unknownIsRecoverable } from './rules/classification.ts';
import type { Departure } from './rules/departure.ts';
import {
  conversationsTakeTurns,
  nullKeyIsNoKey,
  retryHoldsItsConversation,
  throwLosesNothing,
  waitingCountsAsQueued,
  withoutServerNothingIsTold,
} from './rules/senderRules.ts';
import {
  attemptIsRefused,
  exitSignalsStopped,
  metaIsRefused,
  refusedAttemptIsNotShown,
  unknownMessageIsIgnored,
} from './rules/serverRules.ts';
import {
  childrenAreOurs,
  garbageIsAnnounced,
  skippingFields,
  skippingScenarios,
  stopSignalsStopped,
  unplayedScenario,
} from './rules/supervisorRules.ts';
import {
  childrenAreThere,
  exhaustionGoesOn,
  fatalParks,
  firstAttemptComesAtOnce,
  garbageIsContained,
  healthyProbeIsQuiet,
  noAdapterNoClaim,
  retryLaterGoesOn,
  unknownGoesOn,
} from './rules/workerRules.ts';

/**
 * The one table of the ways in which holdfast is meant to differ from what was recorded. They are applied in this
 * order; a later one sees what an earlier one made of the expectation.
 */
export const departures: readonly Departure[] = [
  {
    id: 'refused-attempt',
    about: 'instance_server',
    reason:
      'An attempt that is no whole number >= 0 is refused with InvalidInputError and changes nothing; the original stores it.',
    rule: attemptIsRefused,
  },
  {
    id: 'refused-meta',
    about: 'instance_server',
    reason:
      'A meta that is no object is refused with InvalidInputError and changes nothing; the original takes it, or dies of it.',
    rule: metaIsRefused,
  },
  {
    id: 'refused-attempt-not-shown',
    about: 'instance_server',
    reason: 'While the original shows an attempt that we refused, ours shows the last one that it took.',
    rule: refusedAttemptIsNotShown,
  },
  {
    id: 'exit-signals-stopped',
    about: 'instance_server',
    reason: 'The original loses `stopped` on exit signals; ours stops with the reason and signals it, every time.',
    rule: exitSignalsStopped,
  },
  {
    id: 'unknown-message',
    about: 'instance_server',
    reason: 'A message that nobody defined crashes the original; an event that nobody defined is ignored by a chart.',
    rule: unknownMessageIsIgnored,
  },
  {
    id: 'no-channel-no-claim',
    about: 'reconnect_worker',
    reason:
      'Without an adapter, or with one that cannot check, the original claims to be connected; ours claims nothing.',
    rule: noAdapterNoClaim,
  },
  {
    id: 'worker-has-its-children',
    about: 'reconnect_worker',
    reason:
      'The recorded worker had no tree around it; ours is a child of its instance, and shows in its child health.',
    rule: childrenAreThere,
  },
  {
    id: 'first-attempt-at-once',
    about: 'worker_step',
    reason: 'The first attempt does not wait for the first probe interval.',
    rule: firstAttemptComesAtOnce,
  },
  {
    id: 'healthy-probe-is-quiet',
    about: 'worker_step',
    reason: 'A healthy probe of a live link announces nothing and moves no connectedAt.',
    rule: healthyProbeIsQuiet,
  },
  {
    id: 'fatal-parks',
    about: 'worker_step',
    reason: 'After a fatal failure the instance is parked: it is in `error`, signals so, and asks nothing of its peer.',
    rule: fatalParks,
  },
  {
    id: 'retry-later-goes-on',
    about: 'worker_step',
    reason:
      '408, 429 and connection resets are recoverable (R10): the worker goes on where the original gives up for good.',
    rule: retryLaterGoesOn,
  },
  {
    id: 'unknown-goes-on',
    about: 'worker_step',
    reason:
      'An unknown reason is recoverable, and capped (R4): the worker goes on where the original gives up for good.',
    rule: unknownGoesOn,
  },
  {
    id: 'exhausted-begins-again',
    about: 'worker_step',
    reason:
      'After exhaustion ours begins again in the same instant, where a supervisor restarts the worker; its status is not stale.',
    rule: exhaustionGoesOn,
  },
  {
    id: 'garbage-is-contained',
    about: 'worker_step',
    reason:
      'An odd answer crashes the original worker; for us it is a failure of the adapter like any other, and recoverable.',
    rule: garbageIsContained,
  },
  {
    id: 'retry-later-class',
    about: 'classify_failure',
    reason: '408, 429 and connection resets are recoverable (R10).',
    rule: retryLaterIsRecoverable,
  },
  {
    id: 'unknown-class',
    about: 'classify_failure',
    reason: 'What is unknown is recoverable, and capped (R4).',
    rule: unknownIsRecoverable,
  },
  {
    id: 'sender-has-an-instance',
    about: 'sender',
    reason: 'Our Sender always belongs to an instance, which hears of each outcome.',
    rule: withoutServerNothingIsTold,
  },
  {
    id: 'throw-loses-nothing',
    about: 'sender',
    reason: 'A channel that throws ends the original Sender and loses its queue; ours has one failed attempt more.',
    rule: throwLosesNothing,
  },
  {
    id: 'null-key-is-no-key',
    about: 'sender',
    reason: 'The original takes null for an idempotency key like any other; for us it is none.',
    rule: nullKeyIsNoKey,
  },
  {
    id: 'retry-holds-its-conversation',
    about: 'sender',
    reason: 'Messages of one conversation keep their order: one that waits for its retry is overtaken by none of them.',
    rule: retryHoldsItsConversation,
  },
  {
    id: 'waiting-counts-as-queued',
    about: 'sender',
    reason: 'A message that waits for its retry is accepted and not settled, so it counts in the depth of the queue.',
    rule: waitingCountsAsQueued,
  },
  {
    id: 'conversations-take-turns',
    about: 'sender',
    reason: 'Conversations take turns; the original has one queue for all of them.',
    rule: conversationsTakeTurns,
  },
  {
    id: 'stop-is-for-good',
    about: 'supervisor',
    reason: 'The original restarts a supervised server that was told to stop; ours stays stopped.',
    rule: skippingScenarios('server_stop_is_restarted'),
  },
  {
    id: 'nobody-kills-a-chart',
    about: 'supervisor',
    reason: 'There is no process to kill from outside, and so no counters to lose.',
    rule: skippingScenarios('server_killed'),
  },
  {
    id: 'adapters-are-handed-in',
    about: 'supervisor',
    reason: 'Adapters are objects handed to createMessaging, not modules looked up by name.',
    rule: skippingScenarios('adapter_resolution'),
  },
  {
    id: 'budget-per-instance',
    about: 'supervisor',
    reason: 'Restart budgets belong to one instance: a flapping one is `error.exhausted` and takes no other down.',
    rule: skippingScenarios('exhausted_max1_escalates', 'restart_window_slides'),
  },
  {
    id: 'scenario-not-played',
    about: 'supervisor',
    reason: 'The runner does not play this scenario yet.',
    rule: unplayedScenario,
  },
  {
    id: 'children-are-ours',
    about: 'supervisor',
    reason: 'The children of an instance are its connection and its sender, not a server and a worker; as many are up.',
    rule: childrenAreOurs,
  },
  {
    id: 'stopped-is-not-lost',
    about: 'supervisor',
    reason: 'The original loses `stopped` when its supervisor ends it; ours signals it.',
    rule: stopSignalsStopped,
  },
  {
    id: 'one-chart-no-tree',
    about: 'supervisor',
    reason:
      'An instance is one chart with its actors: there are no processes that could be watched dying, or killed one by one.',
    rule: skippingFields(
      'duplicate_pid_is_subtree_supervisor',
      'deaths_in_order',
      'exit_reason',
      'same_subtree',
      'worker_restarted',
      'worker_restarting',
      'worker_back',
      'worker_terminated',
      'worker_deleted',
    ),
  },
  {
    id: 'attributes-are-typed',
    about: 'supervisor',
    reason: 'Which attributes there are is said by the types; keys have one form.',
    rule: skippingFields('unknown_attribute', 'string_keys'),
  },
  {
    id: 'garbage-is-announced',
    about: 'supervisor',
    reason: 'An odd answer of an adapter is a failure, and signalled as one.',
    rule: garbageIsAnnounced,
  },
  {
    id: 'restart-needs-no-first-look',
    about: 'supervisor',
    reason:
      'A worker that begins again after exhaustion goes on with a counted attempt; a new process looks once more first.',
    rule: skippingFields('probes'),
  },
];
