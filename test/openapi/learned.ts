// Names that the system has given, put where an example has a name of the same kind.
import { isObject, type Json } from "../contract/requests.ts";

export interface Learned {
  /** Takes note of every resource name and quote token in an answer. */
  readonly note: (answer: Json) => void;
  /** The same value with the names that were noted last. */
  readonly put: (value: Json) => Json;
  readonly putPath: (path: string) => string;
}

const NAME = /^[a-z][a-zA-Z]*\/[^/:]+(\/[a-z][a-zA-Z]*\/[^/:]+)*$/;

/** "properties/lisbon-city/reservations/0190" is of the kind "properties/reservations". */
const kindOf = (segments: readonly string[]): string => segments.filter((_, index) => index % 2 === 0).join("/");

export const learnedNames = (): Learned => {
  const names = new Map<string, string>();
  let quoteToken: string | undefined;

  const note = (answer: Json): void => {
    if (typeof answer === "string" && NAME.test(answer)) names.set(kindOf(answer.split("/")), answer);
    for (const [name, value] of isObject(answer) ? Object.entries(answer) : []) {
      if (name === "quoteToken" && typeof value === "string") quoteToken = value;
      note(value);
    }
    if (Array.isArray(answer)) for (const item of answer) note(item);
  };

  const putName = (name: string): string => {
    const segments = name.split("/");
    for (let end = segments.length - (segments.length % 2); end > 0; end -= 2) {
      const known = names.get(kindOf(segments.slice(0, end)));
      if (known !== undefined) return [known, ...segments.slice(end)].join("/");
    }
    return name;
  };

  const put = (value: Json): Json => {
    if (typeof value === "string") return NAME.test(value) ? putName(value) : value;
    if (Array.isArray(value)) return value.map(put);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        name === "quoteToken" && quoteToken !== undefined ? quoteToken : put(inner),
      ]),
    );
  };

  return {
    note,
    put,
    putPath: (path) => {
      const [, version = "", name = "", verb = ""] = /^(\/v1\/)([^:]*)(:.*)?$/.exec(path) ?? [];
      return `${version}${putName(name)}${verb}`;
    },
  };
};
