import { and, not, setup, stateIn } from 'xstate';

/** Parallel states: what plays, and how loud. */
export const mediaPlayer = setup({
  types: { events: {} as { type: 'play' | 'pause' | 'mute' | 'unmute' | 'toggle' | 'volume.up' | 'volume.down' } },
  guards: { isMuted: stateIn({ sound: 'muted' }), isAllowed: () => true },
}).createMachine({
  id: 'player',
  type: 'parallel',
  states: {
    playback: {
      initial: 'paused',
      states: {
        paused: { on: { play: { target: 'playing', guard: and([not('isMuted'), 'isAllowed']) }, toggle: 'playing' } },
        playing: { on: { pause: 'paused', toggle: 'paused' } },
      },
    },
    sound: {
      initial: 'loud',
      states: {
        loud: {
          on: { mute: 'muted', 'volume.*': { actions: () => undefined }, '*': { guard: () => false, target: 'muted' } },
        },
        muted: { on: { unmute: 'loud' } },
      },
    },
  },
});
