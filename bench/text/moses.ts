import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ArgumentError } from '../support/arguments.ts';
import { recipeOptions } from './raw-corpus.ts';

/** The programs of a copy of mosesdecoder, run by the Perl of this machine. */
export class Moses {
  private readonly scripts: string;

  constructor(folder: string) {
    this.scripts = path.join(folder, 'scripts');
    if (!existsSync(path.join(this.scripts, 'tokenizer/tokenizer.perl')))
      throw new ArgumentError(`${folder} is no copy of mosesdecoder: it has no scripts/tokenizer/tokenizer.perl.`);
  }

  /** Languages that there is a list of non-breaking prefixes for, each with the entries of its list. */
  prefixes(): Map<string, string[]> {
    const folder = path.join(this.scripts, 'share/nonbreaking_prefixes');
    const lists = readdirSync(folder).filter((name) => name.startsWith('nonbreaking_prefix.'));
    return new Map(
      lists.sort().map((name) => {
        const lines = readFileSync(path.join(folder, name), 'utf8').split('\n');
        const entries = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
        return [name.slice('nonbreaking_prefix.'.length), entries.map((line) => line.trim().split(/\s/)[0])];
      }),
    );
  }

  tokenize(lines: readonly string[], language: string): string[] {
    return this.run('tokenizer/tokenizer.perl', lines, ['-q', '-l', language]);
  }

  detokenize(lines: readonly string[], language: string): string[] {
    return this.run('tokenizer/detokenizer.perl', lines, ['-q', '-l', language]);
  }

  lowercase(lines: readonly string[]): string[] {
    return this.run('tokenizer/lowercase.perl', lines, []);
  }

  /** Cleans tokens by the limits of the recipe. */
  clean(source: readonly string[], target: readonly string[], folder: string): { source: string[]; target: string[] } {
    const { minLength, maxLength, ratio } = recipeOptions;
    const before = path.join(folder, 'before');
    writeFileSync(`${before}.a`, asFile(source));
    writeFileSync(`${before}.b`, asFile(target));
    const limits = [String(minLength), String(maxLength)];
    this.perl(
      'training/clean-corpus-n.perl',
      ['-ratio', String(ratio), before, 'a', 'b', path.join(folder, 'after'), ...limits],
      '',
    );
    const [left, right] = ['a', 'b'].map((side) => linesOf(readFileSync(path.join(folder, `after.${side}`), 'utf8')));
    return { source: left, target: right };
  }

  private run(script: string, lines: readonly string[], args: readonly string[]): string[] {
    return linesOf(this.perl(script, args, asFile(lines)));
  }

  private perl(script: string, args: readonly string[], input: string): string {
    return execFileSync('perl', [path.join(this.scripts, script), ...args], {
      input,
      encoding: 'utf8',
      maxBuffer: Infinity,
      // Its warnings about languages without rules.
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  }
}

export function asFile(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

export function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1);
}
