import { LICENCES, type Licence } from '@diorama/contracts';

export interface LicenceWords {
  readonly name: string;
  /** What it allows, in one or two sentences. */
  readonly allows: string;
}

const WORDS: Readonly<Record<Licence, LicenceWords>> = {
  'CC0-1.0': {
    name: 'CC0: no rights kept',
    allows: 'Everyone may use, change and sell it without asking and without naming the author.',
  },
  'CC-BY-4.0': {
    name: 'CC BY: name the author',
    allows: 'Everyone may use, change and sell it as long as the author is named.',
  },
  'CC-BY-SA-4.0': {
    name: 'CC BY-SA: name the author, share alike',
    allows:
      'Everyone may use, change and sell it as long as the author is named and what comes of it has the same licence.',
  },
  'CC-BY-NC-4.0': {
    name: 'CC BY-NC: not for money',
    allows: 'Everyone may use and change it as long as the author is named and no money is made with it.',
  },
  'all-rights-reserved': {
    name: 'All rights reserved',
    allows: 'It may be looked at here. Anything else needs the author’s permission.',
  },
};

export function licenceWords(licence: Licence): LicenceWords {
  return WORDS[licence];
}

/** For a select. */
export const LICENCE_OPTIONS = LICENCES.map((value) => ({ value, label: WORDS[value].name }));
