/** The segments of a pattern for resource names, each as a pattern of its own; undefined where it cannot be taken apart. */
export const patternParts = (pattern: unknown): readonly string[] | undefined => {
  const whole = typeof pattern === "string" ? /^\^(.*)\$$/.exec(pattern)?.[1] : undefined;
  if (whole === undefined || topLevelBar(whole)) {
    return undefined;
  }
  const parts = splitOutsideGroups(whole);
  return parts?.map((part) => `^${part}$`);
};

/** The segments of an example name. */
export const exampleParts = (examples: unknown): readonly string[] | undefined => {
  const first: unknown = Array.isArray(examples) ? examples[0] : undefined;
  return typeof first === "string" ? first.split("/") : undefined;
};

const topLevelBar = (pattern: string): boolean => /\|/.test(pattern.replaceAll(/\([^()]*\)/g, ""));

/** Slashes within groups and classes belong to a segment. */
const splitOutsideGroups = (pattern: string): readonly string[] | undefined => {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const [index, character] of [...pattern].entries()) {
    if (character === "\\") {
      return undefined;
    }
    if ("([".includes(character)) {
      depth += 1;
    } else if (")]".includes(character)) {
      depth -= 1;
    } else if (character === "/" && depth === 0) {
      parts.push(pattern.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, pattern.slice(start)];
};
