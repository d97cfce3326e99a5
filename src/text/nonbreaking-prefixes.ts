import type { Language } from './language.ts';

/** When a period after a prefix stays with it: always, or only before a number. */
export type PrefixRule = 'always' | 'before-number';

const capitals = 'A B C D E F G H I J K L M N O P Q R S T U V W X Y Z';
const titles = `Adj Adm Adv Asst Bart Bldg Brig Bros Capt Cmdr Col Comdr Con Corp Cpl DR Dr Ens Gen Gov Hon Hosp Insp Lt MM MR MRS MS
  Maj Messrs Mlle Mme Mr Mrs Ms Msgr Op Ord Pfc Ph Prof Pvt Rep Reps Res Rev Rt Sen Sens Sfc Sgt Sr St Supt Surg`;
const romanNumerals = 'I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX';

/** Abbreviations that the Moses tokeniser (scripts/share/nonbreaking_prefixes) does not part from their period. */
const prefixes: Record<Language, Record<PrefixRule, string[]>> = {
  de: {
    'always': [
      capitals,
      capitals.toLowerCase(),
      romanNumerals,
      romanNumerals.toLowerCase(),
      titles,
      `Mio Mrd bzw v vs usw d.h z.B u.a etc MwSt ggf d.J D.h m.E vgl I.F z.T sogen ff u.E g.U g.g.A c.-à-d Buchst u.s.w sog u.ä Std evtl
       Zt Chr u.U o.ä Ltd b.A z.Zt spp sen SA k.o jun i.H.v dgl dergl Co zzt usf s.p.a Dkr bzgl BSE`,
      'No Nos Art Nr pp ca Ca',
      // German writes ordinals as a number with a period.
      Array.from({ length: 99 }, (_, i) => String(i + 1)).join(' '),
    ],
    'before-number': [],
  },
  en: {
    'always': [
      capitals,
      titles,
      'Drs Hr',
      'v vs i.e rev e.g Rs',
      'Nos Nr',
      'Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec',
    ],
    'before-number': ['No Art pp'],
  },
};

/** The non-breaking prefixes of a language, without their period. */
export function nonbreakingPrefixes(language: Language): ReadonlyMap<string, PrefixRule> {
  const rules = new Map<string, PrefixRule>();
  for (const rule of ['always', 'before-number'] as const) {
    for (const prefix of prefixes[language][rule].join(' ').split(/\s+/)) {
      if (prefix !== '') rules.set(prefix, rule);
    }
  }
  return rules;
}
