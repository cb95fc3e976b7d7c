import { departures } from './departures.ts';
import type { Ledger } from './ledger.ts';
import type { Row, Subject, Subjects, Verdict } from './rules/departure.ts';

/** What is expected once all departures have had their say. The ledger learns which did. */
export function depart<About extends Subject>(about: About, recorded: Subjects[About], ledger: Ledger): Verdict<About> {
  let expected: Subjects[About] = recorded;
  for (const departure of rowsAbout(about)) {
    const instead = departure.rule(expected);
    if (instead === undefined) continue;
    ledger.departed(departure.id);
    if (instead === 'skip') return instead;
    expected = instead as Subjects[About];
  }
  return expected as Verdict<About>;
}

/** The compiler does not follow a discriminant that is itself a type parameter. */
function rowsAbout<About extends Subject>(about: About): readonly Row<About>[] {
  return departures.filter((departure) => departure.about === about) as unknown as readonly Row<About>[];
}
