import type { DescMessage } from "@bufbuild/protobuf";
import type { Contract } from "../facts.ts";

/** Messages that stand somewhere in an answer. A client has to bear members there that it does not know yet. */
export const answeredMessages = ({ services }: Contract): ReadonlySet<DescMessage> => {
  const found = new Set<DescMessage>();
  const visit = (desc: DescMessage): void => {
    if (found.has(desc)) {
      return;
    }
    found.add(desc);
    for (const { message } of desc.fields) {
      if (message !== undefined) {
        visit(message);
      }
    }
  };
  for (const { output } of services.flatMap(({ methods }) => methods)) {
    visit(output);
  }
  return found;
};
