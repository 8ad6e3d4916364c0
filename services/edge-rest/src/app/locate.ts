import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { Route } from "@staymesh/contract";
import { escapePointer } from "./duplicate-keys.ts";
import type { FieldProblem } from "./problem.ts";

/** Tells a client where a field of the request stood: in its path, its query or its body. */
export type Locate = (field: string, reason: string, description: string) => FieldProblem;

interface Step {
  readonly json: string;
  readonly proto: string;
  /** How a query writes it, if it does: an item of a list has no name of its own there. */
  readonly parameter: string | undefined;
}

const TOKEN = /([A-Za-z_]\w*)|\[(?:(\d+)|("(?:[^"\\]|\\.)*")|(true|false))\]/g;

export function locator(route: Route): Locate {
  const { input } = route.method;
  const inPath = new Set(route.path.map(({ fields }) => fields.map(({ name }) => name).join(".")));
  const bodyField = route.body.kind === "field" ? route.body.field.name : undefined;
  return (field, reason, description) => {
    const steps = follow(input, field);
    const bare = steps.map(({ proto }) => proto).join(".");
    const [top, ...below] = steps;
    if (inPath.has(bare)) {
      const parameter = steps.map(({ json }) => json).join(".");
      return { field, in: "path", parameter, reason, description };
    }
    if (route.body.kind === "whole") return { field, in: "body", pointer: pointerOf(steps), reason, description };
    if (top !== undefined && top.proto === bodyField) {
      return { field, in: "body", pointer: pointerOf(below), reason, description };
    }
    if (top === undefined && bodyField !== undefined) return { field, in: "body", pointer: "", reason, description };
    const parameter = steps
      .map((step) => step.parameter ?? "")
      .join("")
      .slice(1);
    return { field, in: "query", parameter, reason, description };
  };
}

function pointerOf(steps: readonly Step[]): string {
  return steps.map(({ json }) => `/${escapePointer(json)}`).join("");
}

/** Follows a path such as rooms[0].adults as far as the descriptors know it. */
function follow(desc: DescMessage, path: string): readonly Step[] {
  const steps: Step[] = [];
  let above: DescField | undefined;
  let message: DescMessage | undefined = desc;
  for (const [, name, index, quoted, flag] of path.matchAll(TOKEN)) {
    if (name === undefined) {
      const key = index ?? flag ?? (quoted === undefined ? "" : String(JSON.parse(quoted)));
      steps.push({ json: key, proto: `[${key}]`, parameter: above?.fieldKind === "map" ? `[${key}]` : undefined });
      continue;
    }
    const field: DescField | undefined = message?.fields.find((candidate) => candidate.name === name);
    if (field === undefined) break;
    steps.push({ json: field.jsonName, proto: field.name, parameter: `.${field.jsonName}` });
    above = field;
    message = field.message;
  }
  return steps;
}
