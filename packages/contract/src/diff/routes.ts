import type { MethodFacts } from "../facts.ts";
import type { HttpRule } from "../http-rule.ts";
import { type PathTemplate, parsePathTemplate, templateShape } from "../path-template.ts";
import { breaks, type Change, change, holds } from "./change.ts";
import { covers } from "./template-cover.ts";

/** One way to call a method over HTTP. */
interface Binding {
  readonly method: MethodFacts;
  readonly rule: HttpRule;
  readonly template: PathTemplate;
}

export interface MethodPair {
  readonly old: MethodFacts;
  readonly next: MethodFacts;
}

/**
 * The URLs of methods that stand in both contracts. Those of a new or a removed method are told with the method, unless another one
 * takes them over.
 */
export const diffRoutes = (
  old: readonly MethodFacts[],
  next: readonly MethodFacts[],
  pairs: readonly MethodPair[],
): readonly Change[] => {
  const [before, after] = [old.flatMap(bindingsOf), next.flatMap(bindingsOf)];
  const successor = new Map(pairs.map((pair) => [pair.old, pair.next]));
  const nextByKey = new Map(after.map((binding) => [keyOf(binding), binding]));
  const oldKeys = new Set(before.map(keyOf));
  const kept = before.flatMap((binding) => {
    const same = nextByKey.get(keyOf(binding));
    return same === undefined ? [] : diffBinding(binding, same, successor.get(binding.method));
  });
  const gone = before.filter((binding) => !nextByKey.has(keyOf(binding)));
  const fresh = after.filter((binding) => !oldKeys.has(keyOf(binding)));
  const replaced = pairs.flatMap((pair) =>
    diffOwn(
      gone.filter(({ method }) => method === pair.old),
      fresh.filter(({ method }) => method === pair.next),
      after.filter(({ method }) => method === pair.next),
    ),
  );
  return [...kept, ...replaced];
};

/** As in "GET /v1/{name=properties/*}". */
export const routeWords = ({ verb, template }: HttpRule): string => `${verb} ${template}`;

export const routesWords = ({ http }: MethodFacts): string | undefined =>
  http.length === 0 ? undefined : http.map(routeWords).join(", ");

const bindingsOf = (method: MethodFacts): readonly Binding[] =>
  method.http.map((rule) => ({ method, rule, template: parsePathTemplate(rule.template) }));

/** Equal for bindings that take the same calls. */
const keyOf = ({ rule, template }: Binding): string => `${rule.verb} ${templateShape(template)}`;

const diffBinding = (old: Binding, next: Binding, successor: MethodFacts | undefined): readonly Change[] => {
  const subject = routeWords(old.rule);
  if (successor !== next.method) {
    const told = [old.method.fullName, next.method.fullName] as const;
    return [change("route-moved", subject, told, breaks("The same URL now calls another method."))];
  }
  return [
    ...diffFields(subject, old, next),
    ...(old.rule.body === next.rule.body
      ? []
      : [
          change(
            "route-body",
            subject,
            [bodyWords(old.rule.body), bodyWords(next.rule.body)],
            breaks("What callers put into the body now belongs elsewhere."),
          ),
        ]),
    ...(old.rule.responseBody === next.rule.responseBody
      ? []
      : [
          change(
            "route-response-body",
            subject,
            [answerWords(old.rule.responseBody), answerWords(next.rule.responseBody)],
            breaks("The answer's JSON is another part of the message than callers read."),
          ),
        ]),
  ];
};

/** A field that got a new name and kept its number is set as before. */
const diffFields = (subject: string, old: Binding, next: Binding): readonly Change[] => {
  const read = ({ method, template }: Binding) =>
    template.variables.map(({ fieldPath, start, length }) => ({ path: numbers(method, fieldPath), start, length }));
  if (JSON.stringify(read(old)) === JSON.stringify(read(next))) {
    return [];
  }
  return [
    change(
      "route-fields",
      subject,
      [old.rule.template, next.rule.template],
      breaks("The path sets other fields of the request, so that what stands there means something else."),
    ),
  ];
};

const numbers = (method: MethodFacts, fieldPath: string): readonly number[] => {
  let message: MethodFacts["input"] | undefined = method.input;
  return fieldPath.split(".").map((name) => {
    const field: MethodFacts["input"]["fields"][number] | undefined = message?.fields.find((one) => one.name === name);
    message = field?.message;
    return field?.number ?? 0;
  });
};

/** Bindings of one method that are gone, beside its new ones. */
const diffOwn = (gone: readonly Binding[], fresh: readonly Binding[], all: readonly Binding[]): readonly Change[] => {
  const changed = gone.slice(0, fresh.length).flatMap((old, index) => {
    const next = fresh[index];
    if (next === undefined) {
      return [];
    }
    const told = [routeWords(old.rule), routeWords(next.rule)] as const;
    const verdict = takes(all, old)
      ? holds("Every path that it took is still taken.")
      : breaks("Callers of the old URL find nothing, or another method, there.");
    return [
      change("route-changed", old.method.fullName, told, verdict),
      ...(old.rule.body === next.rule.body && old.rule.responseBody === next.rule.responseBody
        ? []
        : diffBinding(old, next, next.method).filter(({ kind }) => kind !== "route-fields")),
    ];
  });
  return [
    ...changed,
    ...gone
      .slice(fresh.length)
      .map((old) =>
        change(
          "route-removed",
          routeWords(old.rule),
          [old.method.fullName, undefined],
          takes(all, old)
            ? holds("Another route of the method takes its paths.")
            : breaks("Callers of the URL find nothing there."),
        ),
      ),
    ...fresh
      .slice(gone.length)
      .map((next) =>
        change(
          "route-added",
          routeWords(next.rule),
          [undefined, next.method.fullName],
          holds("One more way to call it."),
        ),
      ),
  ];
};

const takes = (bindings: readonly Binding[], old: Binding): boolean =>
  bindings.some(
    ({ rule, template }) => (rule.verb === old.rule.verb || rule.verb === "*") && covers(template, old.template),
  );

const bodyWords = (body: string): string => (body === "" ? "no body" : body);

const answerWords = (field: string): string => (field === "" ? "the whole message" : field);
