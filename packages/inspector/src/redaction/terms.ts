const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** What says why, how or what, and nothing of anybody: of the original, of our own, of MQTT, HTTP and sockets. */
const known = new Set([
  ...words('timeout closed probe normal shutdown crash network disconnected noproc nxdomain rate_limited unauthorized'),
  ...words('unsupported unsupported_method unsupported_operation media_policy_denied policy_denied'),
  ...words('invalid_return invalid_request http_error http_status'),
  // Classes, outcomes, levels and scopes.
  ...words('ok error recoverable degraded fatal warn shed unknown link auth rate message conflict server config'),
  ...words('instance method conversation connect poll send commit webhook'),
  // How sockets fail, and links.
  ...words('econnreset econnrefused econnaborted etimedout enotfound eai_again epipe enetunreach ehostunreach'),
  ...words('und_err_connect_timeout und_err_socket und_err_headers_timeout und_err_body_timeout'),
  ...words('aborted given_up garbled ended overflow keepalive_timeout invalid_answer'),
  // Why MQTT brokers refuse.
  ...words('unspecified_error malformed_packet protocol_error implementation_specific_error server_unavailable'),
  ...words(
    'unsupported_protocol_version client_identifier_not_valid bad_username_or_password not_authorized server_busy',
  ),
  ...words('banned server_shutting_down bad_authentication_method keep_alive_timeout session_taken_over'),
  ...words('topic_filter_invalid topic_name_invalid receive_maximum_exceeded packet_too_large message_rate_too_high'),
  ...words('quota_exceeded administrative_action payload_format_invalid retain_not_supported qos_not_supported'),
  ...words('use_another_server server_moved connection_rate_exceeded maximum_connect_time'),
]);

const dotted = /^([a-z]{2,20})\.([a-z0-9_]{1,40}|0x[0-9A-F]{2})$/;
/** `telegram.409`, `mqtt.http_503`, `mqtt.0x87` */
const numbered = /^(?:http_)?\d{1,3}$|^0x[0-9A-F]{2}$/;
/** Who names things with such a beginning, and with nothing of anybody's behind it. */
const ownNames = /^(?:holdfast|instance|delivery|inbound|store|observer|connection|notify|poller|sender)$/;

/** A word that is known, or a dotted name of which the end is known, or that has the beginning of Holdfast's own. */
export function isTerm(text: string): boolean {
  if (known.has(text)) return true;
  if (/^xstate\.error\.actor\.(?:connection|poller|sender)$/.test(text)) return true;
  const [, first = '', last = ''] = dotted.exec(text) ?? [];
  return first !== '' && (ownNames.test(first) || known.has(last) || numbered.test(last));
}

/** Dotted, as channels make the codes of their failures: `telegram.409`, `slack.is_archived`. */
export function isCode(text: string): boolean {
  return dotted.test(text) || isTerm(text);
}
