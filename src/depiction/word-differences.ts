/**
 * A text in stretches by whether another one has them too: the first is in both, the second in this one alone, and so on in turn. By
 * a longest common subsequence of words (Wagner and Fischer 1974), case set aside.
 */
export function stretchesBeside(text: string, other: string): string[] {
  const words = text.split(/(?<=\s)(?=\S)/).filter((word) => word !== '');
  const others = other
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(normal);
  const own = words.map(normal);
  const common = commonWords(own, others);
  const stretches: string[] = [''];
  words.forEach((word, i) => {
    const isMarked = stretches.length % 2 === 0;
    if (common[i] === isMarked) stretches.push('');
    stretches[stretches.length - 1] += word;
  });
  return stretches;
}

function normal(word: string): string {
  return word.trim().toLowerCase();
}

/** For each word of the first text, whether it is part of the longest common subsequence. */
function commonWords(first: readonly string[], second: readonly string[]): boolean[] {
  const columns = second.length + 1;
  const lengths = new Uint32Array((first.length + 1) * columns);
  for (let i = first.length - 1; i >= 0; i--) {
    for (let j = second.length - 1; j >= 0; j--) {
      lengths[i * columns + j] =
        first[i] === second[j]
          ? lengths[(i + 1) * columns + j + 1] + 1
          : Math.max(lengths[(i + 1) * columns + j], lengths[i * columns + j + 1]);
    }
  }
  const common = first.map(() => false);
  for (let i = 0, j = 0; i < first.length && j < second.length;) {
    if (first[i] === second[j]) {
      common[i++] = true;
      j++;
    } else if (lengths[(i + 1) * columns + j] >= lengths[i * columns + j + 1]) i++;
    else j++;
  }
  return common;
}
