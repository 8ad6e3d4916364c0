import type { ServedMethod } from "./served-method.ts";

/** Encodes what a handler answered; Handlers<S> has proven that it is the method's response. */
export function encodeResponse(method: ServedMethod, response: unknown): Buffer {
  return method.wire.responseSerialize(response as never);
}
