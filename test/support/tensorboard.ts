import { PbfReader } from 'pbf';
import { crc32c } from '../../src/report/tensorboard/records.ts';
import type { LoggedEvent, TaggedValue } from '../../src/report/tensorboard/event-file.ts';

/** A file of events, every record by its checks. */
export function readEvents(file: Buffer): { version: { time: number; text: string }; events: LoggedEvent[] } {
  const [first, ...rest] = recordsOf(file).map(fieldsOf);
  return {
    version: { time: first.doubles[1], text: first.texts[3] },
    events: rest.map((event) => ({
      step: event.varints[2],
      time: event.doubles[1],
      value: valueOf(fieldsOf(fieldsOf(event.bytes[5]).bytes[1])),
    })),
  };
}

function recordsOf(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    check(file.subarray(at, at + 8), file.readUInt32LE(at + 8));
    records.push(file.subarray(at + 12, at + 12 + length));
    check(records.at(-1)!, file.readUInt32LE(at + 12 + length));
    at += 16 + length;
  }
  return records;
}

/** Undoes the mask, as `tensorflow/core/lib/hash/crc32c.h` does. */
function check(bytes: Buffer, masked: number): void {
  const rotated = (masked - 0xa282ead8) >>> 0;
  if (((rotated >>> 17) | (rotated << 15)) >>> 0 !== crc32c(bytes)) throw new Error('A record has another check.');
}

interface Fields {
  varints: Record<number, number>;
  doubles: Record<number, number>;
  floats: Record<number, number>;
  bytes: Record<number, Buffer>;
  texts: Record<number, string>;
}

/** By number; of each the last. */
function fieldsOf(message: Uint8Array): Fields {
  const fields: Fields = { varints: {}, doubles: {}, floats: {}, bytes: {}, texts: {} };
  new PbfReader(message).readFields((number, _, reader) => {
    switch (reader!.type) {
      case 0:
        fields.varints[number] = reader!.readVarint();
        break;
      case 1:
        fields.doubles[number] = reader!.readDouble();
        break;
      case 5:
        fields.floats[number] = reader!.readFloat();
        break;
      default:
        fields.bytes[number] = Buffer.from(reader!.readBytes());
        fields.texts[number] = fields.bytes[number].toString();
    }
  }, undefined);
  return fields;
}

function valueOf({ texts: { 1: tag }, floats, bytes }: Fields): TaggedValue {
  if (2 in floats) return { kind: 'scalar', tag, value: floats[2] };
  const plugin = fieldsOf(fieldsOf(bytes[9]).bytes[1]).texts[1];
  const tensor = fieldsOf(bytes[8]);
  if (plugin === 'text') return { kind: 'text', tag, text: tensor.texts[8] };
  const values = Array.from({ length: tensor.bytes[6].length / 8 }, (_, i) => tensor.bytes[6].readDoubleLE(8 * i));
  const buckets = Array.from(
    { length: values.length / 3 },
    (_, i) => values.slice(3 * i, 3 * i + 3) as [number, number, number],
  );
  return { kind: 'histogram', tag, buckets };
}
