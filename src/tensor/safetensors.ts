import { closeSync, fstatSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { ParameterSet } from './parameter-set.ts';
import { size } from './parameters.ts';

/** A file that is not the safetensors file it should be. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

/** The format allows a header of up to 100 MB; a file that claims more is not one. */
const longestHeader = 100_000_000;

/**
 * Writes float32 tensors in the safetensors format (github.com/huggingface/safetensors): 8 bytes of header
 * length, a JSON header, the data, little-endian. Python opens it with `safetensors.torch.load_file`. The
 * same tensors give the same bytes.
 */
export function writeSafetensors(file: string, tensors: ParameterSet, metadata: Record<string, string> = {}): void {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  const names = [...tensors.entries.keys()].sort();
  for (const name of names) {
    const { shape, data } = tensors.get(name);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  let text = JSON.stringify(header);
  text += ' '.repeat((8 - (Buffer.byteLength(text) % 8)) % 8);
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  const parts = names.map((name) => {
    const { data } = tensors.get(name);
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  });
  writeFileSync(file, Buffer.concat([length, bytes, ...parts]));
}

/**
 * Reads what `writeSafetensors` or another tool wrote. Throws `SafetensorsError` for anything
 * but well-formed float32 tensors.
 */
export function readSafetensors(file: string): ParameterSet {
  const fail = (why: string): never => {
    throw new SafetensorsError(`${file} is not a usable safetensors file: ${why}.`);
  };
  const bytes = readFileSync(file);
  const header = parseHeader(bytes, fail);
  const dataStart = 8 + Number(bytes.readBigUInt64LE(0));
  const dataLength = bytes.length - dataStart;
  const set = new ParameterSet();
  let expected = 0;
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__') as [
    string,
    { dtype?: unknown; shape?: unknown; data_offsets?: unknown },
  ][];
  entries.sort(
    ([, a], [, b]) => Number((a?.data_offsets as number[])?.[0]) - Number((b?.data_offsets as number[])?.[0]),
  );
  for (const [name, entry] of entries) {
    const { dtype, shape, data_offsets: offsets } = entry ?? {};
    if (dtype !== 'F32') fail(`"${name}" is ${JSON.stringify(dtype)}, and only F32 is read`);
    if (!isNaturals(shape)) return fail(`"${name}" has no proper shape`);
    if (
      !isNaturals(offsets)
      || offsets.length !== 2
      || offsets[0] !== expected
      || offsets[1] - offsets[0] !== 4 * size(shape)
      || offsets[1] > dataLength
    ) {
      return fail(`"${name}" lies outside of the file, overlaps, or does not fit its shape`);
    }
    expected = offsets[1];
    const data = new Float32Array(size(shape));
    new Uint8Array(data.buffer).set(bytes.subarray(dataStart + offsets[0], dataStart + offsets[1]));
    set.entries.set(name, { shape, data });
  }
  if (expected !== dataLength) fail(`${dataLength - expected} bytes belong to no tensor`);
  return set;
}

/** The `__metadata__` of a file, without reading its tensors. */
export function readMetadata(file: string): Record<string, string> {
  const fail = (why: string): never => {
    throw new SafetensorsError(`${file} is not a usable safetensors file: ${why}.`);
  };
  const descriptor = openSync(file, 'r');
  try {
    const start = Buffer.alloc(8);
    if (readSync(descriptor, start, 0, 8, 0) < 8) fail('it is shorter than its header');
    const length = Number(start.readBigUInt64LE(0));
    if (length > Math.min(longestHeader, fstatSync(descriptor).size - 8)) fail('its header is longer than the file');
    const bytes = Buffer.alloc(8 + length);
    readSync(descriptor, bytes, 0, bytes.length, 0);
    return (parseHeader(bytes, fail).__metadata__ ?? {}) as Record<string, string>;
  } finally {
    closeSync(descriptor);
  }
}

function parseHeader(bytes: Buffer, fail: (why: string) => never): Record<string, unknown> {
  if (bytes.length < 8) fail('it is shorter than its header');
  const length = Number(bytes.readBigUInt64LE(0));
  if (length > longestHeader || length > bytes.length - 8) fail('its header is longer than the file');
  try {
    const header: unknown = JSON.parse(bytes.toString('utf8', 8, 8 + length));
    if (header !== null && typeof header === 'object' && !Array.isArray(header))
      return header as Record<string, unknown>;
  } catch {
    // Falls through to the one message below.
  }
  return fail('its header is not a JSON object');
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
