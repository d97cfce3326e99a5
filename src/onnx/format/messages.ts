import { PbfWriter } from 'pbf';

/** Types of elements, by the numbers of `TensorProto.DataType`. */
export const dataTypes = { float32: 1, uint8: 2, int32: 6, int64: 7 } as const;
export type DataType = keyof typeof dataTypes;

/** The kinds of attributes that are written here, by the numbers of `AttributeProto.AttributeType`. */
export const attributeTypes = { float: 1, int: 2, ints: 7 } as const;

export interface OnnxTensor {
  name: string;
  dims: readonly number[];
  dataType: number;
  /** Little-endian. */
  rawData: Uint8Array;
}

export interface OnnxAttribute {
  name: string;
  type: number;
  f?: number;
  i?: number;
  ints?: readonly number[];
}

export interface OnnxNode {
  opType: string;
  name: string;
  input: readonly string[];
  output: readonly string[];
  attribute: readonly OnnxAttribute[];
}

export interface OnnxValueInfo {
  name: string;
  type: { tensorType: { elemType: number; shape: { dim: readonly ({ dimValue: number } | { dimParam: string })[] } } };
}

export interface OnnxModel {
  irVersion: number;
  opsetImport: readonly { domain: string; version: number }[];
  producerName: string;
  docString?: string;
  graph: {
    name: string;
    node: readonly OnnxNode[];
    initializer: readonly OnnxTensor[];
    input: readonly OnnxValueInfo[];
    output: readonly OnnxValueInfo[];
  };
}

/** A field of a message: its type and its number in onnx.proto. */
type Field = [type: string, id: number, repeated?: 'repeated'];

/** The part of onnx.proto (github.com/onnx/onnx, IR version 8) that is written, with its names in camel case. */
const messages: Record<string, Record<string, Field>> = {
  ModelProto: {
    irVersion: ['int64', 1],
    producerName: ['string', 2],
    docString: ['string', 6],
    graph: ['GraphProto', 7],
    opsetImport: ['OperatorSetIdProto', 8, 'repeated'],
  },
  OperatorSetIdProto: { domain: ['string', 1], version: ['int64', 2] },
  GraphProto: {
    node: ['NodeProto', 1, 'repeated'],
    name: ['string', 2],
    initializer: ['TensorProto', 5, 'repeated'],
    input: ['ValueInfoProto', 11, 'repeated'],
    output: ['ValueInfoProto', 12, 'repeated'],
  },
  NodeProto: {
    input: ['string', 1, 'repeated'],
    output: ['string', 2, 'repeated'],
    name: ['string', 3],
    opType: ['string', 4],
    attribute: ['AttributeProto', 5, 'repeated'],
  },
  AttributeProto: {
    name: ['string', 1],
    f: ['float', 2],
    i: ['int64', 3],
    ints: ['int64', 8, 'repeated'],
    type: ['int32', 20],
  },
  TensorProto: {
    dims: ['int64', 1, 'repeated'],
    dataType: ['int32', 2],
    name: ['string', 8],
    rawData: ['bytes', 9],
  },
  ValueInfoProto: { name: ['string', 1], type: ['TypeProto', 2] },
  TypeProto: { tensorType: ['TensorTypeProto', 1] },
  TensorTypeProto: { elemType: ['int32', 1], shape: ['TensorShapeProto', 2] },
  TensorShapeProto: { dim: ['DimensionProto', 1, 'repeated'] },
  DimensionProto: { dimValue: ['int64', 1], dimParam: ['string', 2] },
};

/** The bytes of a `.onnx` file; the same model gives the same bytes. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const file = new PbfWriter();
  writeFields('ModelProto', model, file);
  return file.finish();
}

function writeFields(message: string, values: object, writer: PbfWriter): void {
  for (const [name, [type, id, repeated]] of Object.entries(messages[message])) {
    const value = (values as Record<string, unknown>)[name];
    if (value === undefined) continue;
    for (const one of repeated ? (value as readonly unknown[]) : [value]) writeField(type, id, one, writer);
  }
}

function writeField(type: string, id: number, value: unknown, writer: PbfWriter): void {
  switch (type) {
    case 'string':
      return writer.writeStringField(id, value as string);
    case 'bytes':
      return writer.writeBytesField(id, value as Uint8Array);
    case 'float':
      return writer.writeFloatField(id, value as number);
    case 'int32':
    case 'int64':
      return writer.writeVarintField(id, value as number);
    default:
      return writer.writeMessage(id, (fields: object, inner) => writeFields(type, fields, inner), value as object);
  }
}
