/** What of an installed package an image leaves out, and why it may. */
interface Omission {
  readonly package: RegExp;
  readonly file: RegExp;
}

const OMISSIONS: readonly Omission[] = [
  // For people and compilers; nothing reads them at run time.
  {
    package: /./,
    file: /\.(map|md|markdown|flow|ts\.snap)$|(^|\/)(test|tests|__tests__|docs|example|examples|\.github)\//,
  },
  { package: /./, file: /\.d\.[cm]?ts$/ },
  { package: /^@types\//, file: /./ },
  // The compilers of other databases, and those of other module systems: a service asks for PostgreSQL's as an ES module.
  { package: /^@prisma\/client$/, file: /query_compiler_.*\.(cockroachdb|mysql|sqlite|sqlserver)\./ },
  { package: /^@prisma\/client$/, file: /query_compiler_small_bg|wasm-compiler-edge|query_compiler_fast_bg.*\.js$/ },
  // The builds for bundlers: Node takes build/src.
  { package: /^@opentelemetry\//, file: /^build\/(esm|esnext)\// },
  // Conformance data for the authors of other implementations.
  { package: /^@bufbuild\/cel-spec$/, file: /testdata/ },
  // The sources that the published build was made of.
  { package: /^(long|lodash\..*|yargs|cliui)$/, file: /(^|\/)(umd|browser)\// },
  // Weights that no document is set in.
  {
    package: /^@expo-google-fonts\/noto-sans$/,
    file: /^(?!400Regular\/|600SemiBold\/|package\.json$|index\.js$|LICENSE)/,
  },
  // The docs page is served, not run: one file of it is enough, and none of what it was built from.
  {
    package: /^@scalar\/api-reference$/,
    file: /^(?!package\.json$|dist\/index\.js$|dist\/browser\/standalone\.js$|LICENSE)/,
  },
];

/** Packages whose own dependencies are not followed, since they are only served. */
export const SERVED_ONLY: ReadonlySet<string> = new Set(["@scalar/api-reference"]);

/** Whether an image needs a file of a package, given by its path within the package. */
export function isNeeded(packageName: string, file: string): boolean {
  return !OMISSIONS.some((omission) => omission.package.test(packageName) && omission.file.test(file));
}
