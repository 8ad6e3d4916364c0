import type { DescMessage } from "@bufbuild/protobuf";
import type { Contract } from "../facts.ts";
import type { Renames } from "./type-words.ts";
import type { Uses } from "./use.ts";

/** The two contracts, and what all parts of the diff ask of them. */
export interface Sides {
  readonly old: Contract;
  readonly next: Contract;
  /** Where callers of the old contract meet a type of it. */
  readonly uses: Uses;
  readonly renames: Renames;
  /** What the new contract refuses an empty message for. */
  readonly needed: (desc: DescMessage) => Needed;
  /** The day on which the contracts are compared, "2027-06-30". */
  readonly today: string;
}

export interface Needed {
  /** The fields and choices that are missing. */
  readonly fields: ReadonlySet<string>;
  /** The ids of the rules that are broken. */
  readonly rules: ReadonlySet<string>;
}
