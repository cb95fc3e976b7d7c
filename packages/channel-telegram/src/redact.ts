/** Anything of the shape of a bot token. Short secrets are left alone: `12:30` is a time of day. */
const tokenShape = /\d{3,}(?::|%3a)[\w-]{10,}/gi;

const longestText = 300;

/** Takes the secrets out of a text that came from outside, and anything else that looks like a token; and cuts it short. */
export function redact(text: string, secrets: readonly string[] = []): string {
  const known = secrets.reduce((clean, secret) => clean.replaceAll(secret, '[redacted]'), text);
  return known.replace(tokenShape, '[redacted]').slice(0, longestText);
}

/** The forms in which a token may come back: whole, as in a URL, and its secret half alone. */
export function secretsOf(token: string): string[] {
  const secret = token.slice(token.indexOf(':') + 1);
  return [token, encodeURIComponent(token), secret].filter((form) => form.length >= 6);
}
