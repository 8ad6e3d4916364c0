const ENCODED_SLASH = /%2f/gi;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Decodes one path segment; undefined where it is no well-formed UTF-8, holds control characters, or would climb the path. */
export const decodeSegment = (raw: string): string | undefined => {
  const decoded = raw.includes("%") ? tryDecode(raw) : raw;
  return decoded === undefined || CONTROL.test(decoded) || decoded === "." || decoded === ".." ? undefined : decoded;
};

/** Decodes segments that one variable takes together: an encoded slash stays as it is. The segments are known to be well formed. */
export const decodeSegments = (raw: readonly string[]): string => {
  const joined = raw.join("/");
  if (!joined.includes("%")) {
    return joined;
  }
  const slashes = joined.match(ENCODED_SLASH) ?? [];
  return joined
    .split(ENCODED_SLASH)
    .map((part, index) => `${index === 0 ? "" : slashes[index - 1]}${decodeURIComponent(part)}`)
    .join("");
};

const tryDecode = (raw: string): string | undefined => {
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
};
