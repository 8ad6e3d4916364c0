import type { MethodFacts } from "@staymesh/contract";
import { plausible, someNames, toBytes } from "../contract/requests.ts";
import { restForm } from "../contract/rest-form.ts";
import { type Below, type Door, type Draft, oneOf } from "./draft.ts";

export interface SoundOptions {
  readonly methods: readonly MethodFacts[];
  readonly host: string;
  readonly key: string;
}

const DOORS: readonly Door[] = ["rest", "rest", "rest", "rest", "rest", "connect", "connect-stream", "grpc-web"];

/** A request that a client might well send, through one of the doors. */
export function soundDraft({ methods, host, key }: SoundOptions, below: Below): Draft {
  const door = oneOf(below, DOORS);
  const fitting = methods.filter(({ kind }) => door !== "connect-stream" || kind === "server_streaming");
  const method = oneOf(below, fitting);
  const json = plausible(method, someNames);
  if ("requestId" in json) json["requestId"] = uuid(below);
  const common = { door, method, framing: { kind: "length" }, defects: [], query: "", body: undefined } as const;
  const headers: readonly (readonly [string, string])[] = [
    ["host", host],
    ["authorization", `Bearer ${key}`],
  ];
  if (door === "rest") {
    const { verb, path, body } = restForm(method, json);
    const [rawPath = "", query = ""] = path.split("?");
    const typed = body === undefined ? headers : [...headers, ["content-type", "application/json"] as const];
    return { ...common, verb, path: rawPath, query, headers: typed, json: body };
  }
  const post = { ...common, verb: "POST", path: method.path, headers, json } as const;
  const type = (value: string): Draft["headers"] => [
    ...headers,
    ["content-type", value],
    ["connect-protocol-version", "1"],
  ];
  const asJson = below(2) === 0;
  const text = Buffer.from(JSON.stringify(json));
  const bytes = toBytes(method, json);
  switch (door) {
    case "connect":
      if (method.idempotency === "NO_SIDE_EFFECTS" && below(3) === 0) {
        const query = asJson
          ? `connect=v1&encoding=json&message=${encodeURIComponent(JSON.stringify(json))}`
          : `connect=v1&encoding=proto&base64=1&message=${bytes.toString("base64url")}`;
        return { ...post, verb: "GET", query, json: undefined };
      }
      return asJson
        ? { ...post, headers: type("application/json") }
        : { ...post, headers: type("application/proto"), json: undefined, body: bytes };
    case "connect-stream":
      return {
        ...post,
        headers: type(`application/connect+${asJson ? "json" : "proto"}`),
        ...envelope(asJson ? text : bytes),
      };
    case "grpc-web":
      return {
        ...post,
        headers: type(`application/grpc-web+${asJson ? "json" : "proto"}`),
        ...envelope(asJson ? text : bytes),
      };
  }
}

function envelope(data: Buffer): { readonly json: undefined; readonly body: Buffer } {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(data.length, 1);
  return { json: undefined, body: Buffer.concat([head, data]) };
}

/** A UUID of the run's own numbers, so that the same run sends the same. */
export function uuid(below: Below): string {
  const hex = Array.from({ length: 32 }, () => below(16).toString(16)).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join("-");
}
