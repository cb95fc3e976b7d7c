/**
 * What a run of Stryker came to, from its JSON report and from the survivors that are accepted.
 *
 * @typedef {object} Place
 * @property {number} line From 1.
 * @property {number} column From 1.
 *
 * @typedef {object} Mutant The part of Stryker's report that counts here.
 * @property {string} mutatorName
 * @property {string} [replacement]
 * @property {'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'RuntimeError' | 'CompileError' | 'Ignored' | 'Pending'} status
 * @property {{ readonly start: Place, readonly end: Place }} location
 *
 * @typedef {object} Report
 * @property {Readonly<Record<string, { readonly source: string, readonly mutants: readonly Mutant[] }>>} files
 *
 * @typedef {object} Key What a survivor is known by, whatever is changed elsewhere in its file.
 * @property {string} file Below packages/core/src.
 * @property {string} line The text of the line that it begins in.
 * @property {string} change What was there → what the mutant has instead.
 *
 * @typedef {Key & { readonly reason: string }} AcceptedSurvivor
 *
 * @typedef {Key & { readonly lineNumber: number, readonly mutator: string, readonly isCovered: boolean }} Survivor
 *
 * @typedef {Survivor & { readonly reason: string | undefined }} JudgedSurvivor
 *
 * @typedef {object} Score
 * @property {string} name A folder of the core, or `total`.
 * @property {number} valid All mutants that could be tried.
 * @property {number} detected A test failed, or did not come to its end.
 * @property {number} accepted They survived, and there is a reason.
 * @property {number} unexplained They survived, and there is none.
 *
 * @typedef {object} Judgement
 * @property {readonly Score[]} folders
 * @property {Score} total
 * @property {readonly JudgedSurvivor[]} survivors
 * @property {readonly AcceptedSurvivor[]} obsolete Accepted, and in a file of this run, and not among its survivors.
 * @property {number} invalid Mutants that could not be tried. They count neither way.
 */

export const sources = 'packages/core/src/';
/** Longer texts are cut: what follows says nothing that the line does not. */
const longestText = 120;

/**
 * @param {Report} report
 * @param {readonly AcceptedSurvivor[]} accepted
 * @returns {Judgement}
 */
export function judge(report, accepted) {
  const files = Object.entries(report.files).map(([path, file]) => ({ name: path.replace(sources, ''), ...file }));
  const mutants = files.flatMap(({ name, mutants }) => mutants.map(({ status }) => ({ file: name, status })));
  const survivors = files
    .flatMap((file) => survivorsOf(file))
    .map((survivor) => ({ ...survivor, reason: accepted.find((entry) => isSame(entry, survivor))?.reason }));
  /** @param {string} folder */
  const scoreOfFolder = (folder) => {
    /** @param {{ readonly file: string }} one */
    const isIn = ({ file }) => folderOf(file) === folder;
    return scoreOf(folder, mutants.filter(isIn), survivors.filter(isIn));
  };
  return {
    folders: [...new Set(mutants.map(({ file }) => folderOf(file)))].sort().map(scoreOfFolder),
    total: scoreOf('total', mutants, survivors),
    survivors,
    obsolete: accepted.filter(
      (entry) =>
        files.some(({ name }) => name === entry.file) && !survivors.some((survivor) => isSame(entry, survivor)),
    ),
    invalid: mutants.filter(({ status }) => status === 'RuntimeError' || status === 'CompileError').length,
  };
}

/** @param {Score} score Percent; 100 where there was nothing to find. */
export function percentOf({ detected, valid }) {
  return valid === 0 ? 100 : (100 * detected) / valid;
}

/** @param {string} file */
function folderOf(file) {
  return file.split('/')[0] ?? file;
}

/**
 * @param {string} name
 * @param {readonly Pick<Mutant, 'status'>[]} mutants
 * @param {readonly JudgedSurvivor[]} survivors
 * @returns {Score}
 */
function scoreOf(name, mutants, survivors) {
  const detected = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  const unexplained = survivors.filter(({ reason }) => reason === undefined).length;
  return {
    name,
    valid: detected + survivors.length,
    detected,
    accepted: survivors.length - unexplained,
    unexplained,
  };
}

/** @param {Mutant['status']} status */
function isSurvival(status) {
  return status === 'Survived' || status === 'NoCoverage';
}

/**
 * @param {{ readonly name: string, readonly source: string, readonly mutants: readonly Mutant[] }} file
 * @returns {Survivor[]}
 */
function survivorsOf({ name, source, mutants }) {
  const lines = source.split('\n');
  return mutants
    .filter(({ status }) => isSurvival(status))
    .map(({ location, mutatorName, replacement = '', status }) => ({
      file: name,
      line: (lines[location.start.line - 1] ?? '').trim(),
      change: `${short(textAt(lines, location))} → ${short(replacement)}`,
      lineNumber: location.start.line,
      mutator: mutatorName,
      isCovered: status !== 'NoCoverage',
    }))
    .sort((a, b) => a.lineNumber - b.lineNumber);
}

/**
 * @param {readonly string[]} lines
 * @param {Mutant['location']} location
 */
function textAt(lines, { start, end }) {
  const part = lines.slice(start.line - 1, end.line);
  part[part.length - 1] = (part.at(-1) ?? '').slice(0, end.column - 1);
  part[0] = (part[0] ?? '').slice(start.column - 1);
  return part.join('\n');
}

/** @param {string} text */
function short(text) {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > longestText ? `${flat.slice(0, longestText)}…` : flat;
}

/** @param {Key} one @param {Key} other */
function isSame(one, other) {
  return one.file === other.file && one.line === other.line && one.change === other.change;
}
