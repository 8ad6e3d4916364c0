import type { handleUnaryCall } from "@grpc/grpc-js";
import { encodeResponse } from "./encode-response.ts";
import { liveCall } from "./live-call.ts";
import type { ServedMethod, ServerParts } from "./served-method.ts";

/** Serves a method with one request and one response. */
export function serveUnary(parts: ServerParts, method: ServedMethod): handleUnaryCall<Buffer, Buffer> {
  return (call, callback) => {
    const live = liveCall(parts, method, call, callback);
    call.once("cancelled", live.cancel);

    const run = async () => {
      try {
        const context = live.open();
        const response = await method.handler(live.accept(call.request), context);
        const bytes = encodeResponse(method, response);
        if (!live.succeed()) return;
        call.sendMetadata(live.headers());
        callback(null, bytes);
      } catch (error) {
        live.fail(error);
      } finally {
        live.leave();
      }
    };
    void run();
  };
}
