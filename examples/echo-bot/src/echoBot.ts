import { type TelegramAdapter, telegram } from '@holdfast/telegram';
import {
  createMessaging,
  type Inspection,
  type InstanceServer,
  type Messaging,
  type Observer,
  type ReconnectPolicy,
} from 'holdfast';

export type EchoMessaging = Messaging<TelegramAdapter>;

/** Where echo bots run. `observer` gets their telemetry; `inspect` may look inside. */
export function createEchoMessaging(observer: Observer, inspect?: Inspection): EchoMessaging {
  return createMessaging({ name: 'echo-bot', channels: [telegram()], observer, inspect });
}

export interface EchoBotOptions {
  /** The bot's token, as BotFather gives it. */
  readonly token: string;
  /** The root of another Bot API server than Telegram's own. */
  readonly apiRoot?: string | undefined;
  /** How fast to reconnect. Default: the library's defaults. */
  readonly reconnect?: Partial<ReconnectPolicy> | undefined;
}

/** The whole bot. Everything else in this folder is there to watch it. */
export function startEchoBot(messaging: EchoMessaging, options: EchoBotOptions): Promise<InstanceServer> {
  const { token, apiRoot, reconnect } = options;
  return messaging.startInstance('telegram', {
    id: 'echo',
    name: 'Echo bot',
    credentials: { token },
    config: { apiRoot },
    reconnect,
    onMessage: (message, { reply }) => reply(`echo: ${message.text}`),
  });
}
