import type { SuiteInput } from '../harness/model.js';
import { evidenceRepeats } from './evidence/base.js';
import { experiments } from './evidence/index.js';

/** All experiments at once; `--claims` takes only those that the claims named need. */
export const article = {
  id: 'article',
  title: 'The article’s claims, and those of others',
  question: 'Which published claims about push and polling hold here?',
  repeats: evidenceRepeats,
  quick: experiments.flatMap(({ quick, arms }) => quick ?? arms.map(({ workload }) => workload.id)),
  arms: experiments.flatMap(({ arms }) => arms),
} satisfies SuiteInput;
