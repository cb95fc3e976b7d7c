import { setup } from 'xstate';
import { connectorLogic, linkHolderLogic, proberLogic, turnLogic } from '../actors/connector.ts';
import { backoff, connectTimeout, minConnected, probeInterval, probeTimeout } from './reconnectDelays.ts';
import {
  isAdmitted,
  isAlive,
  isConflict,
  isCurrentLink,
  isDegraded,
  isExhausted,
  isFatal,
  isLate,
  isLinked,
  isLongOutage,
  isRateLimited,
  isUncounted,
  isWithinIntensity,
} from './reconnectGuards.ts';
import { connectorInput, linkInput, type ReconnectTypes, turnInput } from './reconnectModel.ts';
import {
  reportAttempt,
  reportAttemptsOver,
  reportConflicted,
  reportConnected,
  reportConnecting,
  reportDisconnected,
  reportDown,
  reportExhaustion,
  reportFailure,
  reportFatalRestart,
  reportIntensityExceeded,
  reportParked,
  reportRecoverableRestart,
  reportRestarting,
  reportSuspended,
  reportUnsupported,
  reportUp,
  signalAttempt,
  signalAttemptFailed,
  signalExhausted,
  signalProbeFailed,
  signalQueued,
  signalScheduled,
} from './reconnectReports.ts';
import {
  acceptLink,
  beginAgain,
  beginAttempt,
  createReconnectContext,
  forgetOutage,
  keepOutage,
  recordConnectTimeout,
  recordFailure,
  recordProbeStart,
  recordProbeTimeout,
  recordRenewal,
  recordRestart,
  releaseLink,
  scheduleAttempt,
  scheduleConflict,
  scheduleLater,
  scheduleRestart,
  scheduleSuspended,
  takeTurn,
  trustLink,
} from './reconnectUpdates.ts';

/**
 * The connection of one instance: attempts, probes, backoff. It holds the one live link, and tells the instance what
 * happens by the same notifications that an embedder would send.
 *
 * N1. One attempt is one `connect()`, with a deadline and an epoch; a report of another epoch changes nothing.
 * N2. There is one link at most, and it is closed when `linked` is left.
 * N3. While `parked` nothing is asked of the peer.
 * N4. Every state has a timer or an event that leads out of it.
 */
export const reconnectMachine = setup({
  types: {} as ReconnectTypes,
  actors: { connector: connectorLogic, prober: proberLogic, linkHolder: linkHolderLogic, turn: turnLogic },
  actions: {
    acceptLink,
    beginAgain,
    beginAttempt,
    forgetOutage,
    keepOutage,
    recordConnectTimeout,
    recordFailure,
    recordProbeStart,
    recordProbeTimeout,
    recordRenewal,
    recordRestart,
    releaseLink,
    reportAttempt,
    reportAttemptsOver,
    reportConflicted,
    reportConnected,
    reportConnecting,
    reportDisconnected,
    reportDown,
    reportExhaustion,
    reportFailure,
    reportFatalRestart,
    reportIntensityExceeded,
    reportParked,
    reportRecoverableRestart,
    reportRestarting,
    reportSuspended,
    reportUnsupported,
    reportUp,
    scheduleAttempt,
    scheduleConflict,
    scheduleLater,
    scheduleRestart,
    scheduleSuspended,
    signalAttempt,
    signalAttemptFailed,
    signalExhausted,
    signalProbeFailed,
    signalQueued,
    signalScheduled,
    takeTurn,
    trustLink,
  },
  guards: {
    isAdmitted,
    isAlive,
    isConflict,
    isCurrentLink,
    isDegraded,
    isExhausted,
    isFatal,
    isLate,
    isLinked,
    isLongOutage,
    isRateLimited,
    isUncounted,
    isWithinIntensity,
  },
  delays: { backoff, connectTimeout, minConnected, probeInterval, probeTimeout },
}).createMachine({
  id: 'reconnect',
  description: 'The connection of one instance: attempts, probes, backoff, and the one live link.',
  context: createReconnectContext,
  initial: 'attempting',
  on: { shutdown: { target: '.closed', description: 'The instance is broken: give up whatever there is.' } },
  states: {
    attempting: {
      description: 'One connect() is under way.',
      invoke: {
        id: 'connector',
        src: 'connector',
        input: connectorInput,
        onDone: [
          {
            guard: 'isLinked',
            target: 'linked',
            actions: ['reportConnected', 'reportAttemptsOver', 'reportUp', 'acceptLink'],
            description: 'The peer took us.',
          },
          {
            guard: 'isUncounted',
            target: 'unhealthy',
            actions: 'recordFailure',
            description: 'The first look failed.',
          },
          { target: 'attemptFailed', actions: 'recordFailure', description: 'A counted attempt failed.' },
        ],
        onError: { target: 'attemptFailed', actions: 'recordFailure', description: 'The connector itself broke.' },
      },
      after: {
        connectTimeout: [
          { guard: 'isUncounted', target: 'unhealthy', actions: 'recordConnectTimeout' },
          {
            target: 'attemptFailed',
            actions: 'recordConnectTimeout',
            description: 'A late answer is closed and dropped.',
          },
        ],
      },
      on: {
        'credentials.updated': {
          target: 'attempting',
          reenter: true,
          actions: 'beginAttempt',
          description: 'This attempt is one with the old ones: it is given up for one with the new.',
        },
      },
    },

    linked: {
      description: 'There is a live link. It is probed when it is idle, and closed when this state is left.',
      invoke: { id: 'linkHolder', src: 'linkHolder', input: linkInput },
      exit: ['reportDown', 'releaseLink'],
      initial: 'idle',
      on: {
        'link.closed': { guard: 'isCurrentLink', target: 'unhealthy', actions: 'recordFailure' },
        'link.failed': { guard: 'isCurrentLink', target: 'unhealthy', actions: 'recordFailure' },
        'link.renew': { target: 'unhealthy', actions: 'recordFailure', description: 'The instance gave this link up.' },
        'credentials.updated': {
          target: 'attempting',
          actions: [
            'recordRenewal',
            'reportDisconnected',
            'beginAgain',
            'reportConnecting',
            'reportAttempt',
            'signalAttempt',
          ],
          description: 'This link was made with the old ones: the new ones make the next.',
        },
      },
      after: { minConnected: { actions: 'trustLink', description: 'Stable: the backoff starts over.' } },
      states: {
        idle: {
          description: 'Waiting for the next probe.',
          after: { probeInterval: { target: 'probing' } },
          on: { 'probe.now': { target: 'probing', description: 'Somebody doubts the link.' } },
        },
        probing: {
          description: 'One round trip to the peer is under way.',
          invoke: {
            id: 'prober',
            src: 'prober',
            input: linkInput,
            onDone: [
              { guard: 'isAlive', target: 'idle', description: 'It came back: nothing to announce.' },
              { target: '#reconnect.unhealthy', actions: 'recordFailure' },
            ],
            onError: { target: '#reconnect.unhealthy', actions: 'recordFailure' },
          },
          entry: 'recordProbeStart',
          after: {
            probeTimeout: [
              { guard: 'isLate', target: 'probing', reenter: true, description: 'Held up ourselves: ask once more.' },
              { target: '#reconnect.unhealthy', actions: 'recordProbeTimeout' },
            ],
          },
        },
      },
    },

    unhealthy: {
      description: 'Passed through: a first attempt, a probe or a link has failed. What follows is one choice.',
      always: [
        {
          guard: 'isFatal',
          target: 'unlinked.parked',
          actions: ['signalProbeFailed', 'reportDisconnected', 'reportFailure', 'reportFatalRestart', 'reportParked'],
        },
        {
          guard: 'isConflict',
          target: 'unlinked.conflicted',
          actions: ['signalProbeFailed', 'reportDisconnected', 'reportConflicted', 'scheduleConflict'],
        },
        {
          guard: 'isDegraded',
          target: 'unlinked.degraded',
          actions: ['signalProbeFailed', 'reportDisconnected', 'reportUnsupported', 'forgetOutage'],
        },
        {
          guard: 'isExhausted',
          target: 'exhausting',
          actions: [
            'signalProbeFailed',
            'reportDisconnected',
            'signalExhausted',
            'reportExhaustion',
            'reportRecoverableRestart',
            'recordRestart',
          ],
        },
        {
          target: 'unlinked.waiting',
          actions: ['signalProbeFailed', 'reportDisconnected', 'scheduleAttempt', 'signalScheduled'],
        },
      ],
    },

    attemptFailed: {
      description: 'Passed through: a counted attempt has failed. What follows is one choice.',
      always: [
        {
          guard: 'isFatal',
          target: 'unlinked.parked',
          actions: ['signalAttemptFailed', 'reportFailure', 'reportFatalRestart', 'reportParked'],
        },
        {
          guard: 'isConflict',
          target: 'unlinked.conflicted',
          actions: ['signalAttemptFailed', 'reportConflicted', 'scheduleConflict'],
        },
        {
          guard: 'isDegraded',
          target: 'unlinked.degraded',
          actions: ['signalAttemptFailed', 'reportDisconnected', 'forgetOutage'],
        },
        {
          guard: 'isRateLimited',
          target: 'unlinked.waiting',
          actions: ['signalAttemptFailed', 'scheduleLater', 'signalScheduled'],
        },
        {
          guard: 'isLongOutage',
          target: 'unlinked.suspended',
          actions: ['signalAttemptFailed', 'scheduleSuspended', 'reportSuspended', 'signalScheduled'],
        },
        {
          guard: 'isExhausted',
          target: 'exhausting',
          actions: [
            'signalAttemptFailed',
            'signalExhausted',
            'reportExhaustion',
            'reportRecoverableRestart',
            'recordRestart',
          ],
        },
        { target: 'unlinked.waiting', actions: ['signalAttemptFailed', 'scheduleAttempt', 'signalScheduled'] },
      ],
    },

    admission: {
      description: 'Passed through: is it the turn of this attempt?',
      always: [
        {
          guard: 'isAdmitted',
          target: 'attempting',
          actions: ['reportConnecting', 'reportAttempt', 'signalAttempt'],
        },
        { target: 'unlinked.queued', actions: 'signalQueued' },
      ],
    },

    exhausting: {
      description:
        'Passed through: all attempts of one outage are spent. Within the restart intensity it begins again.',
      always: [
        {
          guard: 'isWithinIntensity',
          target: 'unlinked.waiting',
          actions: ['reportRestarting', 'scheduleRestart', 'signalScheduled'],
        },
        { target: 'unlinked.exhausted', actions: ['keepOutage', 'reportIntensityExceeded'] },
      ],
    },

    closed: { type: 'final', description: 'Over, with the instance.' },

    unlinked: {
      description: 'There is no link, and no attempt is under way.',
      initial: 'waiting',
      on: {
        retry: {
          target: 'attempting',
          actions: ['beginAgain', 'reportConnecting', 'reportAttempt', 'signalAttempt'],
          description: 'An operator asks for an attempt now.',
        },
        'credentials.updated': {
          target: 'attempting',
          actions: ['beginAgain', 'reportConnecting', 'reportAttempt', 'signalAttempt'],
          description: 'The channel has new credentials.',
        },
      },
      states: {
        waiting: {
          description: 'Waiting out the backoff before the next attempt.',
          after: {
            backoff: {
              target: '#reconnect.admission',
              actions: ['beginAttempt', 'takeTurn'],
            },
          },
        },
        suspended: {
          description: 'The outage is a long one: attempts go on at a slow pace.',
          after: {
            backoff: {
              target: '#reconnect.admission',
              actions: ['beginAttempt', 'takeTurn'],
            },
          },
        },
        queued: {
          description: 'Waiting for its turn among the attempts of the fleet.',
          invoke: { id: 'turn', src: 'turn', input: turnInput },
          on: {
            'turn.granted': {
              target: '#reconnect.attempting',
              actions: ['reportConnecting', 'reportAttempt', 'signalAttempt'],
            },
          },
        },
        degraded: {
          description: 'The peer refuses what we ask; we look again at the pace of the probes.',
          after: { probeInterval: { target: '#reconnect.attempting', actions: 'beginAttempt' } },
        },
        conflicted: {
          description: 'Another consumer holds the channel: we knock now and then.',
          after: {
            backoff: {
              target: '#reconnect.admission',
              actions: ['beginAgain', 'takeTurn'],
            },
          },
        },
        exhausted: {
          description: 'The restart intensity is spent: another try at a slow pace.',
          after: {
            backoff: {
              target: '#reconnect.admission',
              actions: ['beginAgain', 'takeTurn'],
            },
          },
        },
        parked: {
          description: 'Trying again cannot help: nothing is asked of the peer until somebody changes something.',
        },
      },
    },
  },
});
