import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "@bufbuild/protobuf";
import type { Route } from "@staymesh/contract";

interface Transcoded {
  readonly httpMethod: string;
  readonly url: string;
  readonly queryString: string;
  readonly data: unknown;
}

type Transcode = (request: JsonObject, options: readonly object[]) => Transcoded | undefined;

/** The transcoder that google-gax's clients use; the package does not export it, so that it is taken by its file. */
function loadTranscode(): Transcode {
  const index = fileURLToPath(import.meta.resolve("google-gax"));
  const loaded: unknown = createRequire(import.meta.url)(index.replace(/index\.js$/, "transcoding.js"));
  const found: unknown = typeof loaded === "object" && loaded !== null ? Reflect.get(loaded, "transcode") : undefined;
  if (typeof found !== "function") throw new Error("google-gax has no transcoder where it was");
  return (request, options) => Reflect.apply(found, undefined, [request, options]);
}

const transcode = loadTranscode();

/** What a client of google-gax sends for a request, by one rule of its method. */
export function gaxRequest(route: Route, request: JsonObject): { readonly line: string; readonly body: string } {
  const { verb, template, body } = route.rule;
  const rule = { [verb.toLowerCase()]: template, ...(body === "" ? {} : { body }) };
  const sent = transcode(structuredClone(request), [{ "(google.api.http)": rule }]);
  if (sent === undefined) throw new Error(`google-gax finds no way for ${template}`);
  const { httpMethod, url, queryString, data } = sent;
  return {
    line: `${httpMethod.toUpperCase()} ${url}${queryString === "" ? "" : `?${queryString}`}`,
    body: data === "" ? "" : JSON.stringify(data),
  };
}
