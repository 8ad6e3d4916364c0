// Contracts that do not exist yet: the released one with a change, and a server that serves nothing but such a contract.
import { clone, create, fromJson, setExtension, toBinary } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  type FileDescriptorSet,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { Metadata, Server, ServerCredentials, status } from "@grpc/grpc-js";
import { type Contract, decodeAndValidate, loadContract, type MethodFacts } from "@staymesh/contract";
import type { Json } from "../contract/requests.ts";

/** The same contract after somebody has changed its descriptors. */
export function changed({ files, registry }: Contract, change: (words: Words) => void): Contract {
  const set = clone(FileDescriptorSetSchema, files);
  change(wordsOf(set, registry));
  return loadContract(toBinary(FileDescriptorSetSchema, set));
}

/** Parts of descriptors by their names, and what can be done to them. */
export interface Words {
  readonly message: (name: string) => DescriptorProto;
  readonly field: (message: string, name: string) => FieldDescriptorProto;
  /** An enum that is declared inside of a message. */
  readonly enumType: (message: string, name: string) => EnumDescriptorProto;
  readonly add: (message: string, field: { readonly name: string; readonly number: number }) => void;
  /** Writes the rules of buf.validate anew, as they stand in JSON. */
  readonly rule: (field: FieldDescriptorProto, rules: Json) => void;
}

function wordsOf(set: FileDescriptorSet, registry: Contract["registry"]): Words {
  const found = <Part extends { readonly name: string }>(parts: readonly Part[], name: string): Part => {
    const part = parts.find((one) => one.name === name);
    if (part === undefined) throw new Error(`The contract has no ${name}.`);
    return part;
  };
  const message = (name: string) =>
    found(
      set.file.flatMap((file) => file.messageType),
      name,
    );
  return {
    message,
    field: (of, name) => found(message(of).field, name),
    enumType: (of, name) => found(message(of).enumType, name),
    add: (to, { name, number }) => {
      const jsonName = name.replaceAll(/_([a-z])/g, (_whole, letter: string) => letter.toUpperCase());
      const shape = { name, number, jsonName, type: Type.STRING, label: Label.OPTIONAL };
      message(to).field.push(create(FieldDescriptorProtoSchema, shape));
    },
    rule: (field, rules) => {
      const extension = registry.getExtension("buf.validate.field");
      if (extension?.message === undefined || field.options === undefined)
        throw new Error(`${field.name} has no rules.`);
      setExtension(field.options, extension, fromJson(extension.message, rules, { registry }));
    },
  };
}

export interface FutureServer extends AsyncDisposable {
  readonly address: string;
}

/** Answers each method with a message of its contract, after its request has passed that contract's rules. */
export async function serveFuture(
  { services, registry }: Contract,
  answer: (method: MethodFacts) => Json,
): Promise<FutureServer> {
  const same = (bytes: Buffer): Buffer => bytes;
  const server = new Server();
  for (const method of services.flatMap((service) => service.methods).filter(({ kind }) => kind === "unary")) {
    const shape = { requestStream: false, responseStream: false, requestSerialize: same, requestDeserialize: same };
    const definition = { path: method.path, ...shape, responseSerialize: same, responseDeserialize: same };
    const handle = (call: { readonly request: Buffer }, reply: (error: object | null, bytes?: Buffer) => void) => {
      const { violations } = decodeAndValidate(method, call.request);
      const details = violations.map(({ field, description }) => `${field}: ${description}`).join("; ");
      if (violations.length > 0) return reply({ code: status.INVALID_ARGUMENT, details, metadata: new Metadata() });
      reply(null, Buffer.from(toBinary(method.output, fromJson(method.output, answer(method), { registry }))));
    };
    server.addService({ [method.name]: definition }, { [method.name]: handle });
  }
  const port = await new Promise<number>((resolve, reject) => {
    const bound = (error: Error | null, taken: number) => (error === null ? resolve(taken) : reject(error));
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), bound);
  });
  return {
    address: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => server.forceShutdown(),
  };
}
