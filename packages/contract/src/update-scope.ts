import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { FieldViolation } from "./facts.ts";
import type { OptionReader } from "./options.ts";

/** Leaves only the violations that concern what a request would change. */
export type UpdateScope = (message: Message, violations: readonly FieldViolation[]) => readonly FieldViolation[];

const FIELD_MASK = "google.protobuf.FieldMask";
const IDENTIFIER = 8;

/**
 * A request with one resource and one field mask changes what the mask names, or without a mask every field that has a value. The
 * resource is only partly there, so that rules about its other fields say nothing. Undefined for requests of another shape.
 */
export const updateScope = (desc: DescMessage, options: OptionReader): UpdateScope | undefined => {
  const messages = desc.fields.filter((field) => field.fieldKind === "message");
  const masks = messages.filter(({ message }) => message.typeName === FIELD_MASK);
  const resources = messages.filter(({ message }) => options.resource(message) !== undefined);
  const [mask] = masks;
  const [resource] = resources;
  if (mask === undefined || resource === undefined || masks.length > 1 || resources.length > 1) {
    return undefined;
  }
  return (message, violations) => {
    const prefix = `${resource.name}.`;
    const isChanged = changes(desc, message, mask, resource);
    return violations.filter(({ field }) => {
      if (!field.startsWith(prefix)) {
        return true;
      }
      const path = field.slice(prefix.length).replaceAll(/\[[^\]]*\]/g, "");
      return isAddress(resource.message, path, options) || isChanged(path);
    });
  };
};

/** What says which resource is meant, and in which version, counts whatever the mask is. */
const isAddress = (desc: DescMessage, path: string, options: OptionReader): boolean => {
  const field = desc.fields.find(({ name }) => name === path);
  return (
    path === "etag" || (field !== undefined && (path === "name" || options.fieldBehavior(field).includes(IDENTIFIER)))
  );
};

const changes = (
  desc: DescMessage,
  message: Message,
  mask: DescField & { readonly fieldKind: "message" },
  resource: DescField & { readonly fieldKind: "message" },
): ((path: string) => boolean) => {
  const view = reflect(desc, message);
  const paths = view.isSet(mask) ? maskPaths(view.get(mask).message) : [];
  if (paths.includes("*")) {
    return () => true;
  }
  if (paths.length > 0) {
    return (path) => paths.some((named) => isWithin(path, named) || isWithin(named, path));
  }
  const holder = view.get(resource);
  return (path) => {
    const top = resource.message.fields.find(({ name }) => name === path.split(".")[0]);
    return top === undefined || holder.isSet(top);
  };
};

const isWithin = (path: string, outer: string): boolean => path === outer || path.startsWith(`${outer}.`);

const maskPaths = (mask: Message): readonly string[] => {
  const paths: unknown = Reflect.get(mask, "paths");
  return Array.isArray(paths) ? paths.filter((path): path is string => typeof path === "string") : [];
};
