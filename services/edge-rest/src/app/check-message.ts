import { randomUUID } from "node:crypto";
import type { Message } from "@bufbuild/protobuf";
import type { Route } from "@staymesh/contract";
import type { Locate } from "./locate.ts";
import type { EdgeRequest } from "./ports.ts";
import type { FieldProblem, Reasons } from "./problem.ts";
import { createConditions } from "./request-conditions.ts";

export type MessageChecker = (
  message: Message,
  headers: EdgeRequest["headers"],
  locate: Locate,
) => readonly FieldProblem[];

/** The part of making a request that remains where the client brings the whole message. */
export function messageChecker(
  route: Route,
  reasons: Reasons,
  validate: Route["method"]["validate"] | undefined,
): MessageChecker {
  const conditions = createConditions(route, randomUUID);
  return (message, headers, locate) => {
    const problems = conditions(message, headers, reasons);
    if (problems.length > 0 || validate === undefined) return problems;
    return validate(message).map(({ field, rule, description }) => locate(field, rule, description));
  };
}
