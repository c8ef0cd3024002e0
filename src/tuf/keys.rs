//! Keys by their ids, and who may sign for a role (TUF 4.2, 4.3).

use crate::by_name::{ByName, Names};
use crate::crypto::{Key, Unusable};
use crate::envelope::positive;
use crate::error::Error;
use crate::json::Value;
use crate::limits::{Budget, Limits};

/// A key, or why it can't be used. One that can't counts for nothing and refuses
/// nothing: others may make up for it.
pub type Slot = Result<Key, Unusable>;

/// The keys of `keys`, by id. Ids are any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRing(ByName<Slot>);

impl KeyRing {
    /// Reads `keys`. Further members of a key are allowed, they are signed.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`](crate::Fault::LimitExceeded) for `keys`; what `refuse`
    /// makes of it where it is no object of keys that say their type and scheme.
    pub(super) fn parse(
        value: Option<&Value>,
        refuse: &dyn Fn(&str) -> Error,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let given = value.and_then(Value::as_object).ok_or_else(|| refuse("keys is no object"))?;
        check_count(given.len(), limits)?;
        let mut ring = ByName::new();
        for (id, entry) in given {
            let slot = slot(entry)
                .ok_or_else(|| refuse(&format!("the key {id} has no keytype or no scheme")))?;
            ring.insert(id.clone(), slot);
        }
        Ok(Self(ring))
    }

    /// The key of that id.
    pub(super) fn find(&self, keyid: &str) -> Option<&Slot> {
        self.0.get(keyid)
    }
}

/// Refuses more keys, key ids or signatures than there may be.
pub(super) fn check_count(count: usize, limits: &Limits) -> Result<(), Error> {
    Budget::new("keys", limits.keys).spend(u64::try_from(count).unwrap_or(u64::MAX))
}

fn slot(entry: &Value) -> Option<Slot> {
    let members = entry.as_object()?;
    let text = |name| members.get(name).and_then(Value::as_str);
    // As mamba writes it, or as TUF does. Types that are not known may do without.
    let public = match members.get("keyval") {
        Some(Value::Object(members)) => members.get("public").and_then(Value::as_str),
        other => other.and_then(Value::as_str),
    };
    Some(Key::parse(text("keytype")?, text("scheme")?, public.unwrap_or_default()))
}

/// Who may sign for a role, and how many of them it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The keys by their ids, which are any text. One key may have several ids,
    /// and still counts once.
    pub ids: Vec<(String, Slot)>,
    /// How many different keys have to sign, from 1. It may be out of reach (TUF
    /// bounds it by nothing): then nothing that the role signs is trusted.
    pub threshold: u64,
}

impl Keys {
    /// Reads the `keyids` and the `threshold` of the role `name`, whose keys are in
    /// `ring`.
    ///
    /// # Errors
    /// As [`check`].
    pub(super) fn parse(
        name: &str,
        keyids: Option<&Value>,
        threshold: Option<&Value>,
        ring: &KeyRing,
        refuse: &dyn Fn(&str) -> Error,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let (keyids, threshold) = check(name, keyids, threshold, ring, refuse, limits)?;
        Ok(Self::of_ids(keyids, threshold, ring))
    }

    /// The keys that these ids name in `ring`; they were checked.
    pub(super) fn of_ids(keyids: &[Value], threshold: u64, ring: &KeyRing) -> Self {
        let ids = keyids.iter().filter_map(Value::as_str);
        let ids = ids.filter_map(|id| Some((id.to_owned(), ring.find(id)?.clone()))).collect();
        Self { ids, threshold }
    }

    /// The key of that id.
    pub(super) fn find(&self, keyid: &str) -> Option<&Slot> {
        self.ids.iter().find(|(id, _)| id == keyid).map(|(_, slot)| slot)
    }
}

/// The key ids and the threshold of the role `name`, whose keys are in `ring`.
///
/// # Errors
/// [`Fault::LimitExceeded`](crate::Fault::LimitExceeded) for `keys`; what `refuse` makes of
/// it where there is no key id, one twice or one that the ring doesn't have, or no
/// threshold from 1.
pub(super) fn check<'a>(
    name: &str,
    keyids: Option<&'a Value>,
    threshold: Option<&Value>,
    ring: &KeyRing,
    refuse: &dyn Fn(&str) -> Error,
    limits: &Limits,
) -> Result<(&'a [Value], u64), Error> {
    let (Some(keyids), Some(threshold)) = (
        keyids.and_then(Value::as_array).filter(|keyids| !keyids.is_empty()),
        threshold.and_then(positive),
    ) else {
        return Err(refuse(&format!("the role {name} is malformed")));
    };
    check_count(keyids.len(), limits)?;
    let mut seen = Names::default();
    for keyid in keyids {
        let known = keyid.as_str().filter(|id| ring.find(id).is_some());
        // Content trust 8.2, `key_not_found`.
        let id =
            known.ok_or_else(|| refuse(&format!("{name} has a key id that is not in keys")))?;
        if !seen.insert(id) {
            return Err(refuse(&format!("{name} has a key id twice")));
        }
    }
    Ok((keyids, threshold))
}
