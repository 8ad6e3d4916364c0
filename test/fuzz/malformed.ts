import { seeded } from "../mesh/random.ts";
import { type Below, type Defects, type Draft, oneOf } from "./draft.ts";
import { coarseDefects, httpDefects } from "./http-defects.ts";
import { jsonDefects } from "./json-defects.ts";
import { type SoundOptions, soundDraft } from "./sound.ts";
import { envelopeDefects, wireDefects } from "./wire-defects.ts";

/** As often as each is wanted: what is refused at the door, or by the HTTP parser, tells little of the edge. */
const FAMILIES: readonly Defects[] = [
  ...[jsonDefects, jsonDefects, jsonDefects, jsonDefects, jsonDefects, jsonDefects, jsonDefects, jsonDefects],
  ...[httpDefects, httpDefects, httpDefects, httpDefects, envelopeDefects, envelopeDefects, wireDefects, coarseDefects],
];
const MANY = 4;

/** The malformed request of this number: the same for the same seed, whatever was sent before it. */
export function malformed(options: SoundOptions, seed: number, index: number): Draft {
  const random = seeded(seed * 1_000_003 + index);
  const below: Below = (limit) => Math.floor(random() * limit);
  const sound = soundDraft(options, below);
  // Every second one has a single defect, so that everything in front of it is sound and the edge gets as far as that.
  const wanted = index % 2 === 0 ? 1 : 2 + below(MANY - 1);
  let draft = sound;
  while (draft.defects.length < wanted) draft = spoiled(draft, below);
  return draft;
}

function spoiled(draft: Draft, below: Below): Draft {
  for (;;) {
    const family = oneOf(below, FAMILIES);
    const name = oneOf(below, Object.keys(family));
    const next = family[name]?.(draft, below);
    if (next !== undefined) return { ...next, defects: [...draft.defects, name] };
  }
}
