import { parse as parseMomoa, tokenize } from '@humanwhocodes/momoa';
import type { ObjectNode as MomoaObject, ValueNode } from '@humanwhocodes/momoa';
import JSON5 from 'json5';
import type { Json } from '../../stage.ts';
import type { Member, Node } from './node.ts';
import { problem } from './problem.ts';
import { Source } from './source.ts';
import type { Span } from './source.ts';

/** Deeper nesting is no pipeline but an attack on the stack. */
const DEEPEST = 200;

/**
 * Parses JSON5 into a tree with positions.
 * @throws Diagnostic at the first thing that is not JSON5, or at a key that stands twice in one object.
 */
export function parse(source: Source): Node {
  let body: ValueNode;
  try {
    body = parseMomoa(source.text, { mode: 'json5', ranges: true }).body;
  } catch (error) {
    throw syntaxProblem(source, error);
  }
  return convert(body, source, 0);
}

/** A value of the command line: JSON5 where it is some, else the text itself. */
export function parseLoose(text: string): Json {
  try {
    return JSON5.parse<Json>(text);
  } catch {
    return text;
  }
}

function convert(node: ValueNode, source: Source, depth: number): Node {
  const span = spanOf(node, source);
  if (depth > DEEPEST) throw tooDeep(span);
  switch (node.type) {
    case 'Object':
      return { kind: 'object', members: convertMembers(node, source, depth), span };
    case 'Array':
      return { kind: 'array', items: node.elements.map((element) => convert(element.value, source, depth + 1)), span };
    case 'Null':
      return { kind: 'scalar', value: null, span };
    case 'NaN':
    case 'Infinity':
      throw problem(
        span,
        `${source.text.slice(span.start, span.end)} cannot be stored as JSON`,
        'write a finite number',
      );
    case 'String':
      // The parser lets a bare line break pass in a string, which JSON5 forbids: most often it is a forgotten quote.
      if (hasBareLineBreak(source.text.slice(span.start, span.end))) {
        throw problem(
          { ...span, end: span.start + 1 },
          'this string does not end on its line',
          'close it with a quote, or write a line break as \\n',
        );
      }
      // No file, language or parameter has one, and the system cuts names off there.
      if (node.value.includes('\0')) throw problem(span, 'this text holds the character U+0000', 'remove it');
      return { kind: 'scalar', value: node.value, span };
    case 'Number':
      if (!Number.isFinite(node.value)) throw problem(span, 'this number is too large', 'write a number below 1.8e308');
      return { kind: 'scalar', value: node.value, span };
    case 'Boolean':
      return { kind: 'scalar', value: node.value, span };
  }
}

function convertMembers(node: MomoaObject, source: Source, depth: number): Map<string, Member> {
  const members = new Map<string, Member>();
  for (const member of node.members) {
    const name = member.name.type === 'String' ? member.name.value : member.name.name;
    const key = spanOf(member.name, source);
    const earlier = members.get(name);
    if (earlier) {
      const { line, column } = source.locate(earlier.key.start, earlier.key.end);
      throw problem(
        key,
        `the key "${name}" stands twice in this object`,
        `the first is on line ${line}, column ${column}: remove one of them`,
      );
    }
    members.set(name, { key, value: convert(member.value, source, depth + 1) });
  }
  return members;
}

function spanOf(node: { range?: readonly number[] }, source: Source): Span {
  const [start, end] = node.range!;
  return { source, start, end };
}

function hasBareLineBreak(literal: string): boolean {
  return /[\n\r]/.test(literal) && /[\n\r]/.test(literal.replace(/\\(\r\n|[^])/g, ''));
}

function tooDeep(span: Span): Error {
  return problem(span, `nested more than ${DEEPEST} levels deep`, 'flatten the value');
}

function syntaxProblem(source: Source, cause: unknown): Error {
  const { text } = source;
  const hint = 'a pipeline file is JSON with comments and trailing commas allowed';
  if (text.trim() === '') return problem({ source, start: 0, end: 0 }, 'the file is empty', hint, cause);
  // the parser ran out of stack
  if ((cause as Error).name === 'RangeError') return tooDeep({ source, start: 0, end: 1 });
  const offset = (cause as { offset?: number }).offset ?? 0;
  // The reference parser knows better than ours when it is the end of the file that comes too soon.
  if (/invalid end of input/.test(referenceMessage(text))) {
    const open = unclosed(source);
    if (open)
      return problem(
        open,
        `this ${text[open.start]} is never closed`,
        `add the missing ${text[open.start] === '{' ? '}' : ']'}`,
        cause,
      );
    const end = text.trimEnd().length;
    return problem({ source, start: end, end }, 'the file ends in the middle of a value', hint, cause);
  }
  const word = /^("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\w$.+-]+|[^])/.exec(text.slice(offset))?.[0] ?? '';
  const shown = word.startsWith('"') || word.startsWith("'") ? word : `"${word}"`;
  const reserved = /^(true|false|null|NaN|Infinity)$/.test(word) && /^\s*:/.test(text.slice(offset + word.length));
  return problem(
    { source, start: offset, end: offset + word.length },
    `not JSON5: unexpected ${shown}`,
    reserved ? `put the key in quotes: "${word}"` : (neighbourHint(text, offset) ?? hint),
    cause,
  );
}

function referenceMessage(text: string): string {
  try {
    JSON5.parse(text);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

/** The innermost bracket that is still open at the end of the text. */
function unclosed(source: Source): Span | undefined {
  const open: Span[] = [];
  try {
    for (const token of tokenize(source.text, { mode: 'json5', ranges: true })) {
      if (token.type === 'LBrace' || token.type === 'LBracket') open.push(spanOf(token, source));
      else if (token.type === 'RBrace' || token.type === 'RBracket') open.pop();
    }
  } catch {
    // A string or comment that never ends: then that, not a bracket, is what is open.
    return undefined;
  }
  return open.at(-1);
}

/** What usually is wrong when a value or a key follows directly on another value. */
function neighbourHint(text: string, offset: number): string | undefined {
  const before = text
    .slice(0, offset)
    .replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, '')
    .trimEnd()
    .at(-1);
  const here = text[offset];
  if (here === ':' || here === ',') return `remove this "${here}" or write a value before it`;
  if (before === undefined || !/["'\w]/.test(here)) return undefined;
  return /["'\]}\w]/.test(before) ? 'is a comma or a colon missing before it?' : undefined;
}
