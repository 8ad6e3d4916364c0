import type { MethodDefinition, Server, ServerDuplexStream } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import { type Contract, createReflection, REFLECTION_PATHS } from "@staymesh/contract";

const STREAMS_MAX = 100;

/** Offers server reflection in both of its versions, so that grpcurl and buf curl need no files. */
export function addReflection(server: Server, contract: Contract, services: readonly string[]): void {
  const reflection = createReflection(contract, services);
  let open = 0;

  const answer = (stream: ServerDuplexStream<Buffer, Buffer>): void => {
    if (open >= STREAMS_MAX) {
      stream.emit("error", { code: status.RESOURCE_EXHAUSTED, details: "Too many ask already." });
      return;
    }
    open++;
    stream.once("cancelled", () => open--);
    stream.on("data", (bytes: Buffer) => {
      try {
        stream.write(Buffer.from(reflection.answer(bytes)));
      } catch {
        stream.emit("error", { code: status.INVALID_ARGUMENT, details: "This is no reflection request." });
      }
    });
    stream.on("end", () => stream.end());
  };

  for (const path of REFLECTION_PATHS) {
    const definition: MethodDefinition<Buffer, Buffer> = {
      path,
      requestStream: true,
      responseStream: true,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    };
    server.addService({ serverReflectionInfo: definition }, { serverReflectionInfo: answer });
  }
}

const same = (bytes: Buffer): Buffer => bytes;
