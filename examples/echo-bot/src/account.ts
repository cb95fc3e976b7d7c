import type { StopAccount } from 'holdfast';

/** `accepted 12 = sent 12 + failed 0 + handed back 0` */
export function describeAccount({ accepted, sent, failed, handedBack }: StopAccount): string {
  return `accepted ${accepted} = sent ${sent} + failed ${failed} + handed back ${handedBack.length}`;
}
