import { storeSamples } from '@holdfast/testing/contracts';

export const { entry, everything, letter, putEntry, putKey, putLetter } = storeSamples;
