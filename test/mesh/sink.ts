import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Takes the spans that processes send over OTLP/HTTP, as they come. */
export interface Sink extends AsyncDisposable {
  readonly url: string;
  /** Every body so far, as text. */
  readonly bodies: () => readonly string[];
}

export const openSink = async (): Promise<Sink> => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(Buffer.concat(chunks).toString("latin1"));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // The server listens, so its address is there and is no pipe.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bodies: () => bodies,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
