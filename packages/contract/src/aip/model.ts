import type { DescEnum, DescField, DescFile, DescMessage } from "@bufbuild/protobuf";
import { type Comments, readComments } from "../comments.ts";
import type { Contract, MethodFacts } from "../facts.ts";
import { parsePathTemplate } from "../path-template.ts";

/** A message that is a resource of the API (AIP-122, AIP-123). */
export interface Resource {
  readonly desc: DescMessage;
  /** As in "payment.staymesh.io/Payment". */
  readonly type: string;
  readonly patterns: readonly string[];
  readonly singular: string;
  readonly plural: string;
}

/** What the rules look at: the elements of the packages that are linted, and the whole contract behind them. */
export interface AipModel {
  readonly contract: Contract;
  readonly comments: Comments;
  readonly files: readonly DescFile[];
  readonly methods: readonly MethodFacts[];
  /** Nested ones too, but no map entries. */
  readonly messages: readonly DescMessage[];
  readonly enums: readonly DescEnum[];
  readonly resources: readonly Resource[];
  /** Those of other packages too, since a field may refer to them. */
  readonly allResources: readonly Resource[];
  /** Messages of the packages that a caller fills in: requests, and what they contain. */
  readonly written: ReadonlySet<DescMessage>;
}

export const OUTPUT_ONLY = 3;
export const REQUIRED = 2;
export const IDENTIFIER = 8;

/** Reads the elements of the packages that `lints` names. */
export const aipModel = (contract: Contract, lints: (packageName: string) => boolean): AipModel => {
  const types = [...contract.registry];
  const mine = ({ file }: { readonly file: DescFile }) => lints(file.proto.package);
  const every = types.filter((type): type is DescMessage => type.kind === "message");
  const allResources = every.flatMap((desc) => resourceOf(contract, desc));
  const methods = contract.services.flatMap((service) => service.methods).filter(({ desc }) => mine(desc.parent));
  return {
    contract,
    comments: readComments(contract),
    files: [...contract.registry.files].filter((file) => lints(file.proto.package)),
    methods,
    messages: every.filter(mine),
    enums: types.filter((type): type is DescEnum => type.kind === "enum").filter(mine),
    resources: allResources.filter(({ desc }) => mine(desc)),
    allResources,
    written: writtenMessages(contract, methods, mine),
  };
};

const resourceOf = (contract: Contract, desc: DescMessage): readonly Resource[] => {
  const option = contract.options.resource(desc);
  if (option === undefined) {
    return [];
  }
  const { type, pattern, singular, plural } = option;
  return [{ desc, type, patterns: pattern, singular, plural }];
};

const writtenMessages = (
  contract: Contract,
  methods: readonly MethodFacts[],
  mine: (desc: DescMessage) => boolean,
): ReadonlySet<DescMessage> => {
  const found = new Set<DescMessage>();
  const visit = (desc: DescMessage): void => {
    if (found.has(desc) || !mine(desc)) {
      return;
    }
    found.add(desc);
    for (const field of desc.fields) {
      if (field.message !== undefined && !contract.options.fieldBehavior(field).includes(OUTPUT_ONLY)) {
        visit(field.message);
      }
    }
  };
  for (const { input } of methods) {
    visit(input);
  }
  return found;
};

export const fieldNamed = (desc: DescMessage, name: string): DescField | undefined =>
  desc.fields.find((field) => field.name === name);

/** "RoomType" and "roomType" as "room_type". */
export const snake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();

/** "room_type" and "roomType" as "RoomType". */
export const upperCamel = (name: string): string =>
  name.replace(/(?:^|_)([a-z0-9])/g, (_whole, letter: string) => letter.toUpperCase());

/** A pattern or template without the names of its variables: "properties/*" of "properties/{property}". */
export const shapeOf = (pattern: string): string => pattern.replaceAll(/\{[^}]*\}/g, "*");

/** The first route of a method, as rules of shape see it; undefined where it has none or none that can be read. */
export interface RouteShape {
  readonly verb: string;
  readonly template: string;
  readonly body: string;
  /** What follows the last colon; empty where there is none. */
  readonly custom: string;
  readonly literals: readonly string[];
  /** The last segment where it is a word: the collection of a list or create. */
  readonly last: string;
  /** Field paths with the resource pattern that they take. */
  readonly variables: ReadonlyMap<string, string>;
}

export const routeShapes = ({ http }: MethodFacts): readonly RouteShape[] =>
  http.map(({ verb, template, body }) => {
    const { segments, variables, verb: custom } = parsePathTemplate(template);
    const texts = segments.map((segment) =>
      segment.kind === "literal" ? segment.value : segment.kind === "one" ? "*" : "**",
    );
    const end = segments.at(-1);
    return {
      verb,
      template,
      body,
      custom,
      literals: segments.flatMap((segment) => (segment.kind === "literal" ? [segment.value] : [])),
      last: end?.kind === "literal" ? end.value : "",
      variables: new Map(
        variables.map(({ fieldPath, start, length }) => [fieldPath, texts.slice(start, start + length).join("/")]),
      ),
    };
  });
