import type { ModelInput } from './input.ts';
import type { Finding } from './ModelFailure.ts';

/** Each try is a system made and led once more. */
const mostTries = 200;

/**
 * A shorter way to a failure: it leaves out parts, large ones first, as long as what is left still fails. In the end no single step
 * can be left out.
 *
 * @param attempt leads a new system along a way; undefined when nothing fails there
 */
export async function shorten(
  found: Finding,
  attempt: (inputs: readonly ModelInput[]) => Promise<Finding | undefined>,
): Promise<Finding> {
  let shortest = found;
  let tries = 0;
  for (let size = Math.ceil(found.inputs.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = shortest.inputs.length - size; from >= 0 && tries < mostTries; tries += 1) {
      const finding = await attempt(shortest.inputs.toSpliced(from, size));
      if (finding === undefined) from -= size;
      else {
        shortest = finding;
        // What comes later may have become needless, too.
        from = size === 1 ? shortest.inputs.length - 1 : Math.min(from - 1, shortest.inputs.length - size);
      }
    }
  }
  return shortest === found ? found : { ...shortest, foundAfter: found.foundAfter };
}
