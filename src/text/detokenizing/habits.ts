/** What English and German set differently, as far as tokens do not tell it. */
export interface Habits {
  /** What an apostrophe parts from the word before: `’ s` of "geht’s". */
  readonly endings: RegExp;
  /** Words that begin with an apostrophe: "’em", "the ’90s". */
  readonly beginnings: RegExp;
  /** Words that end as a genitive with an apostrophe would, and are none. */
  readonly neverGenitive: RegExp;
  /** What a quotation follows after a comma. */
  readonly saying: RegExp;
  /** An apostrophe at the start of a token belongs to the word before: `it 's`. */
  readonly clitics: boolean;
  /** The mark “ opens, as against closing what „ opened. */
  readonly highMarkOpens: boolean;
  /** A percent sign stands against its number. */
  readonly percentJoins: boolean;
  /** A currency sign stands before its amount, and before names of shares. */
  readonly currencyLeads: boolean;
  /** `…` between words stands apart from both. */
  readonly ellipsisStands: boolean;
}

const english: Habits = {
  endings: /^(?:s|t|re|ve|ll|d|m)(?:-|$)/i,
  beginnings: /^(?:em|til|tis|twas|cause|cuz|bout|\d0s)$/i,
  neverGenitive: /^(?:as|is|was|has|does|his|this|its|us|thus|plus|says|yes|less|unless|always|perhaps|because)$/i,
  saying: /^(?:said|says|added|adds|asked|wrote|writes|replied|told|explained|continued|noted|stated|tweeted)$/,
  clitics: true,
  highMarkOpens: true,
  percentJoins: true,
  currencyLeads: true,
  ellipsisStands: true,
};

const german: Habits = {
  endings: /^(?:s|n|ne|nem|nen|ner|m|t|re|ve|ll|d)(?:-|$)/,
  beginnings: /^(?:ne|nem|nen|ner|\d0ern?)$/,
  neverGenitive: /^(?:als|das|dass|daß|was|es|aus|bis|des|eines|uns|bereits|los|alles|etwas|dies|dieses)$/i,
  saying: /^(?:sagte|sagt|meinte|rief|fragte)$/,
  clitics: false,
  highMarkOpens: false,
  percentJoins: false,
  currencyLeads: false,
  ellipsisStands: false,
};

/** Languages with rules of our own, which restore more than Moses' detokenizer.perl does. */
export const habits: ReadonlyMap<string, Habits> = new Map([
  ['en', english],
  ['de', german],
]);
