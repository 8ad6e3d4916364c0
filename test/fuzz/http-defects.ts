import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { contentOf, type Defect, type Defects, oneOf, withHeader } from "./draft.ts";

const PATH_PIECES = [
  ...["%", "%zz", "%00", "%2F", "%2f..", "%ff", "%C0%AE", "%ED%A0%80", "..", "/..", "//", "/", ":", ":nope", ":cancel"],
  ...[
    "\u00e9",
    "\u00ff\u00fe",
    ";a=b",
    "*",
    "{name}",
    "%7Bname%7D",
    "+",
    "\\",
    "|",
    "#x",
    "%0A",
    "%250a",
    "x".repeat(600),
  ],
];
const QUERY_PIECES = [
  ...["nope=1", "=", "&&", "a", "%", "%zz=1", "x=%ff", "__proto__=1", "pageSize=-1", "pageSize=1e9", "pageSize=x"],
  ...[
    "pageToken=x",
    "pageToken=%00",
    "requestId=5",
    "requestId=",
    "validateOnly=maybe",
    "updateMask=*",
    "updateMask=a_b",
  ],
  ...["updateMask=nope", "labels[a]=1", "a[=]", "filter=%F0", "name=x", "startDate=2026-02-30", "adults=99999999999"],
  ...[
    "latitude=NaN",
    "latitude=1e999",
    "languageCode=%00",
    "view=9",
    "$alt=json",
    "a=1&".repeat(1001),
    "x".repeat(9000),
  ],
];
/** Values of headers that mean something here; most of them mean nothing. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  "content-type": [
    "",
    "text/plain",
    "application/json; charset=latin1",
    "application/xml",
    "a/b;;=",
    "multipart/form-data",
  ],
  "idempotency-key": ["", "no", '"', "5", "x".repeat(300), '"a","b"', "00000000-0000-0000-0000-00000000000g"],
  "if-match": ["", "x", '"', 'W/"x"', "*", '"a", "b"', '"\u00ff"', `"${"x".repeat(2000)}"`],
  "if-none-match": ["", "x", "*", 'W/"x"', '"'],
  "x-server-timeout": ["", "-1", "0", "abc", "1e9", "NaN", "999999999999", "0x5", "60"],
  "last-event-id": ["", "x", "\u00ff", "x".repeat(3000), "0", "-1", "AAAA"],
  traceparent: ["", "00-0-0-0", "x".repeat(55), `00-${"0".repeat(32)}-${"0".repeat(16)}-01`, "ff-a-b-c", "\u00e9"],
  tracestate: ["", "=,=", "x".repeat(600), "\u00ff"],
  baggage: ["", "=", "a=b;c", "\u00ff=\u00ff", "x".repeat(5000)],
  range: ["bytes=0-", "bytes=-1", "bytes=9-1", "lines=1", "bytes=0-0,2-2,4-4"],
  expect: ["100-continue", "the-moon"],
  "x-request-id": ["", "x".repeat(500), "\u00ff", "a b", "{}"],
  "accept-encoding": ["", "gzip;q=x", "*;q=0", "br;q=1.5,gzip", ",".repeat(500), "identity;q=0"],
  accept: ["", "text/event-stream", "application/x-ndjson", "image/png", "*/*;q=0", "a", ",,,"],
  "accept-language": ["", "xx-invalid-\u00ff", "de;q=9", ",".repeat(200), "x".repeat(3000)],
  origin: ["", "null", "http://evil.example", "\u00ff", "https://x:99999"],
  "staymesh-now": ["", "now", "2026-02-30T00:00:00Z", "2027-01-01T00:00:00Z", "-1", "9999-12-31T23:59:59Z"],
  authorization: ["", "Bearer", "Bearer ", "Bearer wrong", "Basic eDp5", "Bearer \u00ff", `Bearer ${"x".repeat(4000)}`],
  host: ["", "x", "a:b:c", "[::1", "\u00ff"],
  connection: ["close", "upgrade", "keep-alive, x", "host"],
  upgrade: ["h2c", "websocket"],
  cookie: ["a=b", ";".repeat(3000), "\u00ff"],
  te: ["trailers", "gzip", "x"],
  "content-encoding": ["gzip", "br", "deflate", "zstd", "gzip, gzip", "identity", "x", ""],
  "connect-protocol-version": ["2", "", "x"],
  "connect-timeout-ms": ["-1", "x", "99999999999", "1e3", "", "60000"],
  "grpc-timeout": ["1X", "x", "-1S", "999999999S", "60S"],
  "connect-content-encoding": ["gzip", "x", "br"],
  "grpc-encoding": ["gzip", "x", "identity"],
};
const CODERS = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync } as const;
const BOMB = Buffer.alloc(3 * 1024 * 1024, 32);
const BOMBS = { gzip: gzipSync(BOMB), br: brotliCompressSync(BOMB), deflate: deflateSync(BOMB) } as const;
const CODINGS = ["gzip", "br", "deflate"] as const;

const path = (change: Defect): Defect => change;

/** What is wrong in a way that the edge looks at. */
export const httpDefects: Defects = {
  "a piece in the path": path((draft, below) => {
    const at = below(draft.path.length + 1);
    return { ...draft, path: draft.path.slice(0, at) + oneOf(below, PATH_PIECES) + draft.path.slice(at + below(3)) };
  }),
  "a segment of the path replaced": (draft, below) => {
    const segments = draft.path.split("/");
    segments[1 + below(Math.max(1, segments.length - 1))] = oneOf(below, PATH_PIECES);
    return { ...draft, path: segments.join("/") };
  },
  "a piece in the query": (draft, below) => {
    const pieces = [draft.query, oneOf(below, QUERY_PIECES)].filter((piece) => piece !== "");
    return { ...draft, query: pieces.join("&") };
  },
  "a parameter of the query with another value": (draft, below) => {
    const parts = draft.query.split("&").filter((part) => part !== "");
    if (parts.length === 0) return undefined;
    const at = below(parts.length);
    const [name = ""] = (parts[at] ?? "").split("=");
    parts[at] =
      `${name}=${oneOf(below, ["", "x", "-1", "%00", "2026-02-30", "1e5", "true", "%ED%A0%80", "9".repeat(30)])}`;
    return { ...draft, query: parts.join("&") };
  },
  "a parameter of the query twice": (draft) =>
    draft.query === "" ? undefined : { ...draft, query: `${draft.query}&${draft.query.split("&")[0]}` },
  "an odd header": (draft, below) => {
    const name = oneOf(below, Object.keys(HEADERS));
    return withHeader(draft, name, oneOf(below, HEADERS[name] ?? [""]));
  },
  "a header twice": (draft, below) => {
    const name = oneOf(below, Object.keys(HEADERS));
    const values = HEADERS[name] ?? [""];
    const twice = [0, 1].map(() => [name, oneOf(below, values)] as const);
    return { ...draft, headers: [...draft.headers, ...twice] };
  },
  "a body that is compressed, and cut or flipped": (draft, below) => {
    const content = contentOf(draft);
    if (content.length === 0) return undefined;
    const coding = oneOf(below, CODINGS);
    const body = Buffer.from(CODERS[coding](content));
    const cut = below(2) === 0;
    if (!cut) body[below(body.length)] = below(256);
    return withHeader(
      { ...draft, body: cut ? body.subarray(0, below(body.length)) : body },
      "content-encoding",
      coding,
    );
  },
  "a body where none is taken, or another": (draft, below) => ({
    ...draft,
    body: Buffer.from(oneOf(below, ["x", "{}", "null", "[]", "\u0000", "a=b&c=d", "--x\r\n\r\n"])),
  }),
};

/** What is refused at the door, so that little is seen of the rooms. */
export const coarseDefects: Defects = {
  "the path in other letters": (draft) => ({ ...draft, path: draft.path.toUpperCase() }),
  "another verb": (draft, below) => ({
    ...draft,
    verb: oneOf(below, ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PURGE", "REPORT"]),
  }),
  "very many headers": (draft, below) => ({
    ...draft,
    headers: [
      ...draft.headers,
      ...Array.from({ length: 50 + below(200) }, (_, n) => [`x-${n}`, "y".repeat(40)] as const),
    ],
  }),
  "a header that is far too long": (draft) => withHeader(draft, "x-long", "y".repeat(20_000)),
  "a body that inflates beyond the cap": (draft, below) => {
    const coding = oneOf(below, CODINGS);
    return withHeader({ ...draft, body: BOMBS[coding] }, "content-encoding", coding);
  },
  "a body beyond the cap": (draft, below) =>
    below(8) === 0 ? { ...draft, body: Buffer.alloc(1_100_000, 32) } : undefined,
};
