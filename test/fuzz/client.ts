import { connect, type Socket } from "node:net";
import type { Wire } from "./draft.ts";
import { type Answer, readAnswer } from "./read-answer.ts";

/** What came of one request. */
export type Outcome =
  | { readonly kind: "answer"; readonly answer: Answer }
  /** The connection ended without an answer. */
  | { readonly kind: "closed" }
  | { readonly kind: "left" }
  /** Nobody took the connection. */
  | { readonly kind: "refused" }
  /** Neither an answer nor an end, though the request was whole. */
  | { readonly kind: "silent" }
  | { readonly kind: "garbled"; readonly text: string };

export interface Client {
  /** Sends bytes as they are, on the connection that is open or a new one. */
  readonly send: (wire: Wire, options: SendOptions) => Promise<Outcome>;
  readonly close: () => void;
}

export interface SendOptions {
  readonly verb: string;
  /** For how long an answer may take to begin; a request that never ends by itself is left after `patienceMs`. */
  readonly timeoutMs: number;
  readonly patienceMs: number;
  /** The request says more than it sends, so that the server rightly waits. */
  readonly mayWait: boolean;
}

export function openClient(host: string, port: number): Client {
  let kept: Socket | undefined;
  return {
    send: async (wire, options) => {
      const wasKept = kept?.destroyed === false;
      const socket = wasKept ? kept : await open(host, port).catch(() => undefined);
      if (socket === undefined) return { kind: "refused" };
      kept = undefined;
      const outcome = await exchange(socket, wire, options);
      const isClean = outcome.kind === "answer" && outcome.answer.isWhole && outcome.answer.isReusable;
      // What is left of a request that said too little would be the next one.
      if (isClean && !options.mayWait && !socket.destroyed) {
        kept = socket;
        socket.removeAllListeners("data").removeAllListeners("close").pause();
      } else {
        socket.resetAndDestroy();
      }
      // A server may end a connection that it holds idle; that is no answer to this request.
      return outcome.kind === "closed" && wasKept ? sendAlone(host, port, wire, options) : outcome;
    },
    close: () => kept?.destroy(),
  };
}

async function sendAlone(host: string, port: number, wire: Wire, options: SendOptions): Promise<Outcome> {
  const client = openClient(host, port);
  try {
    return await client.send(wire, options);
  } finally {
    client.close();
  }
}

async function open(host: string, port: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host, port, noDelay: true }, () => resolve(socket));
  socket.once("error", reject);
  await promise;
  socket.removeListener("error", reject);
  // A reset while bytes are written is one of the answers.
  socket.on("error", () => {});
  return socket;
}

function exchange(socket: Socket, wire: Wire, options: SendOptions): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  let received = Buffer.alloc(0);
  let patience: NodeJS.Timeout | undefined;
  const { mayWait, patienceMs, timeoutMs } = options;
  const limit = setTimeout(() => finish({ kind: mayWait ? "left" : "silent" }), mayWait ? patienceMs : timeoutMs);
  const finish = (outcome: Outcome): void => {
    clearTimeout(limit);
    clearTimeout(patience);
    resolve(outcome);
  };
  const look = (isClosed: boolean): void => {
    try {
      const answer = readAnswer(received, options.verb, isClosed);
      if (answer === undefined) {
        if (isClosed) finish({ kind: "closed" });
      } else if (answer.isWhole || isClosed) {
        finish({ kind: "answer", answer });
      } else {
        // A stream may go on for ever; its client has seen enough.
        clearTimeout(limit);
        patience ??= setTimeout(() => finish({ kind: "answer", answer }), options.patienceMs);
      }
    } catch (error) {
      finish({ kind: "garbled", text: error instanceof Error ? error.message : String(error) });
    }
  };
  socket.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    look(false);
  });
  socket.on("close", () => look(true));
  socket.resume();
  write(socket, wire).then(
    () => {
      if (wire.leaves) finish({ kind: "left" });
    },
    () => {},
  );
  return promise;
}

async function write(socket: Socket, { bytes, pieces }: Wire): Promise<void> {
  const size = Math.max(1, Math.ceil(bytes.length / pieces));
  for (let at = 0; at < bytes.length && !socket.destroyed; at += size) {
    await new Promise<void>((resolve) => socket.write(bytes.subarray(at, at + size), () => resolve()));
  }
}
