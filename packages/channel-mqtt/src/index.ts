export { MqttConfig, MqttCredentials, MqttSubscription } from './config.ts';
export {
  MqttCallError,
  MqttConfigError,
  MqttCredentialsError,
  type MqttFault,
  MqttMessageError,
  type MqttOperation,
  type Reached,
} from './errors.ts';
export { type MqttAdapter, mqtt } from './mqtt.ts';
export { MqttSendOptions } from './outbound.ts';
