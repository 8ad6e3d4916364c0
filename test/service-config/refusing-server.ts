// A gRPC server that answers every call with one status and remembers when each has to have its answer.
import { once } from "node:events";
import { createServer, type ServerHttp2Session } from "node:http2";

export interface RefusingServer extends AsyncDisposable {
  readonly address: string;
  /** For each path, the time that each of its attempts was given, in milliseconds; undefined where it had no deadline. */
  readonly asked: ReadonlyMap<string, readonly (number | undefined)[]>;
}

export async function refusingServer(status: number): Promise<RefusingServer> {
  const asked = new Map<string, (number | undefined)[]>();
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    // A client that is through with a test may break its connection off.
    session.on("error", () => {});
  });
  server.on("stream", (stream, headers) => {
    const path = String(headers[":path"]);
    const attempts = asked.get(path) ?? [];
    attempts.push(milliseconds(headers["grpc-timeout"]));
    asked.set(path, attempts);
    stream.on("error", () => {});
    stream.resume();
    stream.respond(
      { ":status": 200, "content-type": "application/grpc", "grpc-status": String(status), "grpc-message": "Not now." },
      { endStream: true },
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  return {
    address: `127.0.0.1:${typeof bound === "object" ? bound?.port : ""}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}

const units: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** The header as the gRPC specification writes it: at most eight digits and a unit. */
function milliseconds(timeout: string | readonly string[] | undefined): number | undefined {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(timeout)) ?? [];
  return digits === undefined ? undefined : Number(digits) * (units[unit ?? ""] ?? Number.NaN);
}
