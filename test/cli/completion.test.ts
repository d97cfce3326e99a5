import { describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { completionFor } from '../../src/cli/completion.ts';
import { commands, type CommandName, optionsOf } from '../../src/cli/options.ts';

/** What bash offers for the last of these words, in a folder with a pipeline, another file and a folder. */
function offered(...words: string[]): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'completion-'));
  try {
    writeFileSync(path.join(folder, 'small.json5'), '');
    writeFileSync(path.join(folder, 'notes.txt'), '');
    mkdirSync(path.join(folder, 'pipelines'));
    const script = [
      completionFor('bash'),
      `COMP_WORDS=(shrinknas ${words.map((word) => `'${word}'`).join(' ')})`,
      `COMP_CWORD=${words.length}`,
      '_shrinknas',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n');
    return execFileSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' }).split('\n').filter(Boolean);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('completion in bash', () => {
  test('offers commands, pipeline files and folders first', () => {
    expect(offered('')).toEqual(
      expect.arrayContaining(['run', 'verify', 'completion', 'help', 'small.json5', 'pipelines/']),
    );
    expect(offered('')).not.toContain('notes.txt');
    expect(offered('ver')).toEqual(['verify']);
  });

  test.each(Object.keys(commands) as CommandName[])('offers the options of %s, and no others', (command) => {
    const long = offered(command, '--');
    expect(long.sort()).toEqual(
      optionsOf(command)
        .map((name) => `--${name}`)
        .sort(),
    );
  });

  test('takes a pipeline file as a run', () => {
    expect(offered('small.json5', '--jo')).toEqual(['--jobs']);
  });

  test('offers what a value may be', () => {
    expect(offered('run', 'small.json5', '--engine', '')).toEqual(['tensorflow', 'native', 'wasm', 'cpu']);
    expect(offered('graph', '--format', 'm')).toEqual(['mermaid']);
    expect(offered('run', '--store', '')).toEqual(['pipelines']);
    expect(offered('run', '--jobs', '')).toEqual([]);
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });
});

test.each(['zsh', 'fish'] as const)('the script for %s is one, where that shell is there to say so', (shell) => {
  const script = completionFor(shell);
  expect(script).toContain('lock-timeout');
  const { error, status } = spawnSync(shell, ['-n'], { input: script });
  if (error === undefined) expect(status).toBe(0);
});
