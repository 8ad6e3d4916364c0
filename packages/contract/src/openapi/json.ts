/** A piece of an OpenAPI document. */
export interface Json {
  readonly [name: string]: unknown;
}

/** The members that have a value. */
export const present = (members: Json): Json =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== ""));

export const paragraphs = (...texts: readonly (string | undefined)[]): string =>
  texts.filter((text) => text !== undefined && text !== "").join("\n\n");
