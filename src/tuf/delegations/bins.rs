//! Many roles in a few bytes: bins of targets by the hashes of their paths (TAP 15).

use std::borrow::Cow;

use super::DelegatedRole;
use crate::digest::Sha256Digest;
use crate::error::Error;
use crate::json::Value;
use crate::limits::Limits;
use crate::tuf::keys::{KeyRing, Keys};

/// `succinct_roles`: 2 to the power of `bit_length` roles of the same keys. All paths are
/// delegated to one of them, which is terminating.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tuf) struct Bins {
    keys: Keys,
    /// From 1 to 32.
    bit_length: u32,
    prefix: String,
}

impl Bins {
    /// Reads `succinct_roles`.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`](crate::Fault::LimitExceeded) for `keys`; what `refuse`
    /// makes of it where it is malformed.
    pub(super) fn read(
        value: &Value,
        ring: &KeyRing,
        refuse: &dyn Fn(&str) -> Error,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let member = |name: &str| value.as_object()?.get(name);
        let bit_length = member("bit_length").and_then(Value::as_u64);
        let bit_length = bit_length.and_then(|bits| u32::try_from(bits).ok());
        let prefix = member("name_prefix").and_then(Value::as_str);
        let (Some(bit_length @ 1..=32), Some(prefix)) = (bit_length, prefix) else {
            return Err(refuse("succinct_roles has no name_prefix or bit_length from 1 to 32"));
        };
        if prefix.contains(char::is_control) {
            return Err(refuse("name_prefix of succinct_roles has a control character"));
        }
        let (keyids, threshold) = (member("keyids"), member("threshold"));
        let keys = Keys::parse("succinct_roles", keyids, threshold, ring, refuse, limits)?;
        Ok(Self { keys, bit_length, prefix: prefix.to_owned() })
    }

    /// Who has to sign any of them.
    pub(super) const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The role that a path of that hash is delegated to: its first bits in lower-case hex,
    /// as many digits as the last bin needs.
    pub(super) fn of_hash(&self, hash: &Sha256Digest) -> DelegatedRole<'_> {
        let [first, second, third, fourth, ..] = *hash.as_bytes();
        let bits = u32::from_be_bytes([first, second, third, fourth]);
        let bin = bits >> 32_u32.saturating_sub(self.bit_length);
        let digits = usize::try_from(self.bit_length.div_ceil(4)).unwrap_or(0);
        let name = Cow::Owned(format!("{}-{bin:0digits$x}", self.prefix));
        DelegatedRole { name, terminating: true }
    }
}
