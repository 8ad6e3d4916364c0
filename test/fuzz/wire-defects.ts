import { type Below, contentOf, type Defect, type Defects, type Draft, oneOf, toWire, withHeader } from "./draft.ts";

/** What is said of the body's length and form, and how its bytes come. */
export const wireDefects: Defects = {
  "a wrong length": (draft, below) => {
    const { length } = contentOf(draft);
    const said = [
      "0",
      `${length - 1}`,
      `${length + 5}`,
      "-1",
      "1e3",
      "x",
      "99999999999999999999",
      " ",
      `${length}, ${length}`,
    ];
    return { ...draft, framing: { kind: "says", length: oneOf(below, said) } };
  },
  "length and chunks at once": (draft) =>
    withHeader({ ...draft, framing: { kind: "chunked", pieces: 2 } }, "content-length", "5"),
  "small pieces": (draft, below) => ({ ...draft, framing: { kind: "chunked", pieces: 2 + below(20) } }),
  "wrong chunks": (draft, below) => ({
    ...draft,
    framing: {
      kind: "chunks",
      raw: Buffer.from(
        oneOf(below, [
          ...[
            "zz\r\n{}\r\n0\r\n\r\n",
            "2\r\n{}",
            "2\r\n{}x\r\n0\r\n\r\n",
            "-2\r\n{}\r\n0\r\n\r\n",
            "ffffffffffffffff\r\n{}",
          ],
          ...[
            `2;${"x".repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
            "0\r\n\r\n",
            "2\n{}\n0\n\n",
            "0\r\nx: y\r\n\r\n",
            "2\r\n{}\r\n0\r\nx\r\n\r\n",
          ],
        ]),
      ),
    },
  }),
  "another transfer encoding": (draft, below) =>
    withHeader(
      draft,
      "transfer-encoding",
      oneOf(below, ["gzip", "chunked, gzip", "identity", "x", "chunked, chunked"]),
    ),
  "a client that leaves": (draft, below) => ({ ...draft, framing: { kind: "leaves", share: (1 + below(100)) / 100 } }),
  "a request line that is none": (draft, below) => {
    const sound = toWire(draft).bytes.toString("latin1");
    const lineEnd = sound.indexOf("\r\n");
    const line = sound.slice(0, lineEnd);
    const other = oneOf(below, [
      ...[line.replace("HTTP/1.1", "HTTP/9.9"), line.replace(" HTTP/1.1", ""), line.replace("HTTP/1.1", "HTTP/1.0")],
      ...[
        line.replace(" ", "  "),
        `${line} x`,
        line.toLowerCase(),
        `\u0000${line}`,
        "",
        "\u0016\u0003\u0001\u0002\u0000",
      ],
      ...[
        line.replace(" /", " http://other.example/"),
        line.replace(" /", " "),
        "PRI * HTTP/2.0",
        `GET ${"/x".repeat(9000)} HTTP/1.1`,
      ],
    ]);
    return raw(draft, other + sound.slice(lineEnd));
  },
  "header lines that are none": (draft, below) => {
    const line = oneOf(below, [
      ...["no colon", ": no name", "a b: c", "x:\u0000", " folded", "x\u00ff: y", "transfer-encoding : chunked"],
      ...["content-length: 5\r\ncontent-length: 6", "x: y\nz: a", "\u0000"],
    ]);
    return raw(draft, toWire(draft).bytes.toString("latin1").replace("\r\n", `\r\n${line}\r\n`));
  },
  "lines that end in \\n": (draft) => raw(draft, toWire(draft).bytes.toString("latin1").replaceAll("\r\n", "\n")),
};

function raw(draft: Draft, text: string): Draft {
  return { ...draft, framing: { kind: "raw", bytes: Buffer.from(text, "latin1") } };
}

const enveloped =
  (change: (body: Buffer, below: Below) => Buffer): Defect =>
  (draft, below) => {
    const { door, body } = draft;
    if (body === undefined || (door !== "connect-stream" && door !== "grpc-web")) return undefined;
    return { ...draft, body: change(Buffer.from(body), below) };
  };

const FLAGS = [1, 2, 3, 0x7c, 0x80, 0x81, 0xff];

/** What goes wrong in envelopes and in messages that are bytes. */
export const envelopeDefects: Defects = {
  "flags that mean something else": enveloped((body, below) => {
    if (body.length > 0) body[0] = oneOf(below, FLAGS);
    return body;
  }),
  "a length that is wrong": enveloped((body, below) => {
    if (body.length >= 5) body.writeUInt32BE(oneOf(below, [0, 1, body.length, body.length - 6, 2 ** 32 - 1]) >>> 0, 1);
    return body;
  }),
  "an envelope that breaks off": enveloped((body, below) => body.subarray(0, below(body.length + 1))),
  "bytes behind the envelope": enveloped((body, below) =>
    Buffer.concat([body, Buffer.alloc(1 + below(9), below(256))]),
  ),
  "two envelopes": enveloped((body) => Buffer.concat([body, body])),
  "flipped bytes in the message": (draft, below) => {
    if (draft.body === undefined || draft.body.length === 0) return undefined;
    const body = Buffer.from(draft.body);
    const first = draft.door === "connect" ? 0 : Math.min(5, body.length - 1);
    for (let flips = 1 + below(4); flips > 0; flips -= 1) body[first + below(body.length - first)] = below(256);
    return { ...draft, body };
  },
  "another content type of the protocol": (draft, below) =>
    draft.door === "rest"
      ? undefined
      : withHeader(
          draft,
          "content-type",
          oneOf(below, [
            ...["application/json", "application/proto", "application/connect+json", "application/connect+proto"],
            ...["application/grpc-web", "application/grpc-web+json", "application/grpc-web-text", "application/grpc"],
          ]),
        ),
  "a message in a query that is none": (draft, below) =>
    draft.door === "connect" && draft.verb === "GET"
      ? {
          ...draft,
          query: oneOf(below, [
            ...[
              "",
              "connect=v1",
              "connect=v2&encoding=json&message={}",
              "encoding=x&message=",
              "encoding=proto&message=%ff",
            ],
            ...["connect=v1&encoding=json&message=%7B", "connect=v1&encoding=json&base64=1&message=!!!"],
            ...[
              "connect=v1&encoding=json&compression=gzip&message=x",
              "connect=v1&encoding=json&compression=x&message={}",
            ],
          ]),
        }
      : undefined,
};
