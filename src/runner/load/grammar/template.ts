import type { Node, ScalarNode } from '../text/node.ts';
import { problem } from '../text/problem.ts';
import { suggest } from '../../suggestion.ts';
import type { Span } from '../text/source.ts';

/** What stands inside `${…}`. */
export type Expression =
  | { kind: 'params'; path: string[]; span: Span }
  | { kind: 'seed'; span: Span }
  | { kind: 'round'; span: Span }
  | { kind: 'env'; name: string; fallback: string | undefined; span: Span };

/** A string with substitutions in it, in the order of writing. */
export type Template = (string | Expression)[];

/**
 * Only variables with this prefix can be read, so that a file cannot make a result depend on any
 * other part of the environment.
 */
const ENV_PREFIX = 'SHRINKNAS_';

export function hasTemplate(node: Node): node is ScalarNode & { value: string } {
  return node.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${');
}

/** @throws Diagnostic when what stands in `${…}` is none of the known expressions. */
export function readTemplate(node: ScalarNode & { value: string }): Template {
  const text = node.value;
  const template: Template = [];
  let from = 0;
  for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', from)) {
    if (at > from) template.push(text.slice(from, at));
    const end = text.indexOf('}', at);
    if (end === -1) throw problem(node.span, '"${" is not closed', 'add the missing "}"');
    template.push(readExpression(text.slice(at + 2, end), node));
    from = end + 1;
  }
  if (from < text.length) template.push(text.slice(from));
  return template;
}

function readExpression(body: string, node: ScalarNode): Expression {
  const span = spanWithin(node, `\${${body}}`);
  if (body === 'seed' || body === 'round') return { kind: body, span };
  if (/^params(\.[\w-]+)+$/.test(body)) return { kind: 'params', path: body.split('.').slice(1), span };
  const env = /^env\.(\w+)(?::([^]*))?$/.exec(body);
  if (env) {
    if (!env[1].startsWith(ENV_PREFIX)) {
      throw problem(
        span,
        `the environment variable ${env[1]} cannot be read here`,
        `only variables that begin with ${ENV_PREFIX} can`,
      );
    }
    return { kind: 'env', name: env[1], fallback: env[2], span };
  }
  throw problem(
    span,
    `unknown substitution \${${body}}`,
    suggest(body, ['seed', 'round', 'params.<name>', `env.${ENV_PREFIX}<NAME>`], 'substitutions'),
  );
}

/** Where a piece of a string stands in the file; the whole string where escapes hide it. */
function spanWithin({ span }: ScalarNode, piece: string): Span {
  const at = span.source.text.slice(span.start, span.end).indexOf(piece);
  return at === -1 ? span : { source: span.source, start: span.start + at, end: span.start + at + piece.length };
}
