import { arithmeticProject } from '../../../test/support/arithmetic.ts';

const text = `</script></style></title><script>hit=1;alert(1)</script><img src=x onerror="hit=1;alert(1)"><svg onload=hit=1>"'&`;

/** A project whose module for reports puts hostile text wherever text may stand, so often that tables are packed. */
export function hostileProject(): Record<string, string> {
  return {
    ...arithmeticProject(),
    'stages/reports/sum.ts': `
const text = ${JSON.stringify(text)};
const columns = [{ name: text, title: text }, { name: 'value', title: text }];
const row = (value) => ({ [text]: text, value });
const part = (content) => ({ chapter: text, title: text, text: [text], content, commands: [text] });
export default () => [
  { ...part({ kind: 'tally', table: { columns, rows: [row(1)] }, label: text, figures: [{ column: 'value', note: text }] }), headline: true },
  part({ kind: 'table', table: { columns, rows: Array.from({ length: 600 }, (_, i) => row(i)) } }),
  part({
    kind: 'chart', table: { columns, rows: [row(1), row(2)] }, x: { label: text }, y: { label: text, scale: 'band' },
    marks: [{ type: 'dot', x: 'value', y: text, label: text }], colour: text,
  }),
  part({
    kind: 'diagram', table: { columns, rows: [row(1)] }, edges: [],
    nodes: [{ id: text, column: 0, row: 0, lines: [text, text], hint: text, tone: text }],
  }),
  part({
    kind: 'passages', labels: [{ title: text, language: text }], columns: [{ name: text, title: text }],
    passages: Array.from({ length: 50 }, (_, i) => ({ number: i + 1, texts: [[text, text]], figures: [i] })),
  }),
];
`,
  };
}
