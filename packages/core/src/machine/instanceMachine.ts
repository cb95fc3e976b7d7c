import { setup } from 'xstate';
import { pollerLogic } from '../actors/poller.ts';
import { senderLogic } from '../actors/sender.ts';
import { drainDeadline } from './instanceDelays.ts';
import {
  hasFailures,
  hasWork,
  isAttempt,
  isAttemptReset,
  isInformed,
  isLastFailure,
  isRestartClass,
  isWithinChildIntensity,
} from './instanceGuards.ts';
import type { InstanceTypes } from './instanceModel.ts';
import {
  publishChildRestarted,
  publishConnected,
  publishConnecting,
  publishDisconnected,
  publishError,
  publishFailureCounted,
  publishParked,
  publishRecovered,
  publishStarted,
  publishStopped,
  publishSuspended,
  publishWorkerSignal,
} from './instanceSignals.ts';
import {
  addPast,
  clearFailures,
  countChildRestart,
  countFailure,
  countRestart,
  createInstanceContext,
  recordAttempt,
  recordConnected,
  recordDisconnected,
  recordParked,
  recordStop,
} from './instanceUpdates.ts';
import {
  doubtLink,
  drainPoller,
  drainSender,
  failLink,
  leaveLink,
  renewLink,
  restartWorkers,
  retryConnection,
  startWorkers,
  useLink,
} from './instanceWorkers.ts';
import { reconnectMachine } from './reconnectMachine.ts';

/**
 * One messaging-channel instance. The status is the top-level state, and nothing stores it beside the chart.
 *
 * I1. Every event is legal in every state; none throws.
 * I2. The chart never connects by entering a state: its workers do the I/O and report, or an embedder does.
 * I3. A signal belongs to a transition. `instance.stopped` is published once, and last.
 * I4. Every state but `stopped` has a way out by an event or a timer.
 */
export const instanceMachine = setup({
  types: {} as InstanceTypes,
  actors: { connection: reconnectMachine, poller: pollerLogic, sender: senderLogic },
  actions: {
    addPast,
    clearFailures,
    countChildRestart,
    countFailure,
    countRestart,
    doubtLink,
    drainPoller,
    drainSender,
    failLink,
    leaveLink,
    publishChildRestarted,
    publishConnected,
    publishConnecting,
    publishDisconnected,
    publishError,
    publishFailureCounted,
    publishParked,
    publishRecovered,
    publishStarted,
    publishStopped,
    publishSuspended,
    publishWorkerSignal,
    recordAttempt,
    recordConnected,
    recordDisconnected,
    recordParked,
    recordStop,
    renewLink,
    restartWorkers,
    retryConnection,
    startWorkers,
    useLink,
  },
  guards: {
    hasFailures,
    hasWork,
    isAttempt,
    isAttemptReset,
    isInformed,
    isLastFailure,
    isRestartClass,
    isWithinChildIntensity,
  },
  delays: { drainDeadline },
}).createMachine({
  id: 'instance',
  description: 'One messaging-channel instance. Its status is the top-level state.',
  context: createInstanceContext,
  entry: ['publishStarted', 'startWorkers'],
  initial: 'starting',
  on: {
    'notify.connecting': {
      guard: 'isInformed',
      target: '.connecting',
      actions: 'publishConnecting',
      description: 'An attempt begins. Clears no counter.',
    },
    'notify.connected': {
      guard: 'isInformed',
      target: '.connected',
      actions: ['recordConnected', 'publishConnected'],
      description: 'The channel works. Clears failures, the last error and the attempt.',
    },
    'notify.disconnected': [
      {
        guard: 'isInformed',
        target: '.disconnected',
        actions: ['recordDisconnected', 'publishDisconnected'],
        description: 'The channel is gone. Clears no counter.',
      },
      { actions: 'renewLink', description: 'Somebody else says so: the link is made anew, if there is one.' },
    ],
    'notify.failure': [
      {
        guard: 'isLastFailure',
        target: '.error.failing',
        actions: ['countFailure', 'publishFailureCounted', 'publishError', 'renewLink'],
        description: 'The failure that reaches the limit.',
      },
      { actions: ['countFailure', 'publishFailureCounted'], description: 'One more failure in a row.' },
    ],
    'notify.success': {
      guard: 'hasFailures',
      actions: ['clearFailures', 'publishRecovered'],
      description: 'Something worked: the failures are no longer in a row.',
    },
    'notify.reconnectAttempt': [
      {
        guard: 'isAttempt',
        target: '.connecting',
        actions: 'recordAttempt',
        description: 'A counted attempt. It has no signal of its own here, as in the original.',
      },
      { guard: 'isAttemptReset', actions: 'recordAttempt', description: 'The attempts are over.' },
    ],
    'notify.restartMarker': {
      guard: 'isRestartClass',
      actions: 'countRestart',
      description: 'Something was given up and begun again.',
    },
    'store.restored': { actions: 'addPast', description: 'What the process before this one has left was read.' },

    'connection.signal': { actions: 'publishWorkerSignal', description: 'Telemetry of the connection.' },
    'connection.up': { actions: 'useLink', description: 'There is a link to read from and send over.' },
    'connection.down': { actions: 'leaveLink', description: 'The link is gone.' },
    'connection.restarting': {
      target: '.disconnected.waiting',
      actions: 'publishChildRestarted',
      description: 'An outage was exhausted and begins again.',
    },
    'connection.suspended': {
      target: '.disconnected.suspended',
      actions: 'publishSuspended',
      description: 'The outage is a long one.',
    },
    'connection.unauthorized': {
      target: '.error.unauthorized',
      actions: ['recordParked', 'publishParked', 'publishError'],
      description: 'The peer refuses our credentials.',
    },
    'connection.misconfigured': {
      target: '.error.misconfigured',
      actions: ['recordParked', 'publishParked', 'publishError'],
      description: 'The peer refuses what we are set up to do.',
    },
    'connection.conflicted': {
      target: '.error.conflict',
      actions: ['recordParked', 'publishParked', 'publishError'],
      description: 'Another consumer holds the channel.',
    },
    'connection.exhausted': {
      target: '.error.exhausted',
      actions: ['recordParked', 'publishParked', 'publishError'],
      description: 'The restart intensity is spent.',
    },

    'poller.failed': { actions: 'failLink', description: 'Reading failed: the connection decides.' },
    'sender.linkSuspected': { actions: 'doubtLink', description: 'A send failed: a probe will tell.' },
    retry: { actions: 'retryConnection', description: 'An operator asks for an attempt now.' },
    'credentials.updated': { actions: 'retryConnection', description: 'The channel has new credentials.' },

    'xstate.error.actor.connection': [
      {
        guard: 'isWithinChildIntensity',
        target: '.disconnected.waiting',
        actions: ['countChildRestart', 'restartWorkers', 'publishChildRestarted'],
      },
      { target: '.error.exhausted', actions: ['publishParked', 'publishError'] },
    ],
    'xstate.error.actor.sender': [
      {
        guard: 'isWithinChildIntensity',
        target: '.disconnected.waiting',
        actions: ['countChildRestart', 'restartWorkers', 'publishChildRestarted'],
      },
      { target: '.error.exhausted', actions: ['publishParked', 'publishError'] },
    ],
    'xstate.error.actor.poller': [
      {
        guard: 'isWithinChildIntensity',
        target: '.disconnected.waiting',
        actions: ['countChildRestart', 'restartWorkers', 'publishChildRestarted'],
      },
      { target: '.error.exhausted', actions: ['publishParked', 'publishError'] },
    ],

    stop: {
      target: '.stopped',
      actions: ['recordStop', 'publishStopped'],
      description: 'Ends the instance. What is queued goes back to its owner.',
    },
  },
  states: {
    starting: { description: 'Not connected yet: the first attempt is under way, or nobody has reported one.' },

    connecting: { description: 'An attempt to connect is under way.' },

    connected: {
      description: 'The channel works: messages come in and go out.',
      initial: 'healthy',
      on: {
        stop: [
          {
            guard: 'hasWork',
            target: '.draining',
            actions: ['recordStop', 'drainPoller'],
            description: 'Finish the work in hand first.',
          },
          { target: 'stopped', actions: ['recordStop', 'publishStopped'] },
        ],
      },
      states: {
        healthy: {
          description: 'Nothing has failed since it connected, or since the last success.',
          on: {
            'notify.failure': [
              {
                guard: 'isLastFailure',
                target: '#instance.error.failing',
                actions: ['countFailure', 'publishFailureCounted', 'publishError', 'renewLink'],
              },
              { target: 'degraded', actions: ['countFailure', 'publishFailureCounted'] },
            ],
          },
        },
        degraded: {
          description: 'Connected, but something has failed since the last success.',
          on: {
            'notify.success': { target: 'healthy', actions: ['clearFailures', 'publishRecovered'] },
          },
        },
        draining: {
          description: 'Told to stop: it reads no more, finishes what it has, and then stops. Not ready.',
          initial: 'handling',
          after: {
            drainDeadline: {
              target: '#instance.stopped',
              actions: 'publishStopped',
              description: 'The time is over: what is left goes back to its owner.',
            },
          },
          on: {
            'notify.connecting': { description: 'Too late: it is stopping.' },
            'notify.connected': { description: 'Too late: it is stopping.' },
            'notify.reconnectAttempt': { description: 'Too late: it is stopping.' },
            'notify.disconnected': {
              target: '#instance.stopped',
              actions: ['recordDisconnected', 'publishDisconnected', 'publishStopped'],
              description: 'Without a channel nothing more can be finished.',
            },
            'notify.failure': { actions: ['countFailure', 'publishFailureCounted'] },
            stop: {
              target: '#instance.stopped',
              actions: ['recordStop', 'publishStopped'],
              description: 'Told again: stop now.',
            },
          },
          states: {
            handling: {
              description: 'The message in hand is being handled.',
              on: { 'poller.drained': { target: 'sending', actions: 'drainSender' } },
            },
            sending: {
              description: 'What is queued is being sent.',
              on: { 'sender.drained': { target: '#instance.stopped', actions: 'publishStopped' } },
            },
          },
        },
      },
    },

    disconnected: {
      description: 'There is no link.',
      initial: 'waiting',
      states: {
        waiting: { description: 'The next attempt comes soon.' },
        suspended: { description: 'The outage is a long one: attempts come at a slow pace.' },
      },
    },

    error: {
      description: 'It does not work, and does not look as if waiting alone would help.',
      initial: 'failing',
      on: {
        'notify.failure': {
          actions: ['countFailure', 'publishFailureCounted'],
          description: 'Counted; the error was announced already.',
        },
      },
      states: {
        failing: { description: 'Too many failures in a row; the link is being renewed.' },
        unauthorized: { description: 'The credentials are refused: parked until they are updated.' },
        misconfigured: { description: 'What it is set up to do is refused: parked until somebody changes that.' },
        conflict: { description: 'Another consumer holds the channel: it knocks now and then.' },
        exhausted: { description: 'The restart intensity is spent: it tries again at a slow pace.' },
      },
    },

    stopped: {
      type: 'final',
      description: 'Over. A new start begins from scratch.',
    },
  },
});
