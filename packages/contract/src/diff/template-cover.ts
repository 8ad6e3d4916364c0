import type { PathTemplate, Segment } from "../path-template.ts";

/** Whether every path that `inner` takes is taken by `outer` too. */
export const covers = (outer: PathTemplate, inner: PathTemplate): boolean => {
  if (outer.verb !== inner.verb) {
    return false;
  }
  const open = outer.segments.at(-1)?.kind === "many";
  const fixed = open ? outer.segments.slice(0, -1) : outer.segments;
  const innerOpen = inner.segments.at(-1)?.kind === "many";
  const innerFixed = innerOpen ? inner.segments.slice(0, -1) : inner.segments;
  return (
    (open || (!innerOpen && innerFixed.length === fixed.length)) &&
    innerFixed.length >= fixed.length &&
    fixed.every((segment, index) => coversSegment(segment, innerFixed[index]))
  );
};

const coversSegment = (outer: Segment, inner: Segment | undefined): boolean =>
  outer.kind === "one" || (outer.kind === "literal" && inner?.kind === "literal" && outer.value === inner.value);

/**
 * A path that both templates take, with `fill` where both leave the segment open; undefined where there is none. A custom verb of
 * `newer` is plain text for a template that ends in an open segment.
 */
export const commonPath = (older: PathTemplate, newer: PathTemplate, fill: string): string | undefined => {
  const length = Math.max(fixedLength(older), fixedLength(newer));
  const parts: string[] = [];
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [segmentAt(older, index), segmentAt(newer, index)];
    const part = one === undefined || other === undefined ? undefined : merged(one, other, fill);
    if (part === undefined) {
      return undefined;
    }
    parts.push(part);
  }
  if (older.verb !== newer.verb) {
    const last = older.segments.at(-1)?.kind;
    if (older.verb !== "" || last === undefined || last === "literal") {
      return undefined;
    }
  }
  return `/${parts.join("/")}${newer.verb === "" ? "" : `:${newer.verb}`}`;
};

/** How many segments a path has at least; an open end is given one, so that the path shows it. */
const fixedLength = ({ segments }: PathTemplate): number => segments.length;

const segmentAt = ({ segments }: PathTemplate, index: number): Segment | undefined => {
  const last = segments.at(-1);
  return index < segments.length ? segments[index] : last?.kind === "many" ? last : undefined;
};

const merged = (one: Segment, other: Segment, fill: string): string | undefined => {
  if (one.kind === "literal" && other.kind === "literal") {
    return one.value === other.value ? encodeURIComponent(one.value) : undefined;
  }
  const literal = one.kind === "literal" ? one : other.kind === "literal" ? other : undefined;
  return literal === undefined ? fill : encodeURIComponent(literal.value);
};
