/**
 * The whole numbers between which Binomial(n, p) lies but for `tail` at either end, exactly: sums of the
 * distribution, whose terms come from each other by P(k + 1) = P(k) · (n − k)/(k + 1) · p/(1 − p), from the mode
 * outwards so that none underflows that counts.
 */
export function binomialBounds(n: number, p: number, tail = 1e-7): { least: number; most: number } {
  if (p === 0 || p === 1) return { least: n * p, most: n * p };
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const terms = new Float64Array(n + 1);
  terms[mode] = 1;
  for (let k = mode; k < n; k++) terms[k + 1] = terms[k] * ((n - k) / (k + 1)) * (p / (1 - p));
  for (let k = mode; k > 0; k--) terms[k - 1] = terms[k] * (k / (n - k + 1)) * ((1 - p) / p);
  const total = terms.reduce((a, b) => a + b);
  let least = 0;
  for (let below = 0; (below + terms[least]) / total <= tail; least++) below += terms[least];
  let most = n;
  for (let above = 0; (above + terms[most]) / total <= tail; most--) above += terms[most];
  return { least, most };
}
