/** A JSON document whose shape is not proven. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Reads a document; undefined where it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** A member of an object, or an item of a list; undefined where there is none. */
export function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((here, name) => {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, name)) return undefined;
    return new Map(Object.entries(here)).get(name);
  }, value);
}

/** A text at a path; empty where there is none. */
export function textAt(value: Json | undefined, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** The items of a list at a path; none where there is no list. */
export function itemsAt(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}
