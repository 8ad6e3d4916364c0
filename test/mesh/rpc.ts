// Any RPC of the mesh over gRPC, by its descriptor: JSON in, JSON out, refusals with their reason and fields.
import { fromBinary, toJson } from "@bufbuild/protobuf";
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import type { Contract, MethodFacts } from "@staymesh/contract";
import { BadRequest, ErrorInfo } from "@staymesh/proto/google/rpc/error_details";
import { Status } from "@staymesh/proto/google/rpc/status";
import { isObject, type Json, type JsonObject, contract as ours, toBytes } from "../contract/requests.ts";
import type { Mesh } from "./mesh.ts";
import { keys } from "./partners.ts";

export interface Outcome {
  /** The name of the gRPC status: "OK", "NOT_FOUND". */
  readonly code: string;
  readonly message: string;
  readonly reason: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly violations: readonly { readonly field: string; readonly reason: string; readonly description: string }[];
  /** The answer, or the first messages of a stream of answers. */
  readonly body: JsonObject;
  readonly stream: readonly JsonObject[];
  readonly headers: Metadata;
}

export interface RpcOptions {
  readonly key?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** How many messages of a stream are read before it is left; 0 reads it to its end. */
  readonly messages?: number;
}

/** Calls any method, over whichever carrier. */
export interface Calls {
  /** By the method's full name without the package's common parts: "ReservationService/CreateReservation". */
  readonly call: (name: string, request: Json, options?: RpcOptions) => Promise<Outcome>;
}

export interface Rpc extends Calls, Disposable {
  readonly callBytes: (method: MethodFacts, bytes: Buffer, options?: RpcOptions) => Promise<Outcome>;
}

export const methodNamed = (name: string, of: Contract = ours): MethodFacts => {
  const found = of.services.flatMap((service) => service.methods).find(({ fullName }) => fullName.endsWith(`.${name}`));
  if (found === undefined) throw new Error(`The contract has no ${name}.`);
  return found;
};

const identity = (bytes: Buffer) => bytes;

/** Knows what the given contract says, such as an older one's. */
export const rpcOf = (mesh: Pick<Mesh, "grpc">, of: Contract = ours): Rpc => {
  // A pool of its own: what another client of this process found unreachable a moment ago is tried anew.
  const channel = {
    "grpc.enable_retries": 0,
    "grpc.use_local_subchannel_pool": 1,
    "grpc.max_receive_message_length": 64 * 1024 * 1024,
  };
  const clients = new Map(
    Object.entries(mesh.grpc).map(([name, address]) => [
      name,
      new Client(address, credentials.createInsecure(), channel),
    ]),
  );
  const callBytes: Rpc["callBytes"] = (method, bytes, options = {}) => {
    const client = clients.get(method.service.split(".")[1] ?? "");
    if (client === undefined) throw new Error(`Nobody offers ${method.fullName}.`);
    const metadata = new Metadata();
    const key = options.key ?? keys.all;
    if (key !== "") metadata.set("authorization", `Bearer ${key}`);
    for (const [name, value] of Object.entries(options.metadata ?? {})) metadata.set(name, value);
    const bounds = { deadline: Date.now() + (options.timeoutMs ?? 30_000) };
    return method.kind === "unary"
      ? unary(of, client, method, bytes, metadata, bounds)
      : streamed(of, client, method, bytes, metadata, bounds, options.messages ?? 0);
  };
  return {
    callBytes,
    call: (name, request, options) => {
      const method = methodNamed(name, of);
      return callBytes(method, toBytes(method, request, of), options);
    },
    [Symbol.dispose]: () => {
      for (const client of clients.values()) client.close();
    },
  };
};

type Bounds = { readonly deadline: number };

function unary(
  of: Contract,
  client: Client,
  method: MethodFacts,
  bytes: Buffer,
  metadata: Metadata,
  bounds: Bounds,
): Promise<Outcome> {
  return new Promise((resolve) => {
    let headers = new Metadata();
    const call = client.makeUnaryRequest(method.path, identity, identity, bytes, metadata, bounds, (error, answer) => {
      resolve(error === null ? succeeded([decode(of, method, answer)], headers) : refused(error, [], headers));
    });
    call.on("metadata", (received) => {
      headers = received;
    });
  });
}

function streamed(
  of: Contract,
  client: Client,
  method: MethodFacts,
  bytes: Buffer,
  metadata: Metadata,
  bounds: Bounds,
  messages: number,
): Promise<Outcome> {
  return new Promise((resolve) => {
    let headers = new Metadata();
    const stream: JsonObject[] = [];
    const call = client.makeServerStreamRequest(method.path, identity, identity, bytes, metadata, bounds);
    call.on("metadata", (received) => {
      headers = received;
    });
    call.on("data", (answer: Buffer) => {
      stream.push(decode(of, method, answer));
      if (stream.length === messages) {
        call.cancel();
        resolve(succeeded(stream, headers));
      }
    });
    call.on("error", (error: ServiceError) => resolve(refused(error, stream, headers)));
    call.on("end", () => resolve(succeeded(stream, headers)));
  });
}

function decode({ registry }: Contract, method: MethodFacts, answer: Buffer | undefined): JsonObject {
  const message = fromBinary(method.output, answer ?? Buffer.alloc(0));
  const json = toJson(method.output, message, { registry, alwaysEmitImplicit: true });
  return isObject(json) ? json : {};
}

function succeeded(stream: readonly JsonObject[], headers: Metadata): Outcome {
  return { code: "OK", message: "", reason: "", facts: {}, violations: [], body: stream[0] ?? {}, stream, headers };
}

function refused(error: ServiceError, stream: readonly JsonObject[], headers: Metadata): Outcome {
  const [packed] = error.metadata.get("grpc-status-details-bin");
  const details = packed instanceof Buffer ? Status.decode(packed).details : [];
  const packedAs = (name: string) => details.find(({ typeUrl }) => typeUrl.endsWith(`/google.rpc.${name}`))?.value;
  const info = packedAs("ErrorInfo");
  const violations = packedAs("BadRequest");
  const { reason, metadata: facts } = info === undefined ? { reason: "", metadata: {} } : ErrorInfo.decode(info);
  return {
    code: status[error.code],
    message: error.details,
    reason,
    facts,
    violations: violations === undefined ? [] : BadRequest.decode(violations).fieldViolations,
    body: stream[0] ?? {},
    stream,
    headers,
  };
}
