import { type DescFile, type FileRegistry, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { Contract } from "./facts.ts";
import { PROTOCOL_SERVICES, protocolFiles } from "./protocol-files.ts";
import { decodeReflectionRequest, encodeReflectionResponse } from "./reflection-wire.ts";

/** The paths on which a server offers reflection: both versions have the same messages. */
export const REFLECTION_PATHS = [
  "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
  "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
] as const;

export interface Reflection {
  readonly listServices: () => readonly string[];
  /** Each lookup gives whole files with all that they import, the wanted one first; undefined where there is none. */
  readonly fileByFilename: (name: string) => readonly Uint8Array[] | undefined;
  readonly fileContainingSymbol: (symbol: string) => readonly Uint8Array[] | undefined;
  readonly fileContainingExtension: (typeName: string, number: number) => readonly Uint8Array[] | undefined;
  readonly extensionNumbers: (typeName: string) => readonly number[] | undefined;
  /** Answers one message of the reflection stream: bytes in, bytes out. */
  readonly answer: (request: Uint8Array) => Uint8Array;
}

const NOT_FOUND = 5;
const INVALID_ARGUMENT = 3;

/**
 * Server reflection over the descriptors themselves, so that clients see custom options as they are. The services for health and
 * reflection are listed and told beside the given ones.
 */
export const createReflection = (contract: Contract, serviceNames: readonly string[]): Reflection => {
  const registries = [contract.registry, protocolFiles()];
  const names = [...new Set([...serviceNames, ...PROTOCOL_SERVICES])];
  const first = <Found>(look: (registry: FileRegistry) => Found | undefined): Found | undefined => {
    for (const registry of registries) {
      const found = look(registry);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  };
  const bytesOf = fileBytes();
  const whole = (file: DescFile | undefined) => (file === undefined ? undefined : withImports(file).map(bytesOf));
  const lookups = {
    listServices: () => names,
    fileByFilename: (name: string) => whole(first((registry) => registry.getFile(name))),
    fileContainingSymbol: (symbol: string) => whole(first((registry) => fileOfSymbol(registry, symbol))),
    fileContainingExtension: (typeName: string, number: number) => {
      const extendee = contract.registry.getMessage(typeName);
      return whole(extendee === undefined ? undefined : contract.registry.getExtensionFor(extendee, number)?.file);
    },
    extensionNumbers: (typeName: string) => first((registry) => extensionNumbers(registry, typeName)),
  };
  return { ...lookups, answer: (request) => answer(lookups, request) };
};

const answer = (lookups: Omit<Reflection, "answer">, bytes: Uint8Array): Uint8Array => {
  const request = decodeReflectionRequest(bytes);
  const files = (found: readonly Uint8Array[] | undefined, what: string) =>
    encodeReflectionResponse(
      bytes,
      request.host,
      found === undefined
        ? { kind: "error", code: NOT_FOUND, message: `the contract has no ${what}` }
        : { kind: "files", files: found },
    );
  switch (request.kind) {
    case "file_by_filename":
      return files(lookups.fileByFilename(request.name), `file ${request.name}`);
    case "file_containing_symbol":
      return files(lookups.fileContainingSymbol(request.name), `symbol ${request.name}`);
    case "file_containing_extension":
      return files(
        lookups.fileContainingExtension(request.name, request.number),
        `extension ${request.number} of ${request.name}`,
      );
    case "all_extension_numbers_of_type": {
      const numbers = lookups.extensionNumbers(request.name);
      return numbers === undefined
        ? files(undefined, `type ${request.name}`)
        : encodeReflectionResponse(bytes, request.host, { kind: "extensions", typeName: request.name, numbers });
    }
    case "list_services":
      return encodeReflectionResponse(bytes, request.host, { kind: "services", names: lookups.listServices() });
    case "none":
      return encodeReflectionResponse(bytes, request.host, {
        kind: "error",
        code: INVALID_ARGUMENT,
        message: "the request asks for nothing",
      });
  }
};

/** Comments are for readers of the source; clients of reflection have no use for them. */
const fileBytes = (): ((file: DescFile) => Uint8Array) => {
  const known = new Map<string, Uint8Array>();
  return (file) => {
    const bytes = known.get(file.name) ?? toBinary(FileDescriptorProtoSchema, bare(file));
    known.set(file.name, bytes);
    return bytes;
  };
};

const bare = ({ proto }: DescFile): DescFile["proto"] => {
  const { sourceCodeInfo: _comments, $unknown: _buildNotes, ...rest } = proto;
  return rest;
};

/** Every file stands before those that it imports, so that the reverse is an order in which they can be built. */
const withImports = (file: DescFile): readonly DescFile[] => {
  const done = new Set<DescFile>();
  const visit = (next: DescFile): void => {
    for (const imported of next.dependencies) {
      if (!done.has(imported)) {
        visit(imported);
      }
    }
    done.add(next);
  };
  visit(file);
  return [...done].reverse();
};

/** A symbol may be a file's type or a member of one: a field, an enum value, a method. */
const fileOfSymbol = (registry: FileRegistry, symbol: string): DescFile | undefined => {
  const found = registry.get(symbol);
  if (found !== undefined) {
    return found.file;
  }
  const dot = symbol.lastIndexOf(".");
  const name = symbol.slice(dot + 1);
  const parent = dot < 0 ? undefined : registry.get(symbol.slice(0, dot));
  switch (parent?.kind) {
    case "service":
      return parent.methods.some((method) => method.name === name) ? parent.file : undefined;
    case "message":
      return parent.members.some((member) => member.name === name) ? parent.file : undefined;
    case "enum":
    case "extension":
      return undefined;
    default:
      return fileOfEnumValue(registry, symbol);
  }
};

/** Enum values are named beside their enum, not inside it. */
const fileOfEnumValue = (registry: FileRegistry, symbol: string): DescFile | undefined => {
  const scope = symbol.slice(0, Math.max(0, symbol.lastIndexOf(".")));
  const name = symbol.slice(symbol.lastIndexOf(".") + 1);
  for (const type of registry) {
    const inScope = type.kind === "enum" && type.typeName.slice(0, type.typeName.lastIndexOf(".")) === scope;
    if (inScope && type.values.some((value) => value.name === name)) {
      return type.file;
    }
  }
  return undefined;
};

const extensionNumbers = (registry: FileRegistry, typeName: string): readonly number[] | undefined => {
  if (registry.getMessage(typeName) === undefined) {
    return undefined;
  }
  return [...registry].flatMap((type) =>
    type.kind === "extension" && type.extendee.typeName === typeName ? [type.number] : [],
  );
};
