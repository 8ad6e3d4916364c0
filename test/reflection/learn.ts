// What a client builds from the files that reflection gives it.
import {
  type AnyDesc,
  create,
  createFileRegistry,
  type DescExtension,
  type FileRegistry,
  getOption,
  hasOption,
  type JsonValue,
  type Message,
  toJson,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Asking } from "./ask.ts";

/** Everything that can be reached from the services: their files, and the files of whatever extends descriptors. */
export async function learn(asking: Asking): Promise<FileRegistry> {
  const known = new Map<string, FileDescriptorProto>();
  const keep = (files: readonly FileDescriptorProto[]) => {
    for (const file of files) known.set(file.name, file);
  };
  for (const service of await asking.services()) keep(await asking.files({ symbol: service }));
  for (const kind of ["File", "Message", "Field", "Oneof", "Enum", "EnumValue", "Service", "Method"]) {
    const typeName = `google.protobuf.${kind}Options`;
    for (const number of await asking.numbers(typeName)) keep(await asking.files({ extends: typeName, number }));
  }
  for (const open = [...known.values()]; open.length > 0; ) {
    for (const name of open.pop()?.dependency ?? []) {
      if (known.has(name)) continue;
      const [file] = await asking.files({ file: name });
      if (file === undefined) throw new Error(`${name} is imported and cannot be had.`);
      known.set(name, file);
      open.push(file);
    }
  }
  return registryOf([...known.values()]);
}

/** A registry wants every file behind those that it imports. */
export function registryOf(files: readonly FileDescriptorProto[]): FileRegistry {
  const sorted = new Set<FileDescriptorProto>();
  const add = (file: FileDescriptorProto): void => {
    for (const name of file.dependency) for (const imported of files) if (imported.name === name) add(imported);
    sorted.add(file);
  };
  for (const file of files) add(file);
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [...sorted] }));
}

type Described = Exclude<AnyDesc, { readonly kind: "file" }>;

/** Every element of a registry that options can stand at, by a name of its own. */
function* elements(registry: FileRegistry): Generator<readonly [string, Described]> {
  for (const type of registry) {
    yield [type.toString(), type];
    if (type.kind === "message") for (const one of [...type.fields, ...type.oneofs]) yield [one.toString(), one];
    if (type.kind === "enum") for (const one of type.values) yield [one.toString(), one];
    if (type.kind === "service") for (const one of type.methods) yield [one.toString(), one];
  }
}

/** The values of all custom options, by element and option, each read by the extensions of the same registry. */
export function optionsOf(registry: FileRegistry, files: ReadonlySet<string>): ReadonlyMap<string, JsonValue> {
  const extensions = [...registry].filter(
    (type): type is DescExtension =>
      type.kind === "extension" && /^google\.protobuf\.\w+Options$/.test(type.extendee.typeName),
  );
  const found = new Map<string, JsonValue>();
  for (const [name, element] of elements(registry)) {
    if (!files.has(fileOf(element))) continue;
    for (const extension of extensions) {
      if (element.proto.options?.$typeName !== extension.extendee.typeName || !hasOption(element, extension)) continue;
      found.set(`${name} (${extension.typeName})`, written(registry, extension, getOption(element, extension)));
    }
  }
  return found;
}

const fileOf = (element: Described): string =>
  "file" in element
    ? element.file.proto.name
    : "parent" in element && element.parent !== undefined
      ? element.parent.file.proto.name
      : "";

function written(registry: FileRegistry, { message }: DescExtension, value: unknown): JsonValue {
  if (message === undefined) return String(value);
  const json = (one: unknown) => toJson(message, reflect(message, one as Message).message, { registry });
  return Array.isArray(value) ? value.map(json) : json(value);
}
