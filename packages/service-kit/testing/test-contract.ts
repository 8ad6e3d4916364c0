import { type Contract, defaultImage, loadContract } from "@staymesh/contract";

let loaded: Promise<Contract> | undefined;

/** The real contract, loaded once for all tests of a run. */
export function testContract(): Promise<Contract> {
  loaded ??= defaultImage().then(loadContract);
  return loaded;
}
