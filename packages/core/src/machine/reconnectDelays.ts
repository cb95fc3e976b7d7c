import { maxTimerMs } from '../ports/clock.ts';
import type { ReconnectContext } from './reconnectModel.ts';

interface DelayArgs {
  readonly context: ReconnectContext;
}

/** A longer delay would make a JavaScript timer fire at once. */
const clamp = (delayMs: number): number => Math.min(delayMs, maxTimerMs);

/** The wait that was drawn when it was scheduled, and that the signal announced. */
export const backoff = ({ context }: DelayArgs): number => clamp(context.delayMs);

export const connectTimeout = ({ context }: DelayArgs): number => clamp(context.channel.reconnect.connectTimeoutMs);
export const minConnected = ({ context }: DelayArgs): number => clamp(context.channel.reconnect.minConnectedMs);
export const probeInterval = ({ context }: DelayArgs): number => clamp(context.channel.reconnect.probeIntervalMs);
export const probeTimeout = ({ context }: DelayArgs): number => clamp(context.channel.reconnect.probeTimeoutMs);
