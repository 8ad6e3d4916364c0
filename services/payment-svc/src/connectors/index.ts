import type { Bank } from "./connector.ts";
import { sandbox } from "./sandbox.ts";

/** Every bank that the setting BANK can name: one folder or file, and one line here. */
export const banks = { sandbox } satisfies Record<string, Bank>;
