/** Small words by what they do in a sentence. All in the form that `normaliseWord` gives ("minus" is "minu"). */

/** What comes after is not wanted. */
export const NEGATORS: ReadonlySet<string> = new Set(
  'no not without non never nor avoid exclude excluding remove minu dont zero neither isnt hide'.split(' '),
);

export const CONJUNCTIONS: ReadonlySet<string> = new Set(['and', 'or', '&', 'plus']);

/** After these a colour or material belongs to the object before: "the chair in walnut", "make the walls white". */
export const LINKS: ReadonlySet<string> = new Set(
  'in of from is are be to into as made like was become becomes should look'.split(' '),
);

/** Before these stands a whole, after them one of its parts. */
export const HAVING: ReadonlySet<string> = new Set(['with', 'has', 'have', 'having']);
export const STANDING_ON: ReadonlySet<string> = new Set(['on', 'upon', 'onto', 'over', 'atop']);
export const IN_FRONT_OF: ReadonlySet<string> = new Set(['against', 'before', 'behind']);

export const DETERMINERS: ReadonlySet<string> = new Set(
  'the a an this that my our its it these those their his her your all each every both one two three four'.split(
    ' ',
  ),
);

/** What lies on a thing and is not a thing itself: "blue paint", "pavilion with timber cladding". */
export const COVERINGS: ReadonlySet<string> = new Set(
  'paint finish cladding upholstery coating wrap paintwork livery siding paneling veneer shell housing casing paintjob skin material texture surface bodywork'.split(
    ' ',
  ),
);

/** Words that do things ("make the walls white"): the object after them waits for its colour. */
export const MAKING: ReadonlySet<string> = new Set(
  'make turn paint change color render replace painted want coat give set convert recolor dye keep'.split(
    ' ',
  ),
);
