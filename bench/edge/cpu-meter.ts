// Loaded into a gateway with --import, so that it can be asked for its CPU time without a change of its own.
process.on("message", (message) => {
  if (message !== "cpu") return;
  const { user, system } = process.cpuUsage();
  process.send?.({ type: "cpu", micros: user + system });
});
// Nobody is left to stop it.
process.on("disconnect", () => process.exit());
