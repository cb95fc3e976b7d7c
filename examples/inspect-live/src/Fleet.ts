import type { Inspector } from '@holdfast/inspector';
import { type ScriptedChannel, scriptedChannel, weather } from '@holdfast/testing';
import { createMessaging, type Messaging, systemClock } from 'holdfast';

const instances = 200;
const chatEveryMs = 150;

/** Channels that nothing real stands behind, each with troubles of its own, in real time. */
function troubledChannels(): readonly ScriptedChannel[] {
  const common = { clock: systemClock, keep: 100, probeIntervalMs: 5_000 };
  const deaf = weather.flap({ upMs: 12_000, downMs: 9_000, as: weather.halfOpen() });
  const moody = weather.random({ seed: 7, fromMs: 2_000, toMs: 12_000 });
  return [
    scriptedChannel({ ...common, kind: 'steady', weather: weather.flap({ upMs: 90_000, downMs: 2_000 }) }),
    scriptedChannel({ ...common, kind: 'flapping', weather: weather.flap({ upMs: 6_000, downMs: 3_000 }) }),
    scriptedChannel({ ...common, kind: 'deaf', weather: deaf }),
    scriptedChannel({ ...common, kind: 'moody', weather: moody }),
  ];
}

/** 200 instances that echo, and somebody who writes to them. */
export class Fleet implements AsyncDisposable {
  readonly size = instances;
  readonly #messaging: Messaging<ScriptedChannel>;
  readonly #chat: NodeJS.Timeout;

  private constructor(messaging: Messaging<ScriptedChannel>, channels: readonly ScriptedChannel[]) {
    this.#messaging = messaging;
    let turn = 0;
    this.#chat = setInterval(() => {
      turn += 1;
      const message = { id: `${turn}`, conversation: `room ${turn % 7}`, text: 'hello' };
      channels[turn % channels.length]?.deliver(message);
    }, chatEveryMs);
  }

  static async start(inspector: Inspector): Promise<Fleet> {
    const channels = troubledChannels();
    const observer = inspector.signal;
    const messaging = createMessaging({ name: 'inspect-live', channels, inspect: inspector, observer });
    for (let index = 0; index < instances; index += 1) {
      const { kind } = channels[index % channels.length] ?? { kind: 'steady' };
      await messaging.startInstance(kind, {
        id: `${kind}-${index}`,
        name: `Bot ${index}`,
        onMessage: (message, { reply }) => reply(`echo: ${message.text}`),
      });
    }
    return new Fleet(messaging, channels);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#chat);
    await this.#messaging.stop();
  }
}
