import { defaultImage, loadContract } from "@staymesh/contract";

/** Our services of the contract -> its longest call that is no stream, in milliseconds. Streams are resumed elsewhere when they are cut. */
export async function readLongestCalls(): Promise<ReadonlyMap<string, number>> {
  const { services } = loadContract(await defaultImage());
  return new Map(
    services
      // What several services answer together is nobody's own.
      .filter(({ name, methods }) => name.startsWith("staymesh.") && methods.some(({ fanOut }) => fanOut === undefined))
      .map(({ name, methods }) => {
        const calls = methods.filter(({ kind }) => kind === "unary").map(({ timeoutMs }) => timeoutMs);
        return [name, Math.max(0, ...calls)];
      }),
  );
}
