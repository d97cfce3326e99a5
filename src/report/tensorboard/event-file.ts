import { PbfWriter } from 'pbf';
import { frameRecord } from './records.ts';

/** One thing that TensorBoard shows under a tag. */
export type TaggedValue = { tag: string } & (
  | { kind: 'scalar'; value: number }
  /** Markdown. */
  | { kind: 'text'; text: string }
  /** From, to, and how many or what share of all. */
  | { kind: 'histogram'; buckets: readonly (readonly [number, number, number])[] }
);

export interface LoggedEvent {
  /** A whole number. */
  step: number;
  /** Seconds since 1970. */
  time: number;
  value: TaggedValue;
}

/**
 * A file of events: records of the message `Event` (`tensorflow/core/util/event.proto`).
 * @param started seconds since 1970
 */
export function eventFile(events: readonly LoggedEvent[], started: number): Buffer {
  const version = messageOf((event) => {
    event.writeDoubleField(1, started);
    event.writeStringField(3, 'brain.Event:2');
  });
  const records = events.map(({ step, time, value }) =>
    messageOf((event) => {
      event.writeDoubleField(1, time);
      event.writeVarintField(2, step);
      // Its summary has one value.
      event.writeBytesField(
        5,
        messageOf((summary) =>
          summary.writeBytesField(
            1,
            messageOf((of) => writeValue(value, of)),
          ),
        ),
      );
    }),
  );
  return Buffer.concat([version, ...records].map(frameRecord));
}

function messageOf(write: (message: PbfWriter) => void): Uint8Array {
  const message = new PbfWriter();
  write(message);
  return message.finish();
}

/** Of `tensorflow/core/framework/types.proto`. */
const dataTypes = { double: 2, string: 7 };

/** `Summary.Value`; text and histograms are tensors that a plugin knows. */
function writeValue(value: TaggedValue, message: PbfWriter): void {
  message.writeStringField(1, value.tag);
  switch (value.kind) {
    case 'scalar':
      return message.writeFloatField(2, value.value);
    case 'text':
      return writeTensor(message, 'text', dataTypes.string, [1], (tensor) => tensor.writeStringField(8, value.text));
    case 'histogram':
      return writeTensor(message, 'histograms', dataTypes.double, [value.buckets.length, 3], (tensor) =>
        tensor.writePackedDouble(6, value.buckets.flat()),
      );
  }
}

function writeTensor(
  message: PbfWriter,
  plugin: string,
  type: number,
  shape: readonly number[],
  write: (tensor: PbfWriter) => void,
): void {
  const pluginData = messageOf((data) => data.writeStringField(1, plugin));
  message.writeBytesField(
    9,
    messageOf((metadata) => metadata.writeBytesField(1, pluginData)),
  );
  const dimensions = messageOf((of) => {
    for (const size of shape)
      of.writeBytesField(
        2,
        messageOf((dimension) => dimension.writeVarintField(1, size)),
      );
  });
  message.writeBytesField(
    8,
    messageOf((tensor) => {
      tensor.writeVarintField(1, type);
      tensor.writeBytesField(2, dimensions);
      write(tensor);
    }),
  );
}
