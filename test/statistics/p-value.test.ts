import { expect, test } from '@jest/globals';
import { formatP, ruleOfThree } from '../../src/statistics/p-value.ts';

test('if none of n trials met an event, it may still have that probability: a rarer outcome than 1 in 20 only above', () => {
  for (const trials of [100, 1000, 10_000]) {
    // (1 − p)ⁿ = 0.05 has the exact bound.
    const exact = 1 - 0.05 ** (1 / trials);
    expect(ruleOfThree(trials)).toBeGreaterThan(exact);
    expect(ruleOfThree(trials) / exact).toBeLessThan(1.02);
  }
});

test('a p-value is given as it is known', () => {
  expect(formatP(0.15)).toBe('p = 0.150');
  expect(formatP(0.00042)).toBe('p = 0.0004');
  expect(formatP(ruleOfThree(1000), true)).toBe('p < 0.003');
  expect(formatP(ruleOfThree(10_000), true)).toBe('p < 0.0003');
});
