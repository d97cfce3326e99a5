import { Diagnostic } from '../runner/diagnostic.ts';
import { options } from './options.ts';

/**
 * npm keeps options that stand before `--` for itself and hands on only their values:
 * `npm run pipeline f.json5 --dry-run` would start a real run. What it kept it leaves in `npm_config_*`, so that
 * the mistake can be named instead.
 */
export function refuseSwallowedOptions(environment: Readonly<Record<string, string | undefined>>): void {
  if (environment.npm_lifecycle_event !== 'pipeline') return;
  const kept = Object.keys(options).filter((name) => {
    const value = environment[`npm_config_${name.replaceAll('-', '_')}`];
    return value !== undefined && value !== '' && value !== 'false';
  });
  // Of `-j2` npm makes an option of its own, and `-j 2` it takes for `--json` and a word.
  if (Object.keys(environment).some((name) => /^npm_config_j\d+$/.test(name))) kept.push('jobs');
  if (kept.length === 0) return;
  throw new Diagnostic(`npm kept ${kept.map((name) => `--${name}`).join(', ')} for itself`, {
    hint:
      `Put -- before the options: npm run pipeline -- <words> --${kept[0]} `
      + `…${kept.includes('json') ? ' (npm takes -j for --json)' : ''}`,
  });
}
