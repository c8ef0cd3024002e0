//! A role that is trusted, and who signed it: a report for people, which decides nothing.

use crate::by_name::Names;
use crate::crypto::Signers;
use crate::time::Time;

/// A role, the file that it was read from, and what became of that file's signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleReport<'a> {
    /// Its name.
    pub role: &'a str,
    /// The file's path below the channel, as it was fetched, or the name that it is kept under.
    pub path: &'a str,
    /// Its version, from 1.
    pub version: u64,
    /// From when on it does not count any more.
    pub expires: Time,
    /// Whose keys had to sign: of a root those of the root before it, and its own; of a delegated
    /// role those of each role that it was trusted through.
    pub signed_by: Vec<SignedBy<'a>>,
    /// The file as it was accepted.
    pub bytes: &'a [u8],
}

/// The keys that a role names for another one or for itself, and what they signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBy<'a> {
    /// The role that names them.
    pub role: &'a str,
    /// Its version.
    pub version: u64,
    /// The keys.
    pub signers: Signers,
}

impl RoleReport<'_> {
    /// Key ids of signatures by nobody who had to sign.
    #[must_use]
    pub fn foreign(&self) -> Vec<&str> {
        let mut all = self.signed_by.iter().map(|by| &by.signers.foreign);
        let mut foreign: Vec<_> = all.next().into_iter().flatten().map(String::as_str).collect();
        for others in all {
            let mut names = Names::default();
            for name in others {
                names.insert(name.as_str());
            }
            foreign.retain(|name| !names.insert(*name));
        }
        foreign
    }
}
