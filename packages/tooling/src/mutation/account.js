/**
 * What is told of a run, and what makes it fail.
 *
 * @typedef {import('./judgement.js').Judgement} Judgement
 * @typedef {import('./judgement.js').JudgedSurvivor} JudgedSurvivor
 */
import { percentOf, sources } from './judgement.js';

/** Where the reasons are. */
export const acceptedFile = 'packages/tooling/mutationSurvivors.json';
/** Of the mutants of each folder that have to be noticed. */
const leastPercent = 90;

/**
 * What survived without a reason, and with it where that was asked for; the table comes last, for it says it all.
 * @param {Judgement} judgement
 * @param {{ readonly withAccepted: boolean }} options
 * @returns {string[]} Lines.
 */
export function accountOf({ folders, invalid, survivors, total }, { withAccepted }) {
  const explained = survivors.filter(({ reason }) => reason !== undefined);
  const unexplained = survivors.filter(({ reason }) => reason === undefined);
  return [
    ...(withAccepted ? explained : []).flatMap((survivor) => linesOf('accepted', survivor)),
    ...unexplained.flatMap((survivor) => linesOf('SURVIVED', survivor)),
    row(['folder', 'mutants', 'noticed', '', 'accepted', 'unexplained']),
    ...[...folders, total].map((score) => {
      const { accepted, detected, name, unexplained, valid } = score;
      return row([name, valid, detected, `${percentOf(score).toFixed(1)} %`, accepted, unexplained]);
    }),
    ...(invalid > 0 ? [`${invalid} more could not be tried.`] : []),
  ];
}

/**
 * @param {string} what
 * @param {JudgedSurvivor} survivor
 */
function linesOf(what, { change, file, isCovered, line, lineNumber, mutator, reason }) {
  return [
    `${what}  ${sources}${file}:${lineNumber}  ${mutator}`,
    `          line    ${line}`,
    `          change  ${change}`,
    `          ${reason ?? (isCovered ? 'Tests come here, and none of them fails.' : 'No test comes here.')}`,
  ];
}

/** @param {readonly (string | number)[]} cells The first is a name, the others are figures. */
function row([name = '', ...figures]) {
  return `${String(name).padEnd(9)}${figures.map((figure) => String(figure).padStart(12)).join('')}`;
}

/**
 * @param {Judgement} judgement
 * @returns {string[]}
 */
export function problemsOf({ folders, obsolete, total }) {
  const problems = folders
    .map((score) => ({ name: score.name, percent: percentOf(score) }))
    .filter(({ percent }) => percent < leastPercent)
    .map(
      ({ name, percent }) =>
        `Of the mutants of ${name} ${percent.toFixed(1)} % were noticed, and ${leastPercent} % have to be.`,
    );
  if (total.unexplained > 0) {
    problems.push(
      `${total.unexplained} survived without a reason (SURVIVED above). Write a test that fails, or take out code that cannot matter; only where ` +
        `no test can notice it, an entry in ${acceptedFile}: its file below ${sources}, its line and its change as above, and the reason.`,
    );
  }
  for (const { change, file, line } of obsolete) {
    problems.push(`${acceptedFile} has a reason for what does not survive, take it out: ${file}, "${line}", ${change}`);
  }
  return problems;
}
