import { type Contract, loadContract } from "../src/index.ts";
import { buildImage } from "../testing/index.ts";

let loaded: Promise<Contract> | undefined;

/** The fixture contract of fixtures/contract, built once per run. */
export const fixtureContract = (): Promise<Contract> => {
  loaded ??= buildImage(new URL("./fixtures/contract", import.meta.url)).then(loadContract);
  return loaded;
};
