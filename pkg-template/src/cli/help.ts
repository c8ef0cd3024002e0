const GENERAL = `\
conda-verifier COMMAND

  package FILE...   verifies conda packages
  --help            this text; behind a command, the command's
  --version         the version

Exit status: 0 everything verified, 1 something rejected, 2 wrong usage,
3 nothing rejected but something unverified, 4 something could not be read.
`;

const PACKAGE = `\
conda-verifier package FILE_OR_URL... [OPTION...]

Verifies packages (.conda and .tar.bz2): size and digests of the archive, its
structure, and every file in it against the package's own list, info/paths.json.
A package is verified only where somebody vouches for its digest; --sha256 says
that you do. - stands for standard input.

  --sha256 HEX              the SHA-256 of the package, from somebody you trust
  --size N                  its length in bytes
  --repodata FILE_OR_URL    compares with the records of a repodata.json, plain
                            or as .zst or .bz2; nobody signed them, so packages
                            stay unverified
  --policy LEVEL            what irregularities do: throw rejects (the default),
                            warn shows, ignore leaves out; digests, unsafe
                            paths and the like always reject
  --policy CODE=LEVEL       the same for one code; may be repeated
  --allow-unverified        exit status 0 also where packages stay unverified
  --json                    a line of JSON for each package instead of a table;
                            the package's schema/verdict.json describes it
  --help                    this text

Examples:

  conda-verifier package six-1.17.0-pyhe01879c_1.conda --sha256 0a1b...
  conda-verifier package *.conda --repodata noarch/repodata.json.zst
  conda-verifier package --json https://example.org/noarch/six-1.17.0-0.conda

Exit status: 0 everything verified, 1 something rejected, 2 wrong usage,
3 nothing rejected but something unverified, 4 something could not be read.
Repodata that is none is rejected too.
Where several apply: 1, 2, 4, 3 in that order.
`;

/** The text of --help. */
export function help(topic: 'package' | undefined): string {
  return topic === undefined ? GENERAL : PACKAGE;
}
