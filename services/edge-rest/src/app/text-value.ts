import { type DescField, fromJson, type JsonValue, type Message, type ScalarType } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { isWrapper } from "@staymesh/contract";
import { decodeBase64, INTEGER_RANGES, isFloat, scalarName } from "./scalar.ts";
import { durationProblem, instantProblem, maskProblem } from "./well-known.ts";

/** A value that does not fit its field. */
export class ValueProblem extends Error {
  override readonly name = "ValueProblem";
  readonly rule: string;

  constructor(rule: string, description: string) {
    super(description);
    this.rule = rule;
  }
}

/** Reads one path segment or query parameter into the form that reflection sets; throws a ValueProblem. */
export type TextReader = (text: string) => TextValue;

export type TextValue = string | number | bigint | boolean | Uint8Array | ReflectMessage;

/** The reader of a scalar, an enum, a message that is one scalar in JSON, or of one item of a list of these. */
export function textReader(field: DescField): TextReader {
  if (field.enum !== undefined) return enumReader(field);
  if (field.message !== undefined) return messageReader(field);
  return scalarReader(field.scalar);
}

function scalarReader(scalar: ScalarType): TextReader {
  const range = INTEGER_RANGES.get(scalar);
  if (range !== undefined) return integerReader(range);
  switch (scalarName(scalar)) {
    case "string":
      return (text) => text;
    case "bool":
      return readBool;
    case "bytes":
      return readBytes;
    default:
      return (text) => readFloat(text, scalarName(scalar) === "float");
  }
}

function integerReader({ min, max, long }: { min: bigint; max: bigint; long: boolean }): TextReader {
  return (text) => {
    if (!/^-?\d{1,20}$/.test(text)) throw new ValueProblem("value.integer", "must be a whole number in decimal digits");
    const value = BigInt(text);
    if (value < min || value > max) throw new ValueProblem("value.range", `must lie between ${min} and ${max}`);
    return long ? value : Number(value);
  };
}

function readBool(text: string): boolean {
  if (text !== "true" && text !== "false") throw new ValueProblem("value.bool", "must be true or false");
  return text === "true";
}

function readBytes(text: string): Uint8Array {
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw new ValueProblem("value.base64", "must be base64");
  return bytes;
}

function readFloat(text: string, single: boolean): number {
  const number =
    text === "NaN" || /^-?(Infinity|(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(text) ? Number(text) : undefined;
  if (number === undefined) throw new ValueProblem("value.number", "must be a number");
  if (!text.includes("I") && text !== "NaN" && !isFloat(number, single)) {
    throw new ValueProblem("value.range", "is too large for the field");
  }
  return number;
}

function enumReader(field: DescField & { readonly enum: NonNullable<DescField["enum"]> }): TextReader {
  const { values } = field.enum;
  const numbers = new Map<string, number>();
  for (const { name, number } of values) {
    numbers.set(name, number);
    numbers.set(String(number), number);
  }
  const names = values.map(({ name }) => name).join(", ");
  return (text) => {
    const number = numbers.get(text);
    if (number === undefined) throw new ValueProblem("value.enum", `must be one of ${names}`);
    return number;
  };
}

function messageReader(field: DescField & { readonly message: NonNullable<DescField["message"]> }): TextReader {
  const desc = field.message;
  const wrap = (json: JsonValue): ReflectMessage => reflect(desc, fromJson(desc, json) as Message);
  if (isWrapper(desc)) {
    const inner = textReader(innerField(desc));
    const valueField = innerField(desc);
    return (text) => {
      const message = reflect(desc);
      message.set(valueField, inner(text));
      return message;
    };
  }
  const { rule, problemOf } = formOf(desc.typeName);
  return (text) => {
    const problem = problemOf(text);
    if (problem !== undefined) throw new ValueProblem(rule, problem);
    return guarded(() => wrap(text));
  };
}

function formOf(typeName: string): { readonly rule: string; readonly problemOf: (text: string) => string | undefined } {
  switch (typeName) {
    case "google.protobuf.Timestamp":
      return { rule: "value.time", problemOf: instantProblem };
    case "google.protobuf.Duration":
      return { rule: "value.duration", problemOf: durationProblem };
    default:
      return { rule: "value.field_mask", problemOf: maskProblem };
  }
}

function innerField(desc: NonNullable<DescField["message"]>): DescField {
  const [field] = desc.fields;
  if (field === undefined) throw new Error(`${desc} has no field`);
  return field;
}

function guarded(read: () => ReflectMessage): ReflectMessage {
  try {
    return read();
  } catch {
    throw new ValueProblem("value.malformed", "is not of the form that the field wants");
  }
}
