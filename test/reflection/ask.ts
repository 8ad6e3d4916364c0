// The reflection protocol from a client's side, learned from the server itself.
import { create, createFileRegistry, type DescMessage, fromBinary, type JsonValue, toJson } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Client, type ClientDuplexStream, credentials } from "@grpc/grpc-js";

const same = (bytes: Buffer) => bytes;

/** The protocol's own messages, as the server tells them of itself; asked for with bytes that were written by hand. */
export interface Asking extends Disposable {
  readonly files: (request: Question) => Promise<readonly FileDescriptorProto[]>;
  readonly numbers: (typeName: string) => Promise<readonly number[]>;
  readonly services: () => Promise<readonly string[]>;
}

export type Question =
  | { readonly symbol: string }
  | { readonly file: string }
  | { readonly extends: string; readonly number: number };

const text = (field: number, value: string) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([(field << 3) | 2, bytes.length]), bytes]);
};

const bytesOf = (question: Question): Buffer => {
  if ("symbol" in question) return text(4, question.symbol);
  if ("file" in question) return text(3, question.file);
  const inner: number[] = [...text(1, question.extends), 2 << 3];
  let left = question.number;
  for (; left > 127; left = Math.floor(left / 128)) inner.push((left % 128) | 128);
  return Buffer.concat([Buffer.from([(5 << 3) | 2, inner.length + 1]), Buffer.from([...inner, left])]);
};

/** Asks over one stream; the answers are read by the descriptors that the server gives for its own protocol. */
export async function ask(address: string, version: string): Promise<Asking> {
  const client = new Client(address, credentials.createInsecure());
  const stream: ClientDuplexStream<Buffer, Buffer> = client.makeBidiStreamRequest(
    `/${version}.ServerReflection/ServerReflectionInfo`,
    same,
    same,
    { deadline: Date.now() + 30_000 },
  );
  const answers = stream[Symbol.asyncIterator]();
  const exchange = async (request: Buffer): Promise<Buffer> => {
    stream.write(request);
    const { value } = await answers.next();
    return value;
  };
  const response = responseOf(version, await exchange(text(4, `${version}.ServerReflection`)));
  const told = async (request: Buffer): Promise<{ readonly [name: string]: JsonValue }> => {
    const json = toJson(response, fromBinary(response, await exchange(request)));
    return typeof json === "object" && json !== null && !Array.isArray(json) ? json : {};
  };
  const part = async (request: Buffer, kind: string, list: string): Promise<readonly JsonValue[]> => {
    const answer = await told(request);
    const found = answer[kind];
    if (typeof found !== "object" || found === null || Array.isArray(found)) throw new Error(JSON.stringify(answer));
    const items = found[list];
    return Array.isArray(items) ? items : [];
  };
  return {
    files: async (question) =>
      (await part(bytesOf(question), "fileDescriptorResponse", "fileDescriptorProto")).map((base64) =>
        fromBinary(FileDescriptorProtoSchema, Buffer.from(String(base64), "base64")),
      ),
    numbers: async (typeName) =>
      (await part(text(6, typeName), "allExtensionNumbersResponse", "extensionNumber")).map(Number),
    services: async () =>
      (await part(text(7, "*"), "listServicesResponse", "service")).map((service) =>
        typeof service === "object" && service !== null && !Array.isArray(service) ? String(service["name"]) : "",
      ),
    [Symbol.dispose]: () => {
      stream.cancel();
      client.close();
    },
  };
}

/** The first answer can be read without knowing it: field 4 holds files, and one of them is the protocol's own. */
function responseOf(version: string, answer: Buffer): DescMessage {
  for (let at = answer.indexOf(`${version.replaceAll(".", "/")}/reflection.proto`); at > 3; at -= 1) {
    // The file's bytes begin with its name (field 1) and run to the end of the answer.
    if (answer[at] !== 10) continue;
    const file = fromBinary(FileDescriptorProtoSchema, answer.subarray(at));
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
    const response = registry.getMessage(`${version}.ServerReflectionResponse`);
    if (response !== undefined) return response;
  }
  throw new Error(`The server does not describe ${version}.`);
}
