//! What errors about signed documents say in common.

/// A document that somebody signs: a role file, or a record of repodata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is: the name of its role, or `record`.
    pub role: &'static str,
    /// The file's path below the channel, or the package file's name.
    pub file: String,
}

impl Document {
    /// A document of that role.
    #[must_use]
    pub fn new(role: &'static str, file: impl Into<String>) -> Self {
        Self { role, file: file.into() }
    }

    /// The record of a package file.
    #[must_use]
    pub fn record(file_name: impl Into<String>) -> Self {
        Self::new("record", file_name)
    }
}

/// Which signatures a document has where they are too few.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shortfall {
    /// Whose keys have to sign, e.g. `the trusted root's keys`.
    pub signers: &'static str,
    /// How many different keys have to have signed.
    pub needed: u64,
    /// How many did.
    pub found: u64,
    /// Key ids of the role whose signature is not over these bytes.
    pub bad: Vec<String>,
    /// Key ids whose entry or whose key is malformed.
    pub malformed: Vec<String>,
    /// Key ids of the role whose key is of a type that this build can't use.
    pub unsupported: Vec<String>,
    /// What types these are, each once: `keytype/scheme`.
    pub key_types: Vec<String>,
    /// Key ids that may not sign, the first of them.
    pub unknown: Vec<String>,
    /// How many may not.
    pub unknown_count: u64,
    /// How many by keys of the role were not verified: too many others failed, or the
    /// document is too long for so many.
    pub unverified: u64,
}
