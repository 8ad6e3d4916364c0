/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** False where the stream of the answer was left before its end. */
  readonly isWhole: boolean;
  /** The connection can take another request. */
  readonly isReusable: boolean;
}

interface Head {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly bodyAt: number;
}

/** What there is of an answer so far; `undefined` until its head is whole. Throws where it is no HTTP. */
export function readAnswer(bytes: Buffer, verb: string, isClosed: boolean): Answer | undefined {
  const head = readHead(bytes);
  if (head === undefined) return undefined;
  const { status, headers, bodyAt } = head;
  const rest = bytes.subarray(bodyAt);
  const isReusable = headers.get("connection")?.toLowerCase() !== "close";
  if (verb === "HEAD" || status === 204 || status === 304) {
    return { status, headers, body: Buffer.alloc(0), isWhole: true, isReusable: isReusable && rest.length === 0 };
  }
  const length = headers.get("content-length");
  if (length !== undefined) {
    const body = rest.subarray(0, Number(length));
    const isWhole = rest.length >= Number(length);
    return { status, headers, body, isWhole, isReusable: isReusable && rest.length === Number(length) };
  }
  if (headers.get("transfer-encoding") === "chunked") {
    const { body, isWhole } = readChunks(rest);
    return { status, headers, body, isWhole, isReusable: isReusable && isWhole };
  }
  return { status, headers, body: rest, isWhole: isClosed, isReusable: false };
}

/** Answers of the kind 1xx come before the one that counts. */
function readHead(bytes: Buffer, from = 0): Head | undefined {
  const end = bytes.indexOf("\r\n\r\n", from);
  if (end < 0) return undefined;
  const [line = "", ...fields] = bytes.subarray(from, end).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})(?: |$)/.exec(line)?.[1]);
  if (!(status >= 100)) throw new Error(`this is no status line: ${JSON.stringify(line.slice(0, 100))}`);
  if (status < 200) return readHead(bytes, end + 4);
  const headers = new Map(
    fields.map((field) => {
      const colon = field.indexOf(":");
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const;
    }),
  );
  return { status, headers, bodyAt: end + 4 };
}

function readChunks(bytes: Buffer): { readonly body: Buffer; readonly isWhole: boolean } {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf("\r\n", at);
    const size = end < 0 ? Number.NaN : Number.parseInt(bytes.subarray(at, end).toString("latin1"), 16);
    if (Number.isNaN(size) || bytes.length < end + 4 + size) return { body: Buffer.concat(parts), isWhole: false };
    if (size === 0) return { body: Buffer.concat(parts), isWhole: true };
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 4 + size;
  }
}
