// An HTTP/1.1 client over plain sockets, one request at a time on each: cheaper than any library's.
import { connect, type Socket } from "node:net";

export interface RestAnswer {
  readonly status: number;
  readonly body: string;
}

export interface RestCaller {
  readonly get: (path: string) => Promise<RestAnswer>;
  readonly post: (path: string, body: string) => Promise<RestAnswer>;
  readonly close: () => void;
}

export const openRestCaller = async (host: string, port: number, key: string): Promise<RestCaller> => {
  const socket: Socket = connect({ host, port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  let waiting: { readonly resolve: (answer: RestAnswer) => void; readonly reject: (error: Error) => void } | undefined;
  let received = "";
  const fail = (error: Error) => waiting?.reject(error);
  socket.setEncoding("latin1");
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the connection was closed")));
  socket.on("data", (chunk: string) => {
    received += chunk;
    const answer = readAnswer(received);
    if (answer === undefined) return;
    received = "";
    const { resolve } = waiting ?? {};
    waiting = undefined;
    resolve?.(answer);
  });
  const common = `HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${key}\r\n`;
  const send = (request: string): Promise<RestAnswer> =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      socket.write(request);
    });
  return {
    get: (path) => send(`GET ${path} ${common}\r\n`),
    post: (path, body) => {
      const length = Buffer.byteLength(body);
      return send(`POST ${path} ${common}content-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`);
    },
    close: () => socket.destroy(),
  };
};

const readAnswer = (text: string): RestAnswer | undefined => {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const status = Number(head.slice(9, 12));
  const rest = text.slice(end + 4);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return rest.length < Number(length) ? undefined : { status, body: rest };
  return rest.endsWith("0\r\n\r\n") ? { status, body: rest } : undefined;
};
