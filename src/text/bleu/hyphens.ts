/**
 * Splits compounds as the test script of HAT does, and that of tensor2tensor before it: a hyphen between two other
 * characters becomes a token, `a-b` → `a ##AT##-##AT## b`. The script is one substitution in Perl, whose matches do not
 * overlap: of `a-b-c`, only the first hyphen is split.
 */
export function splitHyphens(line: string): string {
  return line.replace(/([^\t-\r ])-([^\t-\r ])/g, '$1 ##AT##-##AT## $2');
}
