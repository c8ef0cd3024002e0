//! The keys of a role.

use super::ed25519::PublicKey;
use super::key::{Key, Unusable};
use super::lower_hex;
use crate::digest::hex;

/// Keys that are different by their bytes, in the order in which they came.
///
/// They are looked for one by one: a role has few, and its file is too short for
/// more than some thousand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet(Vec<PublicKey>);

impl KeySet {
    /// A set without keys.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a key; `false` where it is there already.
    pub fn insert(&mut self, key: PublicKey) -> bool {
        let is_new = !self.contains(&key);
        if is_new {
            self.0.push(key);
        }
        is_new
    }

    /// Whether the key is one of them.
    #[must_use]
    pub fn contains(&self, key: &PublicKey) -> bool {
        self.get(key.as_bytes()).is_some()
    }

    /// The one that lower-case hex spells. Cheaper than reading a key anew: they were
    /// checked when they were loaded.
    #[must_use]
    pub fn find(&self, hex: &str) -> Option<&PublicKey> {
        self.get(&lower_hex(hex)?)
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, PublicKey> {
        self.0.iter()
    }

    /// All of them by their names: a key of a set is its own key id, in hex.
    pub(crate) fn named(&self) -> impl Iterator<Item = (String, Result<Key, Unusable>)> {
        self.iter().map(|key| (hex(key.as_bytes()), Ok((*key).into())))
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn get(&self, bytes: &[u8; 32]) -> Option<&PublicKey> {
        self.0.iter().find(|key| key.as_bytes() == bytes)
    }
}

impl FromIterator<PublicKey> for KeySet {
    fn from_iter<I: IntoIterator<Item = PublicKey>>(keys: I) -> Self {
        let mut set = Self::new();
        for key in keys {
            set.insert(key);
        }
        set
    }
}
