// The messages of grpc.reflection, read and written by their field numbers: the protocol is small and frozen, and v1 and v1alpha
// are the same bytes.
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

export type ReflectionRequest = { readonly host: string } & ReflectionQuestion;

type ReflectionQuestion =
  | { readonly kind: "file_by_filename"; readonly name: string }
  | { readonly kind: "file_containing_symbol"; readonly name: string }
  | { readonly kind: "file_containing_extension"; readonly name: string; readonly number: number }
  | { readonly kind: "all_extension_numbers_of_type"; readonly name: string }
  | { readonly kind: "list_services" }
  | { readonly kind: "none" };

export type ReflectionAnswer =
  | { readonly kind: "files"; readonly files: readonly Uint8Array[] }
  | { readonly kind: "extensions"; readonly typeName: string; readonly numbers: readonly number[] }
  | { readonly kind: "services"; readonly names: readonly string[] }
  | { readonly kind: "error"; readonly code: number; readonly message: string };

export const decodeReflectionRequest = (bytes: Uint8Array): ReflectionRequest => {
  let host = "";
  let question: ReflectionQuestion = { kind: "none" };
  forEachField(bytes, (number, reader) => {
    switch (number) {
      case 1:
        host = reader.string();
        return true;
      case 3:
        question = { kind: "file_by_filename", name: reader.string() };
        return true;
      case 4:
        question = { kind: "file_containing_symbol", name: reader.string() };
        return true;
      case 5:
        question = { kind: "file_containing_extension", ...decodeExtensionRequest(reader.bytes()) };
        return true;
      case 6:
        question = { kind: "all_extension_numbers_of_type", name: reader.string() };
        return true;
      case 7:
        reader.string();
        question = { kind: "list_services" };
        return true;
      default:
        return false;
    }
  });
  return { host, ...(question as ReflectionQuestion) };
};

const decodeExtensionRequest = (bytes: Uint8Array): { readonly name: string; readonly number: number } => {
  let name = "";
  let extension = 0;
  forEachField(bytes, (number, reader) => {
    switch (number) {
      case 1:
        name = reader.string();
        return true;
      case 2:
        extension = reader.int32();
        return true;
      default:
        return false;
    }
  });
  return { name, number: extension };
};

const forEachField = (bytes: Uint8Array, read: (number: number, reader: BinaryReader) => boolean): void => {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (!read(number, reader)) {
      reader.skip(wireType, number);
    }
  }
};

export const encodeReflectionResponse = (request: Uint8Array, host: string, answer: ReflectionAnswer): Uint8Array => {
  const writer = new BinaryWriter();
  text(writer, 1, host);
  writer.tag(2, WireType.LengthDelimited).bytes(request);
  switch (answer.kind) {
    case "files":
      writer.tag(4, WireType.LengthDelimited).fork();
      for (const file of answer.files) {
        writer.tag(1, WireType.LengthDelimited).bytes(file);
      }
      break;
    case "extensions":
      writer.tag(5, WireType.LengthDelimited).fork();
      text(writer, 1, answer.typeName);
      for (const number of answer.numbers) {
        writer.tag(2, WireType.Varint).int32(number);
      }
      break;
    case "services":
      writer.tag(6, WireType.LengthDelimited).fork();
      for (const name of answer.names) {
        text(writer.tag(1, WireType.LengthDelimited).fork(), 1, name).join();
      }
      break;
    case "error":
      writer.tag(7, WireType.LengthDelimited).fork().tag(1, WireType.Varint).int32(answer.code);
      text(writer, 2, answer.message);
      break;
  }
  return writer.join().finish();
};

const text = (writer: BinaryWriter, number: number, value: string): BinaryWriter =>
  value === "" ? writer : writer.tag(number, WireType.LengthDelimited).string(value);
