import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { type Below, type Defect, type Defects, oneOf } from "./draft.ts";

/** Values of every kind, most of which fit nowhere. */
const ODD: readonly JsonValue[] = [
  ...[true, false, 0, -1, 1.5, 1e308, 2 ** 53, -(2 ** 63), 2 ** 31, "", " ", "null", "-1", "1e2", "01", "NaN"],
  ...["2026-02-30", "2026-13-01", "0000-00-00", "2026-02-30T00:00:00Z", "9999-12-31T23:59:59-23:59", "-900s", "1h"],
  ...[
    "NO_SUCH_VALUE",
    "properties/",
    "properties/../x",
    "properties/%2F",
    "//",
    "a/b/c/d",
    "\u0000",
    "\ud800",
    "\u202e",
  ],
  ...["😀", "é".repeat(300), "x".repeat(20_000), "__proto__", "<script>", "' OR 1=1 --", "../../etc/passwd"],
  ...["99999999999999999999999999", "9223372036854775807", "-9223372036854775808", "AAAA====", "eur", "€€€"],
  ...[[], {}, [null], [[]], [{}], { a: 1 }, { ["__proto__"]: { a: 1 } }, null],
];
/** What JSON.stringify would never write. */
const RAW: readonly string[] = [
  ...["9007199254740993", "-0", "1e999", "-1e999", "1E2", "1.0", "01", "NaN", "Infinity", "0x10", "+1", ".5", "1."],
  ...["'a'", "undefined", '"\\x41"', '"\\ud800"', '"\\u0000"', "//", "1e-400", "99999999999999999999", '{"a":1,"a":2}'],
];
const MARK = "\u0001raw\u0001";

type Place = { readonly holder: JsonObject | JsonValue[]; readonly key: string | number };

function placesOf(value: JsonValue): Place[] {
  if (Array.isArray(value)) return value.flatMap((item, key) => [{ holder: value, key }, ...placesOf(item)]);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [{ holder: value, key }, ...placesOf(item)]);
}

function set({ holder, key }: Place, value: JsonValue): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

/** Changes one place of the message. */
function changed(change: (place: Place, root: JsonValue, below: Below) => JsonValue | undefined): Defect {
  return (draft, below) => {
    if (draft.json === undefined || draft.body !== undefined) return undefined;
    const root = structuredClone(draft.json);
    const places = placesOf(root);
    if (places.length === 0) return undefined;
    const json = change(oneOf(below, places), root, below);
    return json === undefined ? undefined : { ...draft, json };
  };
}

/** Changes the text of the message. */
function written(change: (text: string, below: Below) => string | Buffer): Defect {
  return (draft, below) => {
    if (draft.json === undefined || draft.body !== undefined) return undefined;
    return { ...draft, body: Buffer.from(change(JSON.stringify(draft.json), below)) };
  };
}

export const jsonDefects: Defects = {
  "another value": changed((place, root, below) => {
    set(place, structuredClone(oneOf(below, ODD)));
    return root;
  }),
  "a number or text that no writer writes": (draft, below) => {
    const marked = changed((place, root) => {
      set(place, MARK);
      return root;
    })(draft, below);
    if (marked === undefined) return undefined;
    const text = JSON.stringify(marked.json).replace(JSON.stringify(MARK), oneOf(below, RAW));
    return { ...marked, body: Buffer.from(text) };
  },
  "a field left out": changed(({ holder, key }, root) => {
    if (Array.isArray(holder)) return undefined;
    delete holder[key];
    return root;
  }),
  "a field more": changed(({ holder }, root, below) => {
    if (Array.isArray(holder)) return undefined;
    const name = oneOf(below, [
      "nope",
      "__proto__",
      "constructor",
      "",
      "a.b",
      "display_name",
      "\u0000",
      "x".repeat(300),
    ]);
    set({ holder, key: name }, oneOf(below, ODD));
    return root;
  }),
  "a list of very many": changed((place, root, below) => {
    set(
      place,
      Array.from({ length: 100 * (1 + below(50)) }, () => structuredClone(oneOf(below, ODD.slice(0, 16)))),
    );
    return root;
  }),
  "nesting without end": (draft, below) => {
    const deep = changed((place, root) => {
      let inner: JsonValue = 1;
      for (let level = 10 ** (1 + below(3)); level > 0; level -= 1) inner = below(2) === 0 ? [inner] : { inner };
      set(place, inner);
      return root;
    })(draft, below);
    // As text from here on: a copy of what was made deeper again would be too deep for its sender.
    return deep === undefined ? undefined : { ...deep, body: Buffer.from(JSON.stringify(deep.json)) };
  },
  "a member twice": written((text) => text.replace(/"([^"]+)":/, '"$1":null,"$1":')),
  "broken off": written((text, below) => text.slice(0, below(text.length))),
  "flipped bytes": written((text, below) => {
    const bytes = Buffer.from(text);
    for (let flips = 1 + below(4); flips > 0; flips -= 1) bytes[below(bytes.length)] = below(256);
    return bytes;
  }),
  "something in between": written((text, below) => {
    const at = below(text.length + 1);
    return (
      text.slice(0, at) +
      oneOf(below, ["\u0000", ",", "{", "]", '"', "\\", "\ufeff", "/**/", "\u2028"]) +
      text.slice(at)
    );
  }),
  "something around": written((text, below) =>
    oneOf(below, [
      `\ufeff${text}`,
      `${text}${text}`,
      `${text} x`,
      `[${text}]`,
      `"${text}"`,
      `)]}'${text}`,
      " ".repeat(5000),
      "null",
    ]),
  ),
  "another charset": written((text, below) => Buffer.from(text, oneOf(below, ["utf16le", "latin1"] as const))),
};
