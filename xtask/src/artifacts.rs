//! What one step makes and a later one needs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::browser::Browser;
use crate::engines::Engines;
use crate::made::Made;

/// Each is set once, by the step that makes it.
#[derive(Default)]
pub(crate) struct Artifacts {
    /// wasm-bindgen's command.
    pub(crate) bindgen: Made<PathBuf>,
    /// The library as rustc linked it.
    pub(crate) library: Made<PathBuf>,
    /// The same with the exports for what is installed alone.
    pub(crate) installed_library: Made<PathBuf>,
    /// The same with what benchmarks call.
    pub(crate) bench_library: Made<PathBuf>,
    /// The packages that were compiled into the first of these, by cargo's ids.
    pub(crate) compiled: Made<BTreeSet<String>>,
    /// Those of the second.
    pub(crate) installed_compiled: Made<BTreeSet<String>>,
    /// The packed npm package.
    pub(crate) tarball: Made<PathBuf>,
    /// The table of sizes.
    pub(crate) sizes: Made<String>,
    /// The digests of what is the same wherever it is built.
    pub(crate) digests: Made<String>,
    /// What tests run in.
    pub(crate) browser: Made<Browser>,
    /// Further browsers.
    pub(crate) engines: Made<Engines>,
}
