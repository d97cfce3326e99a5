import { type TranslatedSet, translatedSets } from '../../src/depiction/translated-sets.ts';
import { stretchesBeside } from '../../src/depiction/word-differences.ts';
import type { Passage, ReportPart } from '../../src/report/part.ts';
import type { Reporter } from '../../src/report/reporter.ts';

/** Each sentence with its reference and what systems made of it; what the reference lacks is marked. */
const report: Reporter = ({ artifacts }) => translatedSets(artifacts).map(sentences);

export default report;

function sentences(set: TranslatedSet): ReportPart {
  const { split, systems, references, source, languages } = set;
  const [first, ...others] = systems;
  const last = others.at(-1);
  const columns = systems.flatMap(({ name, scores }) =>
    scores === undefined ? [] : [{ name, title: systems.length > 1 ? `BLEU of ${name}` : 'BLEU', digits: 1 }],
  );
  const scored = systems.flatMap(({ scores }) => (scores === undefined ? [] : [scores]));
  const gains =
    last?.scores === undefined || first.scores === undefined
      ? undefined
      : last.scores.map((score, i) => score - first.scores![i]);
  const passages = references.map((reference, i): Passage => ({
    number: i + 1,
    texts: [
      ...(source === undefined ? [] : [[source[i] ?? '']]),
      [reference],
      ...systems.map(({ hypotheses }) => stretchesBeside(hypotheses[i], reference)),
    ],
    figures: [...(gains === undefined ? [] : [gains[i]]), ...scored.map((scores) => scores[i])],
  }));
  return {
    chapter: 'Translations',
    title: `Sentences of ${split}`,
    text: [
      'Words that the reference lacks are marked. BLEU of a single sentence is smoothed as sacreBLEU does, and a rough guide only.',
      ...(gains === undefined
        ? []
        : [`Those that gained most from ${first.name} to ${last!.name} come first, those that lost most come last.`]),
    ],
    content: {
      kind: 'passages',
      labels: [
        ...(source === undefined ? [] : [{ title: 'Source', language: languages.source }]),
        { title: 'Reference', language: languages.target },
        ...systems.map(({ name }) => ({
          title: systems.length > 1 ? name : 'Translation',
          language: languages.target,
        })),
      ],
      columns: gains === undefined ? columns : [{ name: 'gain', title: 'Gain', digits: 1 }, ...columns],
      passages: gains === undefined ? passages : passages.toSorted((a, b) => gains[b.number - 1] - gains[a.number - 1]),
    },
    commands: systems.map(({ stage }) => stage.command),
  };
}
