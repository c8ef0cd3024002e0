import type { Command } from './option-table.js';

const GENERAL = `\
conda-verifier COMMAND

  package FILE...   verifies conda packages
  inspect FILE...   shows what packages say of themselves; of one on a server
                    only a small part is fetched, and nothing is verified
  channel PLACE     verifies a signed channel: its roles, all records, and on
                    request all packages
  target PATH...    fetches and verifies files of any kind that a channel's
                    TUF roles list
  installed DIR     verifies an environment, or a folder that a package was
                    unpacked into
  manifest DIR      lists the files of a folder with their digests, to be
                    compared later, by this or by conda-verifier/manifest
  completions SHELL prints what bash, zsh, fish or powershell needs to complete
                    commands, options and their values
  --help, -h        this text; behind a command, the command's
  --version, -V     the version

Examples:

  conda-verifier package *.conda --channel https://example.org/channel \\
      --root root.json
  conda-verifier inspect six-1.17.0-pyhe01879c_1.conda
  conda-verifier installed ~/envs/science --json

--json prints JSON in place of text; package, channel, installed and
manifest --check take --sarif FILE too, for what CI systems show.

Exit status: 0 everything verified, 1 something rejected, 2 wrong usage,
3 nothing rejected but something unverified, 4 something could not be read.

Environment: NO_COLOR=1 leaves colours out, FORCE_COLOR=1 keeps them where
output goes to a file or a pipe; COLUMNS=80 breaks lines there too, which are
left whole otherwise, and on a terminal overrules its width.
`;

const PACKAGE = `\
conda-verifier package FILE_OR_URL... [OPTION...]

Verifies packages (.conda and .tar.bz2): size and digests of the archive, its
structure, and every file in it against the package's own list, info/paths.json.
A package is verified only where somebody vouches for its digest: a channel that
is signed or protected by TUF (--channel), or you (--sha256). - stands for
standard input.

  --channel DIR_OR_URL      looks packages up in a channel's signed repodata,
                            from its root on; no other digest is needed. Under
                            TUF a package may be listed itself, too or instead
  --root ROOT.json          the channel's root, from somebody you trust
  --subdir NAME             the packages' subdir there; else the folder that a
                            package is in, or the one subdir that has a record
  --mirror PLACE, --mirror-of URL, --metadata PLACE, --now TIME, --state FILE,
  --repodata-fn NAME        as for channel: see conda-verifier channel --help
  --sha256 HEX              the SHA-256 of the package, from somebody you trust;
                            sha256: may stand before it
  --size N                  its length in bytes
  --file-name NAME          its name in its channel: for standard input, and for
                            files that were renamed
  --repodata FILE_OR_URL    compares with the records of a repodata.json, plain
                            or as .zst or .bz2, whoever signed them; packages
                            stay unverified
  --policy LEVEL            what irregularities do: throw rejects (the default),
                            warn shows, ignore leaves out; digests, signatures,
                            unsafe paths and the like always reject
  --policy CODE=LEVEL       the same for one code, e.g. FILE_UNLISTED=warn; may
                            be repeated, for other codes
  --profile NAME            the levels to begin with: install (the default) is
                            strict, lint shows all that may be changed, lenient
                            takes packages that are old or zipped oddly
  --limit NAME=N            another bound than the default, which real packages
                            stay far below, e.g. unpackedBytes=500000000; may be
                            repeated; the package's limits.md lists all of them
  --allow-unverified        exit status 0 also where packages stay unverified
  --json                    a line of JSON for each package instead of a table;
                            the package's schema/verdict.json describes it
  --sarif FILE              writes a log in SARIF 2.1.0 too, which CI systems
                            show; files below the working folder are named from
                            there
  --help                    this text

Examples:

  conda-verifier package noarch/six-1.17.0-pyhe01879c_1.conda \\
      --channel https://example.org/channel --root root.json
  conda-verifier package six-1.17.0-pyhe01879c_1.conda --sha256 0a1b...
  conda-verifier package *.conda --repodata noarch/repodata.json.zst
  conda-verifier package dist/*.conda --profile lint --allow-unverified \\
      --sarif conda-verifier.sarif

Exit status: 0 everything verified, 1 something rejected, 2 wrong usage,
3 nothing rejected but something unverified, 4 something could not be read.
Repodata that is none, and roles that are refused, count as rejected too.
Where several apply: 1, 2, 4, 3 in that order.
`;

const INSPECT = `\
conda-verifier inspect FILE_OR_URL... [OPTION...]

Shows what packages say of themselves: name, version, licence, dependencies,
and how much they list. Of a .conda on a server only its info/ is fetched, in
two or three requests for ranges; a .tar.bz2, one that is short, or a file on a
server that knows no ranges, is fetched as a whole, up to 64 MiB. A file that is
here is read as a whole, and all of it is checked.

What is fetched is checked as strictly as ever. But a part vouches for nothing,
so such a package stays unverified, for the reason "partial".

  --size N                  the file's length in bytes, which saves a request
  --file-name NAME          its name in its channel, where the URL has another
  --policy LEVEL, --policy CODE=LEVEL, --profile NAME, --limit NAME=N
                            as for package: see conda-verifier package --help
  --allow-unverified        exit status 0 where nothing is rejected
  --json                    a line of JSON for each package instead of text: its
                            verdict, as schema/verdict.json describes it, index,
                            paths and about, and in transfer what was fetched;
                            null for a file that is here
  --help                    this text

Examples:

  conda-verifier inspect https://example.org/noarch/six-1.17.0-pyhe01879c_1.conda
  conda-verifier inspect six-1.17.0-pyhe01879c_1.conda --json

Exit status: 3 where all is well, since nothing vouches for what is shown; with
--allow-unverified it is 0 then. 1 something rejected, 2 wrong usage,
4 something could not be read. Where several apply: 1, 2, 4, 3 in that order.
`;

const CHANNEL = `\
conda-verifier channel DIR_OR_URL --root ROOT.json [OPTION...]

Verifies a channel from the root that you trust, whose form says which it is:

- signed as conda and mamba do it (content trust): the newest root,
  key_mgr.json, pkg_mgr.json, and the signatures of every record in each
  subdir's repodata;
- protected by TUF: the newest root, timestamp, snapshot and targets, and each
  subdir's repodata as a target of these roles. All its records are read.

  --root ROOT.json          the root to begin with: a file, from somebody you
                            trust
  --subdir NAME             this subdir alone; may be repeated; else all of them
  --state FILE              keeps what was seen from one run to the next, so
                            that older roles are noticed; made if there is none
  --mirror DIR_OR_URL       another place with the same files; may be repeated.
                            What is missing or wrong at one comes from the next,
                            and what each failed at is told
  --metadata DIR_OR_URL     the files of roles are here, and not beside the
                            others
  --mirror-of URL           DIR_OR_URL is a mirror of this channel: --state then
                            keeps what was seen of the channel, whichever
                            mirror its files come from
  --now TIME                the time that counts, e.g. 2030-01-31T23:59:59Z; the
                            clock's unless given
  --packages                verifies every package file too, by its record
  --repodata-fn NAME        instead of repodata.json, e.g.
                            current_repodata.json; .zst and .bz2 are tried
                            before the plain file
  --policy LEVEL            what records do that nobody signed
                            (RECORD_UNSIGNED), also for lack of a target, or
                            that have an MD5 alone
                            (WEAK_DIGEST): throw rejects (the default), warn
                            shows, ignore leaves out; bad signatures, roles and
                            digests always reject
  --policy CODE=LEVEL       the same for one code, e.g. WEAK_DIGEST=warn; may be
                            repeated
  --profile NAME            for --packages, as for package
  --limit NAME=N            another bound than the default, e.g.
                            records=5000000 for a large subdir; may be repeated;
                            the package's limits.md lists all of them
  --allow-unverified        exit status 0 also where something stays unverified
  --json                    one JSON document instead of text; the package's
                            schema/channel.json describes it
  --sarif FILE              writes a log in SARIF 2.1.0 too, which CI systems
                            show
  --help                    this text

Examples:

  conda-verifier channel ./mirror --root root.json --packages
  conda-verifier channel https://example.org/channel --root root.json \\
      --subdir noarch --state channel.state --json
  conda-verifier channel https://example.org/channel --root root.json \\
      --mirror https://mirror.example/channel

Exit status: 0 everything verified, 1 something rejected (expired, rolled back
and withheld roles too), 2 wrong usage, 3 nothing rejected but something
unverified, or no record at all, 4 something could not be read or written.
Where several apply: 1, 2, 4, 3 in that order.
`;

const TARGET = `\
conda-verifier target PATH... --channel DIR_OR_URL --root ROOT.json [OPTION...]

Fetches files of any kind that a channel's TUF roles list, from the root that
you trust on, and compares length and hashes. PATH is relative to the channel,
as the roles have it, e.g. noarch/repodata.json.zst. Roles that others delegate
to are fetched as needed.

  --channel DIR_OR_URL      where the files are, and the files of roles
  --root ROOT.json          the root to begin with: a file, from somebody you
                            trust
  --output DIR              writes each file that is verified into this folder,
                            which has to be there, under its name without
                            folders; whole or not at all
  --state FILE              keeps what was seen from one run to the next, so
                            that older roles are noticed; made if there is none
  --mirror DIR_OR_URL       another place with the same files; may be repeated.
                            What is missing or wrong at one comes from the next,
                            and what each failed at is told
  --metadata DIR_OR_URL     the files of roles are here, and not beside the
                            others
  --mirror-of URL           the channel's own URL, under which --state keeps
                            what was seen; else it is DIR_OR_URL
  --now TIME                the time that counts, e.g. 2030-01-31T23:59:59Z; the
                            clock's unless given
  --limit NAME=N            another bound than the default, e.g.
                            archiveBytes=4294967296 for a large file; may be
                            repeated; the package's limits.md lists all of them
  --json                    a line of JSON for each file instead of text; the
                            package's schema/target.json describes it
  --help                    this text

Examples:

  conda-verifier target noarch/repodata.json.zst --root root.json \\
      --channel https://example.org/channel --output .
  conda-verifier target installer.sh --root root.json --state repo.state \\
      --metadata https://example.org/metadata \\
      --channel https://example.org/targets --output downloads

Exit status: 0 everything verified, 1 something rejected (a file that no role
lists, roles that are expired or rolled back too), 2 wrong usage, 4 something
could not be read or written. Where several apply: 1, 2, 4 in that order.
`;

const INSTALLED = `\
conda-verifier installed DIR [OPTION...]

Verifies what is installed: every package of an environment against its record
in conda-meta, or the folder that a package was unpacked into against its
info/paths.json. Both are as easy to change as the files that they list. A
package is verified only with the archive that it came from (--pkgs, --channel),
where somebody vouches for that (--channel, --sha256); what a client wrote into
files on linking is recomputed then, as conda, libmamba and rattler do it.
Links are not followed; what is no file is not opened.

  --pkgs DIR                the archives that packages came from, by their names
                            NAME-VERSION-BUILD.conda or .tar.bz2; their digests
                            have to be those in conda-meta
  --channel DIR_OR_URL      the channel that vouches for the archives; those
                            that are not in --pkgs are read from it
  --root ROOT.json          the channel's root, from somebody you trust
  --mirror PLACE, --mirror-of URL, --metadata PLACE, --now TIME, --state FILE,
  --repodata-fn NAME        as for channel: see conda-verifier channel --help
  --sha256 HEX              the SHA-256 of the archive of an unpacked package,
                            from somebody you trust
  --prefix PATH             the environment's path as clients wrote it into
                            files; DIR's unless given
  --platform NAME           the environment's platform, e.g. linux-64: it
                            decides what becomes of packages for all platforms.
                            Else what the other packages' records agree on
  --level LEVEL             digests (the default), or sizes: types, sizes and
                            links alone, which verifies nothing
  --policy LEVEL            what irregularities do: throw rejects (the default),
                            warn shows, ignore leaves out; digests, links and
                            the like always reject
  --policy CODE=LEVEL       the same for one code, e.g. FILE_UNLISTED=warn; may
                            be repeated
  --profile NAME            the levels to begin with: install (the default) is
                            strict, lint shows all that may be changed, lenient
                            takes what is old or made oddly
  --limit NAME=N            another bound than the default, e.g.
                            replacedFileBytes=536870912; may be repeated; the
                            package's limits.md lists all of them
  --allow-unverified        exit status 0 also where something stays unverified,
                            or there are no packages
  --json                    a line of JSON for each package, and one for the
                            environment; the package's schema/installed.json
                            describes them
  --sarif FILE              writes a log in SARIF 2.1.0 too, which CI systems
                            show: findings at the packages' records, and files
                            that no package owns
  --help                    this text

Examples:

  conda-verifier installed ~/envs/science
  conda-verifier installed ~/envs/science --pkgs ~/pkgs \\
      --channel https://example.org/channel --root root.json
  conda-verifier installed ~/pkgs/six-1.17.0-pyhe01879c_1 --pkgs ~/pkgs \\
      --sha256 0a1b...

Exit status: 0 everything verified, 1 something rejected, 2 wrong usage,
3 nothing rejected but something unverified (without archives all of it is),
or files that no package owns, or no packages at all, 4 something could not be
read, or nothing be found that --sha256 is about. Where several apply: 1, 2, 4,
3 in that order.
`;

const MANIFEST = `\
conda-verifier manifest DIR [OPTION...]

Lists every file of a folder with its size and SHA-256: a site, a mirror, a
folder of packages, as a build made it. With --check, compares a folder with
such a list: files that are missing, changed, or not listed are told. A manifest
vouches for the files as far as you trust the place that you have it from;
beside the files, it is as easy to change as they are.

The manifest goes to standard output, or to --output. It has no dates, its paths
are sorted, and the same files give the same bytes. Symbolic links are not
followed: where there is one, or something else that is no file, or a name that
servers and browsers read differently, nothing is written.

  --output FILE             writes the manifest to this file, whole or not at
                            all; in DIR, it does not list itself
  --check FILE              compares DIR with this manifest
  --exclude PATTERN         leaves out what matches: *.map in every folder,
                            with a slash (build/*.map) from DIR on; ** is any
                            number of folders. A folder with all that is in it.
                            May be repeated. With --check, what is listed is
                            compared all the same
  --limit NAME=N            another bound than the default: entries, infoBytes
                            (of the manifest), pathBytes, findings; may be
                            repeated; the package's limits.md lists all of them
  --json                    with --check or --output, one JSON document instead
                            of text; the package's schema/manifest-report.json
                            describes it, and schema/manifest.json the manifest
  --sarif FILE              with --check, writes a log in SARIF 2.1.0 too, which
                            CI systems show: each file that is not as it is
                            listed
  --help                    this text

Examples:

  conda-verifier manifest _output --output site.manifest.json
  conda-verifier manifest _output --check site.manifest.json
  conda-verifier manifest mirror --exclude .git | sha256sum

Exit status: 0 all is listed, or all is as it is listed; 1 something is missing,
changed or not listed, or the manifest is none; 2 wrong usage; 3 nothing was
compared, since the manifest lists no file; 4 something could not be read or
written, or can't be listed. Where several apply: 1, 2, 4, 3 in that order.
`;

const COMPLETIONS = `\
conda-verifier completions SHELL

Prints a script that lets a shell complete commands, options, and the values
that options have: profiles, levels, codes, limits, subdirs. SHELL is bash, zsh,
fish or powershell.

  --help                    this text

Examples: put the line into the file that the shell reads when it starts.

  bash, in ~/.bashrc:         source <(conda-verifier completions bash)
  zsh, in ~/.zshrc, behind compinit:
                              source <(conda-verifier completions zsh)
  fish, in ~/.config/fish/config.fish:
                              conda-verifier completions fish | source
  PowerShell, in $PROFILE:
      conda-verifier completions powershell | Out-String | Invoke-Expression

Starting is faster from a file: write the script to one and read that. bash 3.2,
as macOS has it, reads no <(...): there it has to be a file.

Exit status: 0 printed, 2 wrong usage, 4 could not be written.
`;

/** The text of --help. */
export function help(topic: Command | undefined): string {
  const texts = {
    package: PACKAGE,
    inspect: INSPECT,
    channel: CHANNEL,
    target: TARGET,
    installed: INSTALLED,
    manifest: MANIFEST,
    completions: COMPLETIONS,
  };
  return topic === undefined ? GENERAL : texts[topic];
}
