import type { StageInstance } from '../../types.ts';
import { expectInteger } from '../grammar/shape.ts';
import { describe } from '../text/node.ts';
import type { Node } from '../text/node.ts';
import { problem } from '../text/problem.ts';
import type { Scope } from './scope.ts';
import type { ConnectedStage } from './stages.ts';

const seconds: Record<string, number> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** How long and how often an instance may be executed. @throws Diagnostic at a value that is no time or number */
export function limitsOf(
  { stage }: ConnectedStage,
  scope: Scope,
  round: number | undefined,
): Pick<StageInstance, 'timeout' | 'retries'> {
  const resolve = (node: Node) => scope.resolve(node, round);
  return {
    ...(stage.timeout === undefined ? {} : { timeout: expectTime(resolve(stage.timeout.value)) }),
    ...(stage.retries === undefined ? {} : { retries: expectInteger(resolve(stage.retries.value), '"retries"', 0) }),
  };
}

/** Seconds of `90`, `"90s"`, `"15m"`, `"1.5h"` or `"2d"`. */
function expectTime(node: Node): number {
  const value = node.kind === 'scalar' ? node.value : undefined;
  const [, count, unit] =
    typeof value === 'string' ? (/^(\d+(?:\.\d+)?)\s*(s|m|min|h|d)$/.exec(value.trim()) ?? []) : [];
  const time = typeof value === 'number' ? value : Number(count) * seconds[unit];
  if (time > 0 && Number.isFinite(time)) return time;
  throw problem(
    node.span,
    `"timeout" must be a time above 0, found ${describe(node)}`,
    'write seconds, or a text such as "30s", "15m", "2h" or "3d"',
  );
}
