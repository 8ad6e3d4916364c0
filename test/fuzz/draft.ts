import type { JsonValue } from "@bufbuild/protobuf";
import type { MethodFacts } from "@staymesh/contract";

/** The doors of the edge: each tells in its own way that something failed. */
export type Door = "rest" | "connect" | "connect-stream" | "grpc-web";

/** A request in the making: a sound one that defects are put into. */
export interface Draft {
  readonly door: Door;
  readonly method: MethodFacts;
  readonly verb: string;
  readonly path: string;
  readonly query: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The message as JSON, as long as no defect has taken the text apart. */
  readonly json: JsonValue | undefined;
  /** Other content, which wins over the JSON. */
  readonly body: Buffer | undefined;
  readonly framing: Framing;
  /** What was done to it, in the order in which it was done. */
  readonly defects: readonly string[];
}

/** How a body is announced and sent; `raw` replaces the whole request. */
export type Framing =
  | { readonly kind: "length" }
  | { readonly kind: "says"; readonly length: string }
  | { readonly kind: "chunked"; readonly pieces: number }
  | { readonly kind: "chunks"; readonly raw: Buffer }
  | { readonly kind: "raw"; readonly bytes: Buffer }
  /** The client leaves after a share of the bytes. */
  | { readonly kind: "leaves"; readonly share: number };

/** A number below another. */
export type Below = (limit: number) => number;

/** Gives the same draft with something wrong; undefined where it has no such place. */
export type Defect = (draft: Draft, below: Below) => Draft | undefined;

export type Defects = Readonly<Record<string, Defect>>;

export function oneOf<Item>(below: Below, items: readonly Item[]): Item {
  const item = items[below(items.length)];
  if (item === undefined) throw new Error("there is nothing to choose from");
  return item;
}

export function withHeader(draft: Draft, name: string, value: string): Draft {
  const others = draft.headers.filter(([other]) => other !== name);
  return { ...draft, headers: [...others, [name, value]] };
}

/** The content as it is sent. */
export function contentOf({ body, json }: Draft): Buffer {
  return body ?? (json === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(json)));
}

/** The bytes that go over the wire, and how many of them. */
export interface Wire {
  readonly bytes: Buffer;
  readonly pieces: number;
  /** The client leaves when they are out. */
  readonly leaves: boolean;
}

export function toWire(draft: Draft): Wire {
  const { framing } = draft;
  if (framing.kind === "raw") return { bytes: framing.bytes, pieces: 1, leaves: false };
  const content = contentOf(draft);
  const head = (...more: readonly string[]): Buffer => {
    const target = draft.query === "" ? draft.path : `${draft.path}?${draft.query}`;
    const lines = draft.headers.map(([name, value]) => `${name}: ${value}`);
    return Buffer.from(`${[`${draft.verb} ${target} HTTP/1.1`, ...lines, ...more].join("\r\n")}\r\n\r\n`, "latin1");
  };
  const length = `content-length: ${content.length}`;
  switch (framing.kind) {
    case "length": {
      const bytes = Buffer.concat([content.length > 0 ? head(length) : head(), content]);
      return { bytes, pieces: 1, leaves: false };
    }
    case "says":
      return { bytes: Buffer.concat([head(`content-length: ${framing.length}`), content]), pieces: 1, leaves: false };
    case "chunked":
      return {
        bytes: Buffer.concat([head("transfer-encoding: chunked"), chunked(content, framing.pieces)]),
        pieces: framing.pieces,
        leaves: false,
      };
    case "chunks":
      return { bytes: Buffer.concat([head("transfer-encoding: chunked"), framing.raw]), pieces: 1, leaves: false };
    case "leaves": {
      const whole = Buffer.concat([head(length), content]);
      return { bytes: whole.subarray(0, Math.ceil(whole.length * framing.share)), pieces: 1, leaves: true };
    }
  }
}

function chunked(content: Buffer, pieces: number): Buffer {
  const size = Math.max(1, Math.ceil(content.length / pieces));
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; at += size) {
    const piece = content.subarray(at, at + size);
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
}
