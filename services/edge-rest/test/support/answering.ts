import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from "@grpc/grpc-js";
import type { MethodFacts } from "@staymesh/contract";

export interface Answering {
  readonly address: string;
  /** Calls that have neither ended nor been cancelled. */
  readonly open: () => number;
  readonly heard: () => number;
  readonly close: () => void;
}

const EMPTY = Buffer.alloc(0);
const same = (bytes: Buffer): Buffer => bytes;

/** A gRPC server that answers every call to these methods with an empty message; a stream gives one and ends when it is left. */
export async function openAnswering(methods: readonly MethodFacts[]): Promise<Answering> {
  const server = new Server();
  const calls = new Set<object>();
  let heard = 0;
  const enter = (call: ServerUnaryCall<Buffer, Buffer> | ServerWritableStream<Buffer, Buffer>): void => {
    heard += 1;
    calls.add(call);
    call.on("cancelled", () => calls.delete(call));
  };
  const unary = (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>): void => {
    enter(call);
    calls.delete(call);
    callback(null, EMPTY);
  };
  const stream = (call: ServerWritableStream<Buffer, Buffer>): void => {
    enter(call);
    call.write(EMPTY);
  };
  for (const { name, path, kind } of methods) {
    const bytes = {
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    };
    const responseStream = kind === "server_streaming";
    server.addService(
      { [name]: { path, requestStream: false, responseStream, ...bytes } },
      { [name]: responseStream ? stream : unary },
    );
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  return {
    address: `127.0.0.1:${port}`,
    open: () => calls.size,
    heard: () => heard,
    close: () => server.forceShutdown(),
  };
}
