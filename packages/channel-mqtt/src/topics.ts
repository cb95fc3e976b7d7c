/** The length of every string of the protocol is a number of two bytes. */
const maxTopicBytes = 65_535;

/** Whether a message can be published to it: a topic without wildcards. */
export function isTopicName(topic: string): boolean {
  return isProtocolString(topic) && !/[+#]/.test(topic);
}

/**
 * Whether it can be subscribed to: `+` stands for one whole level, `#` for all that follow, and `$share/<group>/<filter>`
 * is a subscription that is shared among the clients of a group.
 */
export function isTopicFilter(filter: string): boolean {
  if (!isProtocolString(filter)) return false;
  if (!isSharedFilter(filter)) return areLevelsOf(filter);
  const [, group = '', ...levels] = filter.split('/');
  return group !== '' && !/[+#]/.test(group) && levels.length > 0 && areLevelsOf(levels.join('/'));
}

export function isSharedFilter(filter: string): boolean {
  return filter.startsWith('$share/');
}

function areLevelsOf(filter: string): boolean {
  const levels = filter.split('/');
  return (
    filter !== '' &&
    levels.every((level, index) => {
      if (level === '#') return index === levels.length - 1;
      return level === '+' || !/[+#]/.test(level);
    })
  );
}

/** Not empty, no NUL, and of characters that UTF-8 has: a lone surrogate would arrive as another topic. */
function isProtocolString(value: string): boolean {
  const bytes = Buffer.from(value);
  return value !== '' && !value.includes('\0') && bytes.length <= maxTopicBytes && bytes.toString() === value;
}
