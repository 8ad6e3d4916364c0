// A gRPC client that does no more than it must: with a full one the client would be measured and not the server.
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from "node:http2";

export interface GrpcAnswer {
  readonly status: number;
  readonly message: Buffer;
}

export interface GrpcCaller {
  readonly call: (path: string, message: Buffer) => Promise<GrpcAnswer>;
  readonly close: () => void;
}

export const openGrpcCaller = async (address: string, key: string): Promise<GrpcCaller> => {
  const session: ClientHttp2Session = connect(`http://${address}`, { settings: { initialWindowSize: 1024 * 1024 } });
  await new Promise<void>((resolve, reject) => {
    session.once("connect", () => resolve());
    session.once("error", reject);
  });
  const common: OutgoingHttpHeaders = {
    ":method": "POST",
    "content-type": "application/grpc",
    te: "trailers",
    authorization: `Bearer ${key}`,
  };
  return {
    call: (path, message) =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ...common, ":path": path });
        const chunks: Buffer[] = [];
        let status = "";
        const note = (headers: Readonly<Record<string, unknown>>) => {
          status = String(headers["grpc-status"] ?? status);
        };
        stream.on("response", note);
        stream.on("trailers", note);
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("error", reject);
        stream.on("end", () => resolve({ status: Number(status), message: Buffer.concat(chunks).subarray(5) }));
        const framed = Buffer.allocUnsafe(5 + message.length);
        framed[0] = 0;
        framed.writeUInt32BE(message.length, 1);
        message.copy(framed, 5);
        stream.end(framed);
      }),
    close: () => session.close(),
  };
};

/** The first field of a message, where it is text: a resource's name. */
export const firstText = (message: Buffer): string => {
  if (message[0] !== 0x0a) return "";
  let length = 0;
  let shift = 0;
  let at = 1;
  for (let byte = 0x80; (byte & 0x80) !== 0; at += 1) {
    byte = message[at] ?? 0;
    length |= (byte & 0x7f) << shift;
    shift += 7;
  }
  return message.toString("utf8", at, at + length);
};

/** A field that holds bytes: text or another message. */
export const field = (number: number, value: string | Buffer): Buffer => {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  if (bytes.length > 127) throw new Error("Only short fields are written here.");
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
};
