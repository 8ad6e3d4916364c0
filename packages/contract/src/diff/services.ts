import type { MethodFacts, ServiceFacts } from "../facts.ts";
import { breaks, type Change, change, holds } from "./change.ts";
import { diffMethod } from "./methods.ts";
import { optionValues } from "./option-values.ts";
import { diffOtherOptions } from "./other-options.ts";
import { findRenamed, pairUp } from "./pairs.ts";
import { diffRoutes, type MethodPair, routesWords } from "./routes.ts";
import { diffShadows } from "./shadows.ts";
import type { Sides } from "./sides.ts";
import type { Renames } from "./type-words.ts";
import { ownServices } from "./use.ts";

/** Services, their methods and the routes to them. */
export const diffServices = (sides: Sides): readonly Change[] => {
  const [old, next] = [ownServices(sides.old), ownServices(sides.next)];
  const services = findRenamed(
    pairUp(old, next, ({ name }) => name),
    (service) => serviceShape(service, sides.renames),
    (service) => serviceShape(service, new Map()),
  );
  const methods = [...services.both, ...services.renamed].map(([one, other]) => matchMethods(sides, one, other));
  const pairs = methods.flatMap((found) => found.pairs);
  const successors = new Map(pairs.map((pair) => [pair.old.fullName, pair.next.fullName]));
  return [
    ...services.gone.flatMap((service) => [
      change("service-removed", service.name, [undefined, undefined], breaks("Every call of it fails.")),
      ...service.methods.map(removedMethod),
    ]),
    ...services.fresh.flatMap((service) => [
      change("service-added", service.name, [undefined, undefined], holds("Nobody has to call it.")),
      ...service.methods.map(addedMethod),
    ]),
    ...services.renamed.map(([one, other]) =>
      change(
        "service-renamed",
        one.name,
        [one.name, other.name],
        breaks("REST stays as it is; callers over gRPC and Connect find nothing under the old name."),
      ),
    ),
    ...[...services.both, ...services.renamed].flatMap(([one, other]) => serviceOptions(sides, one, other)),
    ...methods.flatMap((found) => found.changes),
    ...pairs.flatMap((pair) => diffMethod(sides, pair.old, pair.next)),
    ...diffRoutes(
      old.flatMap((service) => service.methods),
      next.flatMap((service) => service.methods),
      pairs,
    ),
    ...diffShadows(sides, (one, other) => successors.get(one) === other),
  ];
};

const matchMethods = (
  { renames }: Sides,
  old: ServiceFacts,
  next: ServiceFacts,
): { readonly pairs: readonly MethodPair[]; readonly changes: readonly Change[] } => {
  const found = findRenamed(
    pairUp(old.methods, next.methods, ({ name }) => name),
    (method) => methodShape(method, renames),
    (method) => methodShape(method, new Map()),
  );
  return {
    pairs: [...found.both, ...found.renamed].map(([one, other]) => ({ old: one, next: other })),
    changes: [
      ...found.gone.map(removedMethod),
      ...found.fresh.map(addedMethod),
      ...found.renamed.map(([one, other]) =>
        change(
          "method-renamed",
          one.fullName,
          [one.name, other.name],
          breaks(
            "Its messages and routes stay as they are; callers over gRPC and Connect find nothing under the old name.",
          ),
        ),
      ),
    ],
  };
};

const removedMethod = (method: MethodFacts): Change =>
  change("method-removed", method.fullName, [routesWords(method), undefined], breaks("Every call of it fails."));

const addedMethod = (method: MethodFacts): Change =>
  change("method-added", method.fullName, [undefined, routesWords(method)], holds("Nobody has to call it."));

/** Methods that take, give and are reached in the same way are one method. */
const methodShape = ({ input, output, kind, http }: MethodFacts, renames: Renames): string =>
  [
    renames.get(input.typeName) ?? input.typeName,
    renames.get(output.typeName) ?? output.typeName,
    kind,
    JSON.stringify(http),
  ].join(" ");

const serviceShape = ({ methods }: ServiceFacts, renames: Renames): string =>
  methods
    .map((method) => `${method.name} ${methodShape(method, renames)}`)
    .sort()
    .join();

const serviceOptions = (sides: Sides, old: ServiceFacts, next: ServiceFacts): readonly Change[] => {
  const [before, after] = [old.methods[0]?.desc.parent, next.methods[0]?.desc.parent];
  return before === undefined || after === undefined
    ? []
    : diffOtherOptions(old.name, optionValues(before, sides.old.registry), optionValues(after, sides.next.registry));
};
