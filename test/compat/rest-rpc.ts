// The methods of a contract over REST, as a client knows them that was built from that contract.
import { fromJson, toJson } from "@bufbuild/protobuf";
import { Metadata } from "@grpc/grpc-js";
import type { Contract, MethodFacts } from "@staymesh/contract";
import { isObject, type Json, type JsonObject } from "../contract/requests.ts";
import { restForm } from "../contract/rest-form.ts";
import { keys } from "../mesh/partners.ts";
import { type Calls, methodNamed, type Outcome } from "../mesh/rpc.ts";

export const restRpc = (base: string, of: Contract): Calls => ({
  call: async (name, request, options = {}) => {
    const method = methodNamed(name, of);
    const { verb, path, body } = restForm(method, isObject(request) ? request : {});
    const leaving = new AbortController();
    const response = await fetch(`${base}${path}`, {
      method: verb,
      headers: {
        authorization: `Bearer ${options.key ?? keys.all}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(method.kind === "unary" ? {} : { accept: "application/jsonl, */*;q=0.1" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([leaving.signal, AbortSignal.timeout(options.timeoutMs ?? 30_000)]),
    });
    if (!response.ok) return refused(await json(response));
    if (method.output.typeName === "google.api.HttpBody") return succeeded([await file(response)]);
    if (method.kind === "unary") return succeeded([decode(of, method, await json(response))]);
    const stream: JsonObject[] = [];
    for await (const line of lines(response)) {
      const told: Json = JSON.parse(line);
      if (!isObject(told) || told["result"] === undefined) throw new Error(`The stream ended with ${line}`);
      stream.push(decode(of, method, told["result"]));
      if (stream.length === options.messages) break;
    }
    leaving.abort();
    return succeeded(stream);
  },
});

/** Strict about all that the contract knows; what it does not know is passed over. */
function decode({ registry }: Contract, { output }: MethodFacts, json: Json): JsonObject {
  const message = fromJson(output, json, { registry, ignoreUnknownFields: true });
  const read = toJson(output, message, { registry, alwaysEmitImplicit: true });
  return isObject(read) ? read : {};
}

async function json(response: Response): Promise<Json> {
  const value: Json = JSON.parse(await response.text());
  return value;
}

async function file(response: Response): Promise<JsonObject> {
  const data = Buffer.from(await response.arrayBuffer()).toString("base64");
  return { contentType: response.headers.get("content-type"), data };
}

async function* lines(response: Response): AsyncGenerator<string> {
  let open = "";
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const parts = `${open}${text}`.split("\n");
    open = parts.pop() ?? "";
    yield* parts.filter((part) => part !== "");
  }
}

const succeeded = (stream: readonly JsonObject[]): Outcome => ({
  ...{ code: "OK", message: "", reason: "", facts: {}, violations: [], headers: new Metadata() },
  ...{ body: stream[0] ?? {}, stream },
});

function refused(problem: Json): Outcome {
  const { code, detail, reason, errors } = isObject(problem) ? problem : {};
  const violations = (Array.isArray(errors) ? errors : []).filter(isObject).map((one) => ({
    field: snake(String(one["field"])),
    reason: String(one["reason"]),
    description: String(one["description"]),
  }));
  const words = { code: String(code), message: String(detail), reason: String(reason) };
  return { ...words, facts: {}, violations, body: {}, stream: [], headers: new Metadata() };
}

const snake = (path: string): string => path.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
