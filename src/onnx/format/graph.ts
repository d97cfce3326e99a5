import {
  attributeTypes,
  type DataType,
  dataTypes,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './messages.ts';

/** What a node makes, by its name in the graph. */
export type Value = string;

/** Extents of a tensor; a name stands for one that is known when the graph runs. */
export type Dimensions = readonly (number | string)[];

/** A whole number, several, or a decimal one. */
type AttributeValue = number | readonly number[] | { float: number };

/** Operators of opset 17, and IR version 8 that came with it: read by ONNX Runtime since 1.12, of 2022. */
const opset = 17;
const irVersion = 8;

/** Puts an ONNX graph together, node by node. Nodes must be made before what reads them, as ONNX asks for. */
export class GraphBuilder {
  private readonly nodes: OnnxNode[] = [];
  private readonly constants = new Map<string, OnnxTensor>();
  private readonly made = new Map<string, Value[]>();
  private readonly inputs: OnnxValueInfo[] = [];
  private readonly outputs: OnnxValueInfo[] = [];

  constructor(private readonly name: string) {}

  input(name: string, type: DataType, dimensions: Dimensions): Value {
    this.inputs.push(valueInfo(name, type, dimensions));
    return name;
  }

  /** Gives a value to the outside, under a name of its own. */
  output(name: string, value: Value, type: DataType, dimensions: Dimensions): void {
    this.nodes.push({ opType: 'Identity', name: `${name}/output`, input: [value], output: [name], attribute: [] });
    this.outputs.push(valueInfo(name, type, dimensions));
  }

  /** A constant by its name; one that is there already stays. */
  constant(name: string, shape: readonly number[], data: Float32Array | Uint8Array): Value {
    const type = data instanceof Uint8Array ? 'uint8' : 'float32';
    return this.addConstant(name, type, shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  scalar(value: number): Value {
    return this.constant(`scalar ${value}`, [], Float32Array.of(value));
  }

  /** Whole numbers for operators' shapes, axes and places: a vector. */
  ints(...values: number[]): Value {
    const data = BigInt64Array.from(values, BigInt);
    return this.addConstant(`ints ${values.join(' ')}`, 'int64', [values.length], new Uint8Array(data.buffer));
  }

  /** A whole number to compute ids with. */
  int32(value: number): Value {
    return this.addConstant(`int32 ${value}`, 'int32', [], new Uint8Array(Int32Array.of(value).buffer));
  }

  /** A node with one output. */
  node(opType: string, input: readonly Value[], attributes: Record<string, AttributeValue> = {}): Value {
    return this.nodeOf(1, opType, input, attributes)[0];
  }

  /** A node with several. */
  nodeOf(
    count: number,
    opType: string,
    input: readonly Value[],
    attributes: Record<string, AttributeValue> = {},
  ): Value[] {
    const name = `${opType} ${this.nodes.length}`;
    const output = Array.from({ length: count }, (_, i) => (count === 1 ? name : `${name} ${i}`));
    const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
    this.nodes.push({ opType, name, input, output, attribute });
    return output;
  }

  /** What several nodes read, made once. */
  shared(name: string, make: () => Value[]): Value[] {
    const made = this.made.get(name) ?? make();
    this.made.set(name, made);
    return made;
  }

  add(a: Value, b: Value): Value {
    return this.node('Add', [a, b]);
  }

  mul(a: Value, b: Value): Value {
    return this.node('Mul', [a, b]);
  }

  matMul(a: Value, b: Value): Value {
    return this.node('MatMul', [a, b]);
  }

  /** Extents of 0 stay as they are, one of −1 follows from the others. */
  reshape(x: Value, ...extents: number[]): Value {
    return this.node('Reshape', [x, this.ints(...extents)]);
  }

  /** With extents that are known when the graph runs: vectors of whole numbers, put together. */
  reshapeTo(x: Value, extents: readonly Value[]): Value {
    return this.node('Reshape', [x, this.concat(extents, 0)]);
  }

  transpose(x: Value, ...perm: number[]): Value {
    return this.node('Transpose', [x], { perm });
  }

  concat(parts: readonly Value[], axis: number): Value {
    return parts.length === 1 ? parts[0] : this.node('Concat', parts, { axis });
  }

  /** Rows of `x` by their places along the first axis. */
  rows(x: Value, places: Value): Value {
    return this.node('Gather', [x, places], { axis: 0 });
  }

  /** From `start` to `end` along an axis; both are vectors of one whole number. */
  slice(x: Value, start: Value, end: Value, axis: number): Value {
    return this.node('Slice', [x, start, end, this.ints(axis)]);
  }

  /** An extent of `x`, as a vector of one whole number. */
  extent(x: Value, axis: number): Value {
    return this.node('Shape', [x], { start: axis, end: axis + 1 });
  }

  /** Over the last axis. */
  softmax(x: Value): Value {
    return this.node('Softmax', [x], { axis: -1 });
  }

  cast(x: Value, type: DataType): Value {
    return this.node('Cast', [x], { to: dataTypes[type] });
  }

  /** The whole model, with a sentence about it. */
  model(about: string): OnnxModel {
    return {
      irVersion,
      opsetImport: [{ domain: '', version: opset }],
      producerName: 'shrinknas',
      docString: about,
      graph: {
        name: this.name,
        node: this.nodes,
        initializer: [...this.constants.values()],
        input: this.inputs,
        output: this.outputs,
      },
    };
  }

  private addConstant(name: string, type: DataType, shape: readonly number[], rawData: Uint8Array): Value {
    if (!this.constants.has(name)) this.constants.set(name, { name, dims: shape, dataType: dataTypes[type], rawData });
    return name;
  }
}

function valueInfo(name: string, type: DataType, dimensions: Dimensions): OnnxValueInfo {
  const dim = dimensions.map((extent) => (typeof extent === 'number' ? { dimValue: extent } : { dimParam: extent }));
  return { name, type: { tensorType: { elemType: dataTypes[type], shape: { dim } } } };
}

function attributeOf(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === 'number') return { name, type: attributeTypes.int, i: value };
  if ('float' in value) return { name, type: attributeTypes.float, f: value.float };
  return { name, type: attributeTypes.ints, ints: value };
}
