import { isObject, type KubeObject } from "../objects/objects.ts";
import type { Validate } from "../schema/validate.ts";
import { lifecycle } from "./lifecycle.ts";
import { network } from "./network.ts";
import { type Placement, placement } from "./placement.ts";
import { references } from "./references.ts";
import type { Rule, Scene } from "./scene.ts";
import { security } from "./security.ts";
import { settings } from "./settings.ts";
import { sizes } from "./sizes.ts";

const RULES: readonly Rule[] = [references, settings, network, lifecycle, security, sizes];

export interface Checked {
  readonly problems: readonly string[];
  readonly placement?: Placement;
}

/** Everything that is wrong with the objects of an overlay. Rules read fields, so that the schema comes first. */
export function checkOverlay(scene: Scene, validate: Validate): Checked {
  const malformed = checkSchema(scene.objects, validate);
  if (malformed.length > 0) return { problems: malformed };
  const problems = RULES.flatMap((rule) => rule(scene));
  const unplaceable = problems.some((problem) => problem.includes("PriorityClass"));
  if (unplaceable) return { problems };
  const placed = placement(scene);
  return { problems: [...problems, ...placed.problems], placement: placed };
}

export function checkSchema(objects: readonly unknown[], validate: Validate): readonly string[] {
  return objects.flatMap((object) => validate(object));
}

/** The objects of a rendering; what is none is a problem of the schema check. */
export const objectsOf = (rendered: readonly unknown[]): readonly KubeObject[] => rendered.filter(isObject);
