import { BaseSequencer } from 'vitest/node';

/** They take as long as all others together. */
const slow = /\/(plan|outboxModel|senderOrder|pollerConversations)\.test\.ts$/;

/**
 * It loads the core in a test. A chart that cannot even be loaded makes every file fail before it has a test, and Stryker sees
 * no test fail. It must not be the first to load the core: what is run at loading would be taken for its own.
 */
const entry = /\/entry\.test\.ts$/;

/**
 * A mutant is done with when the first test fails. So the tests of its own folder come first, and then what starts whole
 * instances; one that is in place when its file is loaded, as everything in a chart is, has all tests run against it.
 */
export class KillersFirst extends BaseSequencer {
  /**
   * @override
   * @param {import('vitest/node').TestSpecification[]} files
   */
  async sort(files) {
    const own = `/test/${process.env['MUTATED']}/`;
    /** @param {import('vitest/node').TestSpecification} file */
    const rank = ({ moduleId }) => {
      if (slow.test(moduleId)) return 4;
      if (moduleId.includes(own)) return 0;
      if (entry.test(moduleId)) return 1;
      return moduleId.includes('/runtime/') ? 3 : 2;
    };
    return files.toSorted((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}
