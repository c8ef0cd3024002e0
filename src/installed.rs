//! What is installed, against what should be: a folder that a package was unpacked into, or a
//! package that a client linked into an environment.
//!
//! [`Inspection`] is given a manifest, the files that are there, and where there is one the
//! archive that they came from. It reads nothing: whoever has the files says what they are, and
//! finds the digests that it asks for. [`Replacement`] is what clients make of a file that has a
//! placeholder for the environment's path.

mod encoding;
mod expected;
mod growth;
mod hints;
mod inspection;
mod launcher;
mod listed;
mod needle;
mod noarch;
mod original;
mod recomputing;
mod replacement;
mod shebang;
mod shipped;
mod system;
mod work;

pub use growth::Growth;
pub use inspection::{Depth, Inspection, InstalledOptions};
pub use listed::{Listed, ListedKind};
pub use original::OriginalFile;
pub use replacement::{Outcome, Replacement, Tool};
pub use system::System;
