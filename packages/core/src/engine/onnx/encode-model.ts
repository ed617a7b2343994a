/**
 * The bytes of an ONNX file from a finished graph. Output shapes are left out on purpose: a wrong declared shape is
 * accepted by runtimes and believed, an absent one is inferred and checked.
 *
 * Source: onnx.proto3 of ONNX 1.16 for all field numbers.
 */
import {
  elementTypes,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxNode,
  type OnnxValue,
} from './onnx-graph.js';
import { ProtobufWriter } from './protobuf-writer.js';

/** IR version 10 belongs to ONNX 1.16, opset 21. */
const irVersion = 10;
export const opsetVersion = 21;
/** Fused operators that ONNX Runtime adds to the standard. */
export const microsoftDomain = 'com.microsoft';

export interface ModelDescription {
  readonly name: string;
  /** Free text by key, e.g. the configuration a file was made from. Default none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A ModelProto. O(bytes of the constants + nodes). */
export function encodeModel(graph: OnnxGraph, description: ModelDescription): Uint8Array {
  const size = graph.constants.reduce((sum, each) => sum + each.data.byteLength, 0);
  const model = new ProtobufWriter(size + 4096);
  model.integer(1, irVersion);
  model.text(2, 'tessera');
  model.message(7, (writer) => writeGraph(writer, graph, description.name));
  const domains = new Set(graph.nodes.map((node) => node.domain));
  model.message(8, (writer) => writeOpset(writer, '', opsetVersion));
  for (const domain of domains)
    if (domain !== '') model.message(8, (writer) => writeOpset(writer, domain, 1));
  for (const [key, value] of Object.entries(description.metadata ?? {})) {
    model.message(14, (writer) => {
      writer.text(1, key);
      writer.text(2, value);
    });
  }
  return model.bytes().slice();
}

function writeOpset(writer: ProtobufWriter, domain: string, version: number): void {
  writer.text(1, domain);
  writer.integer(2, version);
}

function writeGraph(writer: ProtobufWriter, graph: OnnxGraph, name: string): void {
  for (const node of graph.nodes) writer.message(1, (inner) => writeNode(inner, node));
  writer.text(2, name);
  for (const { name: constant, type, shape, data } of graph.constants) {
    writer.message(5, (inner) => {
      inner.packedIntegers(1, shape);
      inner.integer(2, elementTypes[type]);
      inner.text(8, constant);
      inner.raw(9, data);
    });
  }
  for (const input of graph.inputs) writer.message(11, (inner) => writeValue(inner, input, true));
  for (const output of graph.outputs) writer.message(12, (inner) => writeValue(inner, output, false));
}

function writeValue(writer: ProtobufWriter, value: OnnxValue, withShape: boolean): void {
  writer.text(1, value.name);
  writer.message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.integer(1, elementTypes[value.type]);
      if (!withShape) return;
      tensor.message(2, (shape) => {
        for (const size of value.shape) shape.message(1, (dimension) => dimension.integer(1, size));
      });
    }),
  );
}

function writeNode(writer: ProtobufWriter, node: OnnxNode): void {
  for (const input of node.inputs) writer.text(1, input);
  for (const output of node.outputs) writer.text(2, output);
  writer.text(4, node.operator);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    writer.message(5, (inner) => {
      inner.text(1, name);
      writeAttribute(inner, attribute);
    });
  }
  if (node.domain !== '') writer.text(7, node.domain);
}

/** The last field is AttributeProto.type, which says which of the others is meant. */
function writeAttribute(writer: ProtobufWriter, attribute: OnnxAttribute): void {
  if ('int' in attribute) {
    writer.integer(3, attribute.int);
    writer.integer(20, 2);
  } else if ('float' in attribute) {
    writer.float(2, attribute.float);
    writer.integer(20, 1);
  } else if ('text' in attribute) {
    writer.raw(4, new TextEncoder().encode(attribute.text));
    writer.integer(20, 3);
  } else if ('ints' in attribute) {
    for (const value of attribute.ints) writer.integer(8, value);
    writer.integer(20, 7);
  } else {
    for (const value of attribute.floats) writer.float(7, value);
    writer.integer(20, 6);
  }
}
