// The server that upstream.ts calls: it answers every call with the same 300 bytes, as cheaply as node:http2 can.
import { createServer } from "node:http2";
import { frameMessage } from "../src/adapters/http2/frame.ts";

const frame = frameMessage(Buffer.alloc(300, "answer"));
const server = createServer();
server.on("stream", (stream) => {
  stream.on("error", () => {});
  stream.resume();
  stream.respond({ ":status": 200, "content-type": "application/grpc+proto" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(frame);
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
