const units: Record<string, number> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** Bytes of `4e9`, `"4GB"` or `"4 GiB"`; undefined for anything else. */
export function parseMemory(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?I?B)?$/i.exec(value.trim());
  const unit = match && units[(match[2] ?? '').toUpperCase()];
  return match && unit ? Math.round(Number(match[1]) * unit) : undefined;
}
