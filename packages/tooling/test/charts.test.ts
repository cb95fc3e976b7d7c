import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chartDocuments, chartsFolder } from '../src/charts.js';

it('the drawings in the docs are those of the machines as they are: npm run charts writes them', async () => {
  const documents = await chartDocuments();
  expect([...documents.keys()].sort()).toEqual(existsSync(chartsFolder) ? readdirSync(chartsFolder).sort() : []);
  for (const [name, text] of documents)
    expect(readFileSync(join(chartsFolder, name), 'utf8') === text, `${name} is out of date: npm run charts`).toBe(
      true,
    );
}, 60_000);
