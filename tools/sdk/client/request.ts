import { isObject } from "./answer.ts";
import type { MethodPlan, PathField } from "./plan.ts";

export type RequestFields = Readonly<Record<string, unknown>>;

export interface BuiltRequest {
  readonly url: string;
  readonly body: string | undefined;
}

/** The URL and the body of a call, by the rules of google.api.http. */
export function buildRequest(plan: MethodPlan, baseUrl: string, request: RequestFields): BuiltRequest {
  const path = plan.path.map((part) => (typeof part === "string" ? part : pathValue(plan, part, request))).join("");
  const inPath = new Set(plan.path.flatMap((part) => (typeof part === "string" ? [] : [part.field])));
  const rest = Object.fromEntries(Object.entries(request).filter(([name]) => !inPath.has(name)));
  const url = `${baseUrl.replace(/\/+$/, "")}${path}`;
  if (plan.body === "*") return { url, body: json(rest) };
  const { [plan.body]: body, ...others } = rest;
  const query = new URLSearchParams();
  addToQuery(query, "", plan.body === "" ? rest : others);
  const text = query.toString();
  return {
    url: text === "" ? url : `${url}?${text}`,
    body: plan.body === "" ? undefined : json(body ?? {}),
  };
}

function json(value: unknown): string {
  return JSON.stringify(value, (_name, one: unknown) => (typeof one === "bigint" ? String(one) : one));
}

function pathValue(plan: MethodPlan, { field, like }: PathField, request: RequestFields): string {
  const value = field.split(".").reduce<unknown>((from, name) => (isObject(from) ? from[name] : undefined), request);
  const shape = like.split("/").map((part) => (part === "**" ? ".+" : part === "*" ? "[^/]+" : escaped(part)));
  const fits = typeof value === "string" && new RegExp(`^${shape.join("/")}$`).test(value);
  // URLs resolve dots, so that such a name would lead to another path.
  if (!fits || value.split("/").some((part) => part === "." || part === "..")) {
    throw new TypeError(`${plan.method}: ${field} has to look like ${like}`);
  }
  return value.split("/").map(encodeURIComponent).join("/");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function addToQuery(query: URLSearchParams, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    for (const one of value) addToQuery(query, name, one);
  } else if (isObject(value)) {
    for (const [field, one] of Object.entries(value)) addToQuery(query, name === "" ? field : `${name}.${field}`, one);
  } else {
    query.append(name, String(value));
  }
}
