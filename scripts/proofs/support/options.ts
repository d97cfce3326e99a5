/** Options of a proof, given as `name=number`; exits with 2, and says which there are, for anything else. */
export function numbersOf<Names extends string>(defaults: Record<Names, number>): Record<Names, number> {
  const given = Object.fromEntries(process.argv.slice(2).map((word) => word.split('=')));
  const isWrong = ([name, value]: [string, string]) => !Object.hasOwn(defaults, name) || !(Number(value) >= 0);
  if (Object.entries(given).some(isWrong as (entry: [string, unknown]) => boolean)) {
    const known = Object.entries(defaults).map(([name, value]) => `${name}=${value}`);
    console.error(`Give name=number; without any it is ${known.join(' ')}.`);
    process.exit(2);
  }
  return { ...defaults, ...Object.fromEntries(Object.entries(given).map(([name, value]) => [name, Number(value)])) };
}
