/**
 * The reasons that a broker gives, as MQTT 5 numbers them, with the end of our failure code for each. MQTT 3.1.1 has five
 * of its own in CONNACK (1 to 5) and one in SUBACK (0x80); `reasonCodeOf` translates.
 */
export const reasonNames = {
  128: 'unspecified_error',
  129: 'malformed_packet',
  130: 'protocol_error',
  131: 'implementation_specific_error',
  132: 'unsupported_protocol_version',
  133: 'client_identifier_not_valid',
  134: 'bad_username_or_password',
  135: 'not_authorized',
  136: 'server_unavailable',
  137: 'server_busy',
  138: 'banned',
  139: 'server_shutting_down',
  140: 'bad_authentication_method',
  141: 'keep_alive_timeout',
  142: 'session_taken_over',
  143: 'topic_filter_invalid',
  144: 'topic_name_invalid',
  145: 'packet_identifier_in_use',
  146: 'packet_identifier_not_found',
  147: 'receive_maximum_exceeded',
  148: 'topic_alias_invalid',
  149: 'packet_too_large',
  150: 'message_rate_too_high',
  151: 'quota_exceeded',
  152: 'administrative_action',
  153: 'payload_format_invalid',
  154: 'retain_not_supported',
  155: 'qos_not_supported',
  156: 'use_another_server',
  157: 'server_moved',
  158: 'shared_subscriptions_not_supported',
  159: 'connection_rate_exceeded',
  160: 'maximum_connect_time',
  161: 'subscription_identifiers_not_supported',
  162: 'wildcard_subscriptions_not_supported',
} as const satisfies Record<number, string>;

export type ReasonCode = keyof typeof reasonNames;

export function isReasonCode(code: number): code is ReasonCode {
  return Object.hasOwn(reasonNames, code);
}

/** From 1: unacceptable protocol version, identifier rejected, server unavailable, bad user or password, not authorized. */
const connackReturnCodes = [0, 132, 133, 136, 134, 135] as const;

/** The reason code of a CONNACK, also of one that an old broker sends in its own numbers, whatever it was asked. */
export function reasonCodeOf(connackCode: number): number {
  return connackReturnCodes[connackCode] ?? connackCode;
}

/** `0x87` */
export function hexOf(code: number): string {
  return `0x${code.toString(16).padStart(2, '0').toUpperCase()}`;
}
