export {
  LongPollConfig,
  type TelegramConfig,
  TelegramCredentials,
  TelegramUpdateKind,
  WebhookConfig,
} from './config.ts';
export {
  type CallFault,
  type Reached,
  TelegramCallError,
  TelegramConfigError,
  TelegramConflictError,
  TelegramCredentialsError,
  TelegramMessageError,
} from './errors.ts';
export { TelegramSendOptions } from './outbound.ts';
export { type TelegramAdapter, type TelegramOptions, telegram } from './telegram.ts';
