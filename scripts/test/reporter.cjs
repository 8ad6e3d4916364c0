// Mocha's own report for people, and the counts in a file for the runner.
const { writeFileSync } = require("node:fs");
const Mocha = require("mocha");

module.exports = class extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes, failures, pending } = this.stats;
      writeFileSync(process.env.STAYMESH_TEST_COUNTS, JSON.stringify({ passes, failures, pending }));
    });
  }
};
