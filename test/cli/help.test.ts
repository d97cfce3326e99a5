import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { helpMarkdown, helpText, spellingOf } from '../../src/cli/help.ts';
import { commands, options, optionsOf } from '../../src/cli/options.ts';
import type { CommandName } from '../../src/cli/options.ts';

const names = Object.keys(commands) as CommandName[];

describe('help', () => {
  test('of the program names every command with what it does', () => {
    const lines = helpText().split('\n');
    for (const name of names) {
      expect(
        lines.filter((line) => line.startsWith(`  ${name}`) && line.endsWith(commands[name].summary)),
      ).toHaveLength(1);
    }
  });

  test.each(names)('of %s has a line for each of its options and no other', (name) => {
    const lines = helpText(name).split('\n');
    const listed = lines.slice(lines.indexOf('Options:') + 1).filter((line) => line !== '');
    expect(listed.map((line) => line.trim().split(/ {2,}/)[0])).toEqual(optionsOf(name).map(spellingOf));
    for (const option of optionsOf(name)) expect(listed.some((line) => line.includes(options[option].help))).toBe(true);
  });

  test('docs/cli.md has the tables of today', () => {
    const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
    expect(page.split('<!-- options -->')[1]?.trim()).toBe(helpMarkdown());
  });
});
