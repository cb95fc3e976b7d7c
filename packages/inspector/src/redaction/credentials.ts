/** What stands where a credential would. */
export const credentialMark = '[credential]';

/** Within a name in one word: `accesstoken`, `dbPassword`. */
const tellingParts =
  /password|passwd|passphrase|passcode|secret|token|credential|apikey|accesskey|privatekey|secretkey|signingkey|encryptionkey|authoriz|authentic|bearer|cookie|jwt|signature|sessionid/;
/** As a word of its own: `auth`, but not `author`. */
const tellingWords = new Set([
  'auth',
  'pass',
  'pwd',
  'pin',
  'otp',
  'totp',
  'mfa',
  'sid',
  'salt',
  'hmac',
  'csrf',
  'xsrf',
]);

const known = new Map<string, boolean>();
/** Keys of data may be endless; those of programs are not. */
const rememberedKeys = 1_000;

/** Whether a value under this key must not be shown, whatever is allowed. Too many are hidden rather than too few. */
export function isCredentialKey(key: string): boolean {
  const remembered = known.get(key);
  if (remembered !== undefined) return remembered;
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const isTelling = tellingParts.test(words.join('')) || words.some((word) => tellingWords.has(word));
  if (known.size >= rememberedKeys) known.clear();
  known.set(key, isTelling);
  return isTelling;
}

const shapes: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host
  [/([a-z][a-z0-9+.-]{0,20}:\/\/)[^/\s@]*@/gi, `$1${credentialMark}@`],
  // ?token=… in an address
  [/([?&][^=&?\s]{0,40}(?:token|key|secret|password|auth|sig)[^=&?\s]{0,40}=)[^&\s#]+/gi, `$1${credentialMark}`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${credentialMark}`],
  // Of Telegram's bots.
  [/\b(?:bot)?\d{6,}:[\w-]{20,}/g, credentialMark],
  // A JSON Web Token.
  [/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, credentialMark],
  // Of Slack, GitHub, AWS, and of who writes keys as they do.
  [/\b(?:xox[a-z]-|xapp-|gh[pousr]_|github_pat_|sk[-_]|pk[-_]|AKIA)[\w-]{10,}/g, credentialMark],
];

/** The text without what has the shape of a credential. The second lock, for texts under a harmless name. */
export function withoutCredentials(text: string): string {
  if (text.length < 8) return text;
  return shapes.reduce((clean, [shape, mark]) => clean.replace(shape, mark), text);
}
