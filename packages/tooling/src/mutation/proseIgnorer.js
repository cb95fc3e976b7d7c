import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/**
 * A state's, transition's or machine's `description` is for whoever looks at the chart in an editor: no program reads it, and
 * drawable.test.ts holds that each is there.
 */
const reason = 'A description is prose for the reader of the chart.';

/**
 * @typedef {object} Node Of Babel's syntax tree, which Stryker's own types leave open.
 * @property {string} type
 * @property {{ readonly type: string, readonly name?: string }} [key]
 * @property {readonly Node[]} [properties]
 */

/** What Stryker asks at every node: an answer leaves the node, and all that is in it, as it is. */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'prose', {
    shouldIgnore(path) {
      const { node } = /** @type {{ node: Node }} */ (/** @type {unknown} */ (path));
      return isDescription(node) || isOnlyDescribed(node) ? reason : undefined;
    },
  }),
];

/** @param {Node} node */
function isDescription(node) {
  return node.type === 'ObjectProperty' && node.key?.name === 'description';
}

/** A state or transition that says nothing but what it is: without it, it is there all the same. @param {Node} node */
function isOnlyDescribed({ type, properties = [] }) {
  return type === 'ObjectExpression' && properties.length > 0 && properties.every(isDescription);
}
