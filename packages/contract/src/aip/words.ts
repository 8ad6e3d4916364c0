/** What names do without (AIP-136, AIP-140): a name that needs one usually says what should be a type or a field of its own. */
export const PREPOSITIONS: ReadonlySet<string> = new Set([
  "after",
  "at",
  "before",
  "between",
  "by",
  "during",
  "except",
  "for",
  "from",
  "in",
  "including",
  "into",
  "of",
  "over",
  "per",
  "since",
  "to",
  "toward",
  "under",
  "until",
  "upon",
  "via",
  "with",
  "within",
  "without",
]);

/** Fields that the proposals themselves name so (AIP-132). */
export const PREPOSITION_FIELDS: ReadonlySet<string> = new Set(["order_by", "group_by"]);

/** What AIP-143 and AIP-140 call by another name. */
export const STANDARD_WORDS: ReadonlyMap<string, string> = new Map([
  ["currency", "currency_code"],
  ["country", "region_code"],
  ["country_code", "region_code"],
  ["region", "region_code"],
  ["language", "language_code"],
  ["lang", "language_code"],
  ["locale", "language_code"],
  ["mime", "mime_type"],
  ["mimetype", "mime_type"],
  ["timezone", "time_zone"],
  ["postcode", "postal_code"],
  ["zip_code", "postal_code"],
]);
