import type { FieldShape, Shapes } from "./plan.ts";

/** An answer as the types tell it: 64-bit integers are bigint, and an enum value that is newer than this package is a string. */
export function readAnswer(shapes: Shapes, type: string, value: unknown): unknown {
  const shape = shapes[type];
  if (shape === undefined || !isObject(value)) return value;
  const read: Record<string, unknown> = { ...value };
  for (const [name, field] of Object.entries(shape)) {
    if (name in read) read[name] = readField(shapes, field, read[name]);
  }
  return read;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readField(shapes: Shapes, field: FieldShape, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => readOne(shapes, field.of, one));
  if (field.map === true && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, readOne(shapes, field.of, one)]));
  }
  return readOne(shapes, field.of, value);
}

function readOne(shapes: Shapes, of: string, value: unknown): unknown {
  if (of === "int") return typeof value === "string" || typeof value === "number" ? BigInt(value) : value;
  if (of === "word") return typeof value === "number" ? String(value) : value;
  if (of === "any") {
    const type = isObject(value) ? value["@type"] : undefined;
    return typeof type === "string" ? readAnswer(shapes, type.slice(type.lastIndexOf("/") + 1), value) : value;
  }
  return readAnswer(shapes, of, value);
}
