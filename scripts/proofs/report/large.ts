import path from 'node:path';
import type { Passages } from '../../../src/report/part.ts';
import { renderPage } from '../../../src/report/page/page.ts';
import { packageRoot } from '../../../src/runner/package-root.ts';
import { provenanceParts } from '../../../src/runner/report/provenance.ts';
import type { RunRecord, RunStage } from '../../../src/runner/records.ts';

/** A page about a run of 200 stages with 20,000 sentences. */
export function largePage(): string {
  const passages: Passages = {
    kind: 'passages',
    labels: [
      { title: 'Source', language: 'de' },
      { title: 'Translation', language: 'en' },
    ],
    columns: [{ name: 'bleu', title: 'BLEU', digits: 1 }],
    passages: Array.from({ length: 20_000 }, (_, i) => ({
      number: i + 1,
      texts: [[`ein Satz mit der Nummer ${i}`], ['', `sentence ${i} of many`, ' with some words']],
      figures: [(i * 7919) % 101],
    })),
  };
  const sentences = { chapter: 'Translations', title: 'Sentences', content: passages, commands: [] };
  return renderPage(
    { title: 'large', subtitle: '', parts: [sentences, ...provenanceParts([largeRun()])], warnings: [] },
    { name: 'large', assets: path.join(packageRoot, 'src/report/page') },
  ).html;
}

function largeRun(): RunRecord {
  const time = (second: number) => new Date(Date.UTC(2026, 0, 1) + 1000 * second).toISOString();
  const digest = (i: number) => i.toString(16).padStart(64, '0');
  const stages = Array.from({ length: 200 }, (_, i): RunStage => ({
    id: `stage-${i}`,
    stage: `stage-${i}`,
    type: 'made',
    outcome: 'ran',
    key: digest(1000 + i) as RunStage['key'],
    fields: { params: { factor: i, words: ['a', 'b'] }, inputs: i === 0 ? {} : { made: digest(i - 1) } } as never,
    outputs: { made: { artifact: 'made', digest: digest(i) as never, bytes: i } },
    codeFiles: {},
    seconds: 2,
    attempts: [{ outcome: 'ran', started: time(2 * i), seconds: 2, cpuSeconds: 1, peakMemoryBytes: 1e8 }],
  }));
  return {
    id: 'large-20260101-000000-0000',
    pipeline: 'large',
    file: 'large.json5',
    seed: 1,
    params: {},
    overrides: [],
    started: time(0),
    finished: time(400),
    status: 'succeeded',
    git: null,
    versions: { shrinknas: '0', node: '20' },
    host: { name: 'host', platform: 'linux', cpu: 'cpu', cores: 2 },
    stages,
  };
}
