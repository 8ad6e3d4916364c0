import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

export interface Asked {
  readonly url: URL;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

export interface FakeEdge extends AsyncDisposable {
  readonly baseUrl: string;
  readonly asked: readonly Asked[];
}

/** An edge that answers as a test says: the answer for the first call, the second and so on; the last one for all others. */
export async function fakeEdge(...answers: readonly ((response: ServerResponse) => void)[]): Promise<FakeEdge> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    asked.push({ url: new URL(request.url ?? "", "http://edge"), body, headers: request.headers });
    (answers[asked.length - 1] ?? answers.at(-1))?.(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export const answer =
  (status: number, body: object, type = "application/json", headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, { "content-type": type, ...headers }).end(JSON.stringify(body));
  };

export const problem = (status: number, body: object) => answer(status, body, "application/problem+json");

interface Message {
  readonly resumeToken?: string;
  readonly sequence?: string;
}

/** Events of a stream, and then its proper end or a cut. A message that holds but its token is a place, and no event. */
export const events = (messages: readonly Message[], end: "end" | "cut") => (response: ServerResponse) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(": still here\n\n");
  for (const one of messages) {
    if (one.resumeToken !== undefined) response.write(`id: ${one.resumeToken}\n`);
    if (one.sequence !== undefined) response.write(`data: ${JSON.stringify(one)}\n`);
    response.write("\n");
  }
  if (end === "end") response.end("event: end\ndata: {}\n\n");
  else setImmediate(() => response.destroy());
};
