import type { Retirement } from "@staymesh/contract";

type Headers = Readonly<Record<string, string>>;

/** What every answer of a retired method tells: Deprecation (RFC 9745), Sunset (RFC 8594), and Link to the guide for both. */
export function retirementHeaders(retirement: Retirement | undefined): Headers {
  if (retirement === undefined) return {};
  const { deprecation, sunset, guideUri } = retirement;
  const relations = sunset === undefined ? "deprecation" : "deprecation sunset";
  return {
    deprecation: `@${deprecation.getTime() / 1000}`,
    ...(sunset === undefined ? {} : { sunset: sunset.toUTCString() }),
    ...(guideUri === undefined ? {} : { link: `<${guideUri}>; rel="${relations}"; type="text/html"` }),
  };
}

/** Adds the headers of a retired method to those of an answer, which may link elsewhere by itself. */
export function withRetirement(headers: Headers, retired: Headers): Headers {
  const links = [headers["link"], retired["link"]].filter((link) => link !== undefined);
  return { ...headers, ...retired, ...(links.length === 0 ? {} : { link: links.join(", ") }) };
}
