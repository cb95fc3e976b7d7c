import type { StopAccount } from 'holdfast';

/** `accepted 12 = sent 12 + failed 0 + handed back 0`; what else became of messages is named when there are any. */
export function describeAccount({ accepted, handedBack, ...account }: StopAccount): string {
  const { expired, failed, sent, unknown, withdrawn } = account;
  const seldom = Object.entries({ expired, withdrawn, unknown }).filter(([, count]) => count > 0);
  const parts = [['sent', sent], ['failed', failed], ...seldom, ['handed back', handedBack.length]];
  return `accepted ${accepted} = ${parts.map((part) => part.join(' ')).join(' + ')}`;
}
