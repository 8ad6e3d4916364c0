import type { Retirement } from "./facts.ts";
import type { RetirementOption } from "./options.ts";

/**
 * Reads the way out of a method: what RFC 9745 (Deprecation) and RFC 8594 (Sunset) tell. Throws where a day is none, where the sunset comes
 * first, where the guide has no address, or where the method is not marked `deprecated`, which is what generated clients show.
 */
export const readRetirement = (
  method: string,
  isMarked: boolean,
  option: RetirementOption | undefined,
): { readonly retirement?: Retirement } => {
  if (option === undefined) {
    return {};
  }
  const complain = (words: string) => new Error(`${method}: its retirement ${words}`);
  if (!isMarked) {
    throw complain("needs `option deprecated = true` beside it");
  }
  const deprecation = beginOf(option.deprecationDate);
  if (deprecation === undefined) {
    throw complain(`has the deprecation_date "${option.deprecationDate}", which is no day such as 2027-06-30`);
  }
  const sunset = option.sunsetDate === "" ? undefined : beginOf(option.sunsetDate);
  if (sunset === undefined && option.sunsetDate !== "") {
    throw complain(`has the sunset_date "${option.sunsetDate}", which is no day such as 2027-06-30`);
  }
  if (sunset !== undefined && sunset < deprecation) {
    throw complain(`has a sunset, ${option.sunsetDate}, before its deprecation, ${option.deprecationDate}`);
  }
  const guide = option.guideUri === "" ? undefined : URL.parse(option.guideUri);
  if (guide === null || (guide !== undefined && guide.protocol !== "https:")) {
    throw complain(`has the guide_uri "${option.guideUri}", which is no https:// address`);
  }
  return {
    retirement: {
      deprecation,
      ...(sunset === undefined ? {} : { sunset }),
      ...(guide === undefined ? {} : { guideUri: guide.href }),
    },
  };
};

/** The beginning of a day in UTC; undefined where the text is none, as 2027-02-30 is. */
const beginOf = (day: string): Date | undefined => {
  const begin = new Date(`${day}T00:00:00Z`);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(begin.getTime());
  return isDay && begin.toISOString().startsWith(day) ? begin : undefined;
};
