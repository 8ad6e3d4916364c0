import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Content, EdgeResponse } from "../app/ports.ts";
import { type Coding, chooseCoding, compress, isWorthCompressing } from "./compress.ts";

const HEARTBEAT_MS = 15_000;

/** Writes an answer to the socket; a stream no faster than its reader. */
export async function writeResponse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  response: EdgeResponse,
): Promise<void> {
  const { status, headers, content } = response;
  const isHead = incoming.method === "HEAD";
  switch (content.kind) {
    case "none":
      outgoing.writeHead(status, headers);
      outgoing.end();
      return;
    case "bytes": {
      const { bytes, coding } = await encoded(content, incoming.headers["accept-encoding"]);
      outgoing.writeHead(status, {
        ...headers,
        ...(content.compressible ? { vary: varyBy(headers["vary"]) } : {}),
        ...(coding === undefined ? {} : { "content-encoding": coding }),
        "content-length": bytes.length,
      });
      outgoing.end(isHead ? undefined : bytes);
      return;
    }
    case "stream":
      outgoing.writeHead(status, headers);
      if (isHead) {
        content.cancel();
        outgoing.end();
        return;
      }
      return writeStream(outgoing, content);
  }
}

function varyBy(others: string | undefined): string {
  return others === undefined ? "Accept-Encoding" : `${others}, Accept-Encoding`;
}

async function encoded(
  { bytes, compressible }: Content & { readonly kind: "bytes" },
  acceptEncoding: string | undefined,
): Promise<{ readonly bytes: Buffer; readonly coding: Coding | undefined }> {
  const coding = compressible && isWorthCompressing(bytes) ? chooseCoding(acceptEncoding) : undefined;
  return coding === undefined ? { bytes, coding } : { bytes: await compress(bytes, coding), coding };
}

async function writeStream(outgoing: ServerResponse, content: Content & { readonly kind: "stream" }): Promise<void> {
  outgoing.flushHeaders();
  const stopBeating = beat(outgoing, content.heartbeat);
  try {
    for await (const chunk of content.chunks) {
      if (outgoing.destroyed) break;
      if (!outgoing.write(chunk)) await Promise.race([once(outgoing, "drain"), once(outgoing, "close")]);
    }
    outgoing.end();
  } catch {
    // A clean end would make half a file look whole.
    outgoing.destroy();
  } finally {
    stopBeating();
  }
}

function beat(outgoing: ServerResponse, heartbeat: Buffer | undefined): () => void {
  if (heartbeat === undefined) return () => {};
  const timer = setInterval(() => {
    if (!outgoing.writableNeedDrain && !outgoing.destroyed) outgoing.write(heartbeat);
  }, HEARTBEAT_MS);
  return () => clearInterval(timer);
}
