import { alphabetic } from '../characters/classes.ts';
import type { Habits } from './habits.ts';
import type { Joint } from './joints.ts';
import { jointOfSign } from './signs.ts';
import { rolesOfMarks } from './straight-marks.ts';
import type { MarkRole } from './straight-marks.ts';
import { TypographicMarks } from './typographic-marks.ts';

const clitic = new RegExp(`^'[${alphabetic}]`, 'u');
const suffix = new RegExp(`^-[${alphabetic}]`, 'u');
/** What a suffix may follow: a word would have kept it. */
const beforeSuffix = /[)\]}%“”’‘»«"']$/u;

const jointOfRole: Record<MarkRole, Joint> = {
  'opens': 'right',
  'closes': 'left',
  'apostrophe before': 'right',
  'apostrophe after': 'left',
  'apostrophe within': 'both',
};

/** Joins tokens of a language that sets quotation marks, currencies and the like as English and German do. */
export function joinWestern(tokens: readonly string[], habits: Habits): string {
  const roles = new Map([...rolesOfMarks(tokens, '"', habits), ...rolesOfMarks(tokens, "'", habits)]);
  const marks = new TypographicMarks(tokens, habits);
  let text = '';
  let before: Joint = 'right';
  for (const [i, token] of tokens.entries()) {
    const role = roles.get(i);
    let joint: Joint;
    if (role === undefined) joint = marks.jointAt(i) ?? jointOfToken(tokens, i, before, habits);
    else joint = role === 'opens' && token === '"' && marks.closeByStraightMark() ? 'left' : jointOfRole[role];
    const together = before === 'right' || before === 'both' || joint === 'left' || joint === 'both';
    text += i === 0 || together ? token : ` ${token}`;
    before = joint;
  }
  return text;
}

function jointOfToken(tokens: readonly string[], i: number, before: Joint, habits: Habits): Joint {
  const token = tokens[i];
  const previous = tokens[i - 1] ?? '';
  const sign = jointOfSign(token, previous, tokens[i + 1] ?? '', habits);
  if (sign !== undefined) return sign;
  if (habits.clitics && clitic.test(token)) return 'left';
  return suffix.test(token) && beforeSuffix.test(previous) && before !== 'right' ? 'left' : 'none';
}
