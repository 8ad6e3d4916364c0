import type { Validate } from "../schema/validate.ts";
import { checkSchema } from "./check-overlay.ts";
import type { Repository } from "./repository.ts";

/** Two components go together and give objects that Kubernetes knows, unless they answer the same question: then they must not. */
export function checkPair(
  { name, exclusive, built }: Repository["pairs"][number],
  validate: Validate,
): readonly string[] {
  if (exclusive) {
    const clash = built.status === "refused" && built.reason.includes("already registered id");
    return clash
      ? []
      : [`${name}: the two exclude each other, yet kustomize does not refuse them together; run npm run k8s:render.`];
  }
  if (built.status === "refused") return [`${name}: kustomize refuses the two together: ${built.reason}`];
  return checkSchema(built.objects, validate).map((problem) => `${name}: ${problem}`);
}
