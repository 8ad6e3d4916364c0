export { type Change, type ChangeKind, KINDS, type Section, sectionOf } from "./change.ts";
export { diffContracts } from "./diff-contracts.ts";
