import path from 'node:path';
import { ExitCode } from '../../runner/diagnostic.ts';
import { loadPipeline } from '../../runner/load/pipeline.ts';
import { readMerged } from '../../runner/load/grammar/read.ts';
import type { Command } from '../command.ts';
import { findUnused } from '../unused.ts';

export const command: Command = ({ positionals: [word], options, console }) => {
  const file = path.resolve(console.folder, word);
  const findings = findUnused(readMerged(file), loadPipeline(file));
  if (options.json) console.out(`${JSON.stringify(findings, undefined, 2)}\n`);
  for (const { location, message } of options.json ? [] : findings) {
    const place = `${path.relative(console.folder, location.file)}:${location.line}:${location.column}`;
    console.out(`${console.paintOut('bold', place)}: ${console.paintOut('yellow', 'warning')}: ${message}\n`);
  }
  return findings.length === 0 ? ExitCode.ok : ExitCode.failed;
};
