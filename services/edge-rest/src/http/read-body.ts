import type { IncomingMessage } from "node:http";
import type { Reasons } from "../app/problem.ts";
import { tooLarge } from "../app/read-content.ts";

/** Reads a whole body, refused as soon as it is, or says it is, beyond the cap. */
export function readBody(incoming: IncomingMessage, maxBytes: number, reasons: Reasons): Promise<Buffer> {
  if (Number(incoming.headers["content-length"] ?? 0) > maxBytes) return Promise.reject(tooLarge(reasons, maxBytes));
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  incoming.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBytes) {
      incoming.pause();
      reject(tooLarge(reasons, maxBytes));
    } else {
      chunks.push(chunk);
    }
  });
  let whole = false;
  incoming.on("end", () => {
    whole = true;
    resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length));
  });
  incoming.on("error", reject);
  incoming.on("close", () => {
    // An error is dear to make, and every request closes.
    if (!whole) reject(new Error("the client left before its body was whole"));
  });
  return promise;
}
