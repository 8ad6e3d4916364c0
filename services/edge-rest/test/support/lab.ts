import {
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonObject,
  type JsonValue,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import { type Contract, loadContract, type MethodFacts } from "@staymesh/contract";
import { buildImage } from "@staymesh/contract/testing";
import { silentLog } from "@staymesh/service-kit";
import { noTelemetry } from "@staymesh/service-kit/telemetry";
import { connectUpstream } from "../../src/adapters/grpc-upstream.ts";
import { createCors } from "../../src/app/cors.ts";
import { createEdge, type Edge } from "../../src/app/edge.ts";
import { createObserve } from "../../src/app/observe.ts";
import type { EdgeRequest, EdgeResponse } from "../../src/app/ports.ts";
import type { Rate } from "../../src/app/rate.ts";

/** What the backend was asked. */
export interface Asked {
  readonly method: string;
  readonly request: JsonValue;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What the backend does when it is asked: a message as JSON, a list of them for a stream, or a status. */
export type Behaviour = (asked: Asked, call: Live) => Reply | Promise<Reply>;

export type Reply =
  | { readonly message: JsonValue; readonly headers?: Readonly<Record<string, string>> }
  | {
      readonly messages: AsyncIterable<JsonValue> | Iterable<JsonValue>;
      readonly headers?: Readonly<Record<string, string>>;
      readonly ending?: Failure;
    }
  | Failure;

export interface Failure {
  readonly code: number;
  readonly details: string;
  readonly status?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Live {
  readonly cancelled: Promise<void>;
  readonly deadlineMs: number;
}

export interface Lab {
  readonly contract: Contract;
  readonly edge: Edge;
  readonly address: string;
  /** What was asked last; undefined if nothing was since the last request. */
  readonly asked: () => Asked | undefined;
  readonly behave: (behaviour: Behaviour) => void;
  readonly ask: (line: string, options?: AskOptions) => Promise<Answer>;
  readonly stopBackend: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly json?: JsonValue;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: JsonObject;
  /** "field reason" of each error. */
  readonly errors: readonly string[];
}

/** Gives every request back where the answer is of the same type, and an empty answer elsewhere. */
export const echo: Behaviour = (asked) => ({ message: /Query|Echo|Path/.test(asked.method) ? asked.request : {} });

let image: Promise<Uint8Array> | undefined;

export async function openLab(
  options: { readonly rate?: Rate; readonly asksKeys?: boolean; readonly corsOrigins?: readonly string[] } = {},
): Promise<Lab> {
  image ??= buildImage(new URL("../fixtures/contract", import.meta.url));
  const contract = loadContract(await image);
  let last: Asked | undefined;
  let behaviour: Behaviour = echo;
  const backend = await openBackend(contract, async (asked, call) => {
    last = asked;
    try {
      return await behaviour(asked, call);
    } catch (error) {
      return { code: status.INTERNAL, details: `the test's backend failed: ${error}` };
    }
  });
  const upstream = connectUpstream(backend.address);
  const edge = createEdge({
    contract,
    upstreams: new Map([["lab.v1.LabService", upstream]]),
    asksKeys: options.asksKeys ?? false,
    maxBodyBytes: 64 * 1024,
    maxUriBytes: 8192,
    pages: async () => undefined,
    ...(options.rate === undefined ? {} : { rate: options.rate }),
    cors: createCors(options.corsOrigins ?? []),
    observe: createObserve(noTelemetry(), silentLog),
    log: silentLog,
  });
  return {
    contract,
    edge,
    address: backend.address,
    asked: () => last,
    behave: (next) => {
      behaviour = next;
    },
    ask: async (line, asking = {}) => {
      last = undefined;
      return read(await edge.handle(edgeRequest(line, asking)));
    },
    stopBackend: backend.close,
    close: async () => {
      upstream.close();
      await backend.close();
    },
  };
}

export function edgeRequest(line: string, { headers = {}, body, json }: AskOptions = {}): EdgeRequest {
  const space = line.indexOf(" ");
  const target = line.slice(space + 1);
  const question = target.indexOf("?");
  const bytes = Buffer.from(json === undefined ? (body ?? "") : JSON.stringify(json));
  const length =
    bytes.length === 0 ? {} : { "content-length": String(bytes.length), "content-type": "application/json" };
  return {
    method: line.slice(0, space),
    rawPath: question < 0 ? target : target.slice(0, question),
    rawQuery: question < 0 ? "" : target.slice(question + 1),
    headers: { ...length, ...headers },
    body: async () => bytes,
    onLeave: () => {},
  };
}

export async function read(response: EdgeResponse): Promise<Answer> {
  const { content, status, headers } = response;
  let text = "";
  if (content.kind === "bytes") text = content.bytes.toString();
  if (content.kind === "stream") for await (const chunk of content.chunks) text += chunk.toString();
  const parsed: unknown =
    (headers["content-type"] ?? "").includes("json") && content.kind === "bytes" ? JSON.parse(text) : {};
  const json = parsed as JsonObject;
  const errors = Array.isArray(json["errors"]) ? json["errors"].map(tell) : [];
  return { status, headers, text, json, errors };
}

function tell(error: JsonValue): string {
  const { field, reason } = error as JsonObject;
  return `${field} ${reason}`.trim();
}

interface Backend {
  readonly address: string;
  readonly close: () => Promise<void>;
}

const same = (bytes: Buffer): Buffer => bytes;

/** A gRPC server for every method of the lab, as plain bytes. */
async function openBackend(contract: Contract, behave: Behaviour): Promise<Backend> {
  const server = new Server();
  for (const method of contract.services
    .filter(({ name }) => name === "lab.v1.LabService")
    .flatMap(({ methods }) => methods)) {
    const definition = {
      path: method.path,
      requestStream: false,
      responseStream: method.kind === "server_streaming",
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    };
    const handler = method.kind === "unary" ? unary(contract, method, behave) : stream(contract, method, behave);
    server.addService({ [method.name]: definition }, { [method.name]: handler });
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  return {
    address: `127.0.0.1:${port}`,
    close: async () => server.forceShutdown(),
  };
}

function unary({ registry }: Contract, method: MethodFacts, behave: Behaviour) {
  return async (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>): Promise<void> => {
    const reply = await behave(askedOf(registry, method, call.request, call.metadata), liveOf(call));
    if ("code" in reply) return callback(failure(reply));
    if ("headers" in reply && reply.headers !== undefined) call.sendMetadata(metadataOf(reply.headers));
    if ("message" in reply) callback(null, encode(registry, method.output, reply.message));
  };
}

function stream({ registry }: Contract, method: MethodFacts, behave: Behaviour) {
  return async (call: ServerWritableStream<Buffer, Buffer>): Promise<void> => {
    const reply = await behave(askedOf(registry, method, call.request, call.metadata), liveOf(call));
    if ("code" in reply) {
      call.emit("error", failure(reply));
      return;
    }
    if (reply.headers !== undefined) call.sendMetadata(metadataOf(reply.headers));
    if ("messages" in reply) {
      for await (const message of reply.messages) {
        if (call.cancelled) return;
        if (!call.write(encode(registry, method.output, message)))
          await new Promise((resolve) => call.once("drain", resolve));
      }
      if (reply.ending !== undefined) {
        call.emit("error", failure(reply.ending));
        return;
      }
    }
    call.end();
  };
}

type Registry = Contract["registry"];

function encode(registry: Registry, desc: DescMessage, json: JsonValue): Buffer {
  return Buffer.from(toBinary(desc, fromJson(desc, json, { registry })));
}

function askedOf(registry: Registry, method: MethodFacts, bytes: Buffer, metadata: Metadata): Asked {
  const request = toJson(method.input, fromBinary(method.input, bytes), { registry });
  const texts = Object.entries(metadata.getMap()).map(([name, value]) => [name, String(value)]);
  return { method: method.name, request, metadata: Object.fromEntries(texts) };
}

function liveOf(call: { on(event: "cancelled", heard: () => void): unknown; getDeadline(): Date | number }): Live {
  const cancelled = new Promise<void>((resolve) => call.on("cancelled", resolve));
  return { cancelled, deadlineMs: Number(call.getDeadline()) };
}

function failure({ code, details, status, headers = {} }: Failure) {
  const metadata = metadataOf(headers);
  if (status !== undefined) metadata.set("grpc-status-details-bin", Buffer.from(status));
  return Object.assign(new Error(details), { code, details, metadata });
}

function metadataOf(headers: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}
