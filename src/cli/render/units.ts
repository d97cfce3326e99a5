/** `850 ms`, `12.3 s`, `4m 10s`, `1h 12m`, `2d 3h`: two figures are enough to plan one's day by. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${whole % 60}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** `31k`, `850`, `8.5`, `0.042`: three significant digits, with k, M and G. */
export function formatCompact(value: number): string {
  const magnitude = Math.abs(value);
  for (const [unit, size, from] of [
    ['G', 1e9, 1e9],
    ['M', 1e6, 1e6],
    ['k', 1e3, 1e4],
  ] as const) {
    // A little below, because 999,960 is 1M and not 1000k when rounded.
    if (magnitude >= from * 0.9995) return `${threeDigits(value / size)}${unit}`;
  }
  return Number.isInteger(value) ? String(value) : threeDigits(value);
}

/** `12,345` */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1,234 B`, `1.2 MB`: powers of ten, as disks and `ls --si` count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `3 stages`, `1 stage` */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function threeDigits(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  const text = value.toPrecision(3);
  return text.includes('e') ? text : text.replace(/\.?0+$/, '');
}
