// The service behind the gateways, a process of its own: it looks at the key and the question, and answers with bytes that are ready.
import { type handleUnaryCall, type MethodDefinition, Server, ServerCredentials, status } from "@grpc/grpc-js";
import { calls, key } from "./calls.ts";

const same = (bytes: Buffer): Buffer => bytes;
const server = new Server({ "grpc.enable_channelz": 0 });

for (const { grpcPath, isAsked, answer } of Object.values(calls)) {
  const method: MethodDefinition<Buffer, Buffer> = {
    path: grpcPath,
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
  const handle: handleUnaryCall<Buffer, Buffer> = (call, callback) => {
    if (call.metadata.get("authorization")[0] !== `Bearer ${key}`) {
      callback({ code: status.UNAUTHENTICATED, details: "the key did not come through" });
    } else if (!isAsked(call.request)) {
      callback({ code: status.INVALID_ARGUMENT, details: "the question did not come through" });
    } else {
      callback(null, answer);
    }
  };
  server.addService({ call: method }, { call: handle });
}

server.bindAsync(`127.0.0.1:${process.env["PORT"]}`, ServerCredentials.createInsecure(), (error) => {
  if (error !== null) throw error;
  process.send?.({ type: "listening" });
});
