import { typesOf } from "./field-types.ts";
import type { Enum, Field, Message } from "./names.ts";

export interface Reached {
  readonly messages: ReadonlySet<Message>;
  readonly enums: ReadonlySet<Enum>;
}

/** All types that messages hold, the messages themselves first. */
export function reach(from: readonly Message[], follows: (field: Field) => boolean = () => true): Reached {
  const messages = new Set<Message>();
  const enums = new Set<Enum>();
  const visit = (desc: Message): void => {
    if (messages.has(desc)) return;
    messages.add(desc);
    for (const field of desc.fields.filter(follows)) {
      const found = typesOf(field);
      if (found.message !== undefined) visit(found.message);
      if (found.enum !== undefined) enums.add(found.enum);
    }
  };
  for (const desc of from) visit(desc);
  return { messages, enums };
}
