import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './statistics.ts';

/**
 * OpenBLAS's and OpenMP's helper threads spin on after their work, for 200 ms and more, and would take a core from the
 * next candidate: with a rest of 50 ms, products on two threads measured half as fast as with this one.
 */
const restMilliseconds = 300;

/**
 * Measures candidates in turn, round after round, so that a busy moment of the machine falls on all of them. A round
 * before the first is not counted: memory is new in it, and code not compiled yet.
 *
 * @param candidates each gives one measurement when it is called
 * @returns every measurement of each candidate, in order of the rounds
 */
export async function interleave<Name extends string>(
  candidates: Record<Name, () => number | Promise<number>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(candidates) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      await sleep(restMilliseconds);
      const value = await candidates[name]();
      if (round > 0) measured[name].push(value);
    }
  }
  return measured;
}

/** The median of each candidate's measurements. */
export async function interleavedMedians<Name extends string>(
  candidates: Record<Name, () => number | Promise<number>>,
  rounds: number,
): Promise<Record<Name, number>> {
  const measured = await interleave(candidates, rounds);
  return Object.fromEntries((Object.keys(measured) as Name[]).map((name) => [name, median(measured[name])])) as Record<
    Name,
    number
  >;
}
