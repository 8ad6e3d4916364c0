import type { Expression, LabelSelector, Labels, NodeSelectorTerm, PodSpec, Taint, Toleration } from "./objects.ts";

/** Whether labels fit a selector. An absent selector fits nothing, an empty one everything. */
export function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  const exact = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return exact && (selector.matchExpressions ?? []).every((expression) => holds(expression, labels));
}

/** Whether a node's labels fit the pod's node selector and its required node affinity. */
export function wantsNode(spec: PodSpec, labels: Labels): boolean {
  const exact = Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return exact && (terms === undefined || terms.some((term) => fitsTerm(term, labels)));
}

/** Whether labels fit every expression of a term; a term without expressions fits nothing. */
export function fitsTerm(term: NodeSelectorTerm, labels: Labels): boolean {
  const expressions = term.matchExpressions ?? [];
  return expressions.length > 0 && expressions.every((expression) => holds(expression, labels));
}

/** Whether one of the tolerations covers the taint. */
export function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some(
    (toleration) =>
      (toleration.effect === undefined || toleration.effect === "" || toleration.effect === taint.effect) &&
      (toleration.key === undefined || toleration.key === "" || toleration.key === taint.key) &&
      (toleration.operator === "Exists" || (toleration.value ?? "") === (taint.value ?? "")),
  );
}

function holds({ key, operator, values = [] }: Expression, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return isWhole(value) && Number(value) > Number(values[0]);
    case "Lt":
      return isWhole(value) && Number(value) < Number(values[0]);
    default:
      throw new Error(`there is no operator ${operator}`);
  }
}

function isWhole(value: string | undefined): value is string {
  return value !== undefined && /^-?\d+$/.test(value);
}
