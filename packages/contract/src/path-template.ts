/** One segment of a path template. */
export type Segment =
  | { readonly kind: "literal"; readonly value: string }
  | { readonly kind: "one" }
  | { readonly kind: "many" };

export interface TemplateVariable {
  /** Proto names with dots between them. */
  readonly fieldPath: string;
  readonly start: number;
  /** How many segments of the template it covers; a last `**` counts as one. */
  readonly length: number;
  /** Several segments: an encoded slash stays encoded, since it could not be told from a border. */
  readonly multi: boolean;
}

export interface PathTemplate {
  readonly segments: readonly Segment[];
  readonly variables: readonly TemplateVariable[];
  /** Empty where there is none. */
  readonly verb: string;
}

const LITERAL = /^[A-Za-z0-9._~!$&'()*+,;=@%-]+$/;
const IDENT = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;

/** Reads a template of google.api.http; throws with what is wrong with it. */
export const parsePathTemplate = (text: string): PathTemplate => {
  if (!text.startsWith("/")) {
    throw new Error("it does not begin with /");
  }
  const { path, verb } = splitVerb(text);
  const segments: Segment[] = [];
  const variables: TemplateVariable[] = [];
  for (const part of splitOutsideBraces(path.slice(1))) {
    if (part.startsWith("{") && part.endsWith("}")) {
      const variable = readVariable(part.slice(1, -1), segments.length);
      segments.push(...variable.segments);
      variables.push(variable.variable);
    } else {
      segments.push(readSegment(part));
    }
  }
  if (segments.slice(0, -1).some(({ kind }) => kind === "many")) {
    throw new Error("** is not its last segment");
  }
  const twice = variables.find(({ fieldPath }, index) =>
    variables.slice(0, index).some((earlier) => earlier.fieldPath === fieldPath),
  );
  if (twice !== undefined) {
    throw new Error(`it binds ${twice.fieldPath} twice`);
  }
  return { segments, variables, verb };
};

/** The segments as they are written, with `{}` for what a variable or a wildcard takes: equal for templates that match the same. */
export const templateShape = ({ segments, verb }: PathTemplate): string => {
  const parts = segments.map((segment) => (segment.kind === "literal" ? segment.value : WILDCARDS[segment.kind]));
  return `/${parts.join("/")}${verb === "" ? "" : `:${verb}`}`;
};

const WILDCARDS = { one: "*", many: "**" } as const;

const splitVerb = (text: string): { readonly path: string; readonly verb: string } => {
  const colon = text.indexOf(":", Math.max(text.lastIndexOf("/"), text.lastIndexOf("}")));
  if (colon < 0) {
    return { path: text, verb: "" };
  }
  const verb = text.slice(colon + 1);
  if (!LITERAL.test(verb) || verb.includes("%")) {
    throw new Error(`":${verb}" is no custom verb`);
  }
  return { path: text.slice(0, colon), verb };
};

const splitOutsideBraces = (path: string): readonly string[] => {
  if (path === "") {
    throw new Error("it has no segment");
  }
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const [index, character] of [...path].entries()) {
    if (character === "{") {
      depth += 1;
    } else if (character === "}") {
      depth -= 1;
    } else if (character === "/" && depth === 0) {
      parts.push(path.slice(start, index));
      start = index + 1;
    }
    if (depth < 0 || depth > 1) {
      throw new Error(depth > 1 ? "a variable stands inside another" : "a } has no {");
    }
  }
  if (depth !== 0) {
    throw new Error("a { has no }");
  }
  return [...parts, path.slice(start)];
};

const readSegment = (text: string): Segment => {
  if (text === "*") {
    return { kind: "one" };
  }
  if (text === "**") {
    return { kind: "many" };
  }
  if (!LITERAL.test(text) || text.includes("*") || text === "." || text === "..") {
    throw new Error(text === "" ? "it has an empty segment" : `"${text}" is no segment`);
  }
  return { kind: "literal", value: decodeLiteral(text) };
};

const decodeLiteral = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(`"${text}" is wrongly percent-encoded`);
  }
};

const readVariable = (
  text: string,
  start: number,
): { readonly variable: TemplateVariable; readonly segments: readonly Segment[] } => {
  const equals = text.indexOf("=");
  const fieldPath = equals < 0 ? text : text.slice(0, equals);
  if (!IDENT.test(fieldPath)) {
    throw new Error(`"${fieldPath}" is no field path`);
  }
  const segments = (equals < 0 ? "*" : text.slice(equals + 1)).split("/").map(readSegment);
  const multi = segments.length > 1 || segments.some(({ kind }) => kind === "many");
  return { variable: { fieldPath, start, length: segments.length, multi }, segments };
};
