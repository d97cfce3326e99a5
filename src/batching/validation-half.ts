/**
 * Validation in two halves by the sentences' numbers, so that what chooses a network is not what it is reported on: even
 * numbers choose, odd ones report.
 */
export type ValidationHalf = 'choose' | 'report';

/** Whether a pair of that number, from 0, belongs to the half; all do where no half is asked for. */
export function inHalf(pair: number, half: ValidationHalf | undefined): boolean {
  return half === undefined || pair % 2 === (half === 'choose' ? 0 : 1);
}

/** The half that a parameter names. */
export function halfNamed(name: ValidationHalf | 'all'): ValidationHalf | undefined {
  return name === 'all' ? undefined : name;
}
