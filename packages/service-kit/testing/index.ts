export { type CallAsOptions, callAs, type TestCaller, type TestClient } from "./call-as.ts";
export { type FakeClock, fakeClock } from "./fake-clock.ts";
export { testContract } from "./test-contract.ts";
