import { examplesIn } from './documents.ts';

/** The examples of README.md, by name. */
export const readmeExamples = (): ReadonlyMap<string, string> => examplesIn('README.md');
