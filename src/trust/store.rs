//! What the host keeps of a refresh, and takes back later.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::report::RootFile;
use super::root::Root;
use super::{ChannelTrust, Held, KEY_MGR, PKG_MGR};
use crate::error::{Error, Fault};
use crate::json::Value;
use crate::tuf::{Stored, is_key};

/// The entry that says whose state this is.
const FACTS: &str = "state.json";

/// One entry of what to keep. Entries of the same key replace each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// A plain file name.
    pub key: String,
    /// The content; `None` removes the entry.
    pub bytes: Option<Vec<u8>>,
}

impl Kept {
    pub(super) fn new(key: &str, bytes: &[u8]) -> Self {
        Self { key: key.to_owned(), bytes: Some(bytes.to_owned()) }
    }

    pub(super) fn removed(key: &str) -> Self {
        Self { key: key.to_owned(), bytes: None }
    }
}

impl ChannelTrust {
    /// Everything that is to be kept, as the refreshes so far said it piece by piece.
    #[must_use]
    pub fn export(&self) -> Vec<Kept> {
        let kept = self.kept().into_iter();
        kept.map(|(key, bytes)| Kept { key, bytes: Some(bytes.into_owned()) }).collect()
    }

    /// What [`Self::export`] gives, without copies of it.
    fn kept(&self) -> Vec<(String, Cow<'_, [u8]>)> {
        // The pinned one is the caller's.
        let (newest, later) = (self.root.version(), self.chain.get(1..).unwrap_or_default());
        let first = newest.saturating_sub(u64::try_from(later.len()).unwrap_or(0));
        let roots = later.iter().zip(first..).map(|(file, before)| {
            (format!("{}.root.json", before.saturating_add(1)), file.bytes.as_slice())
        });
        let below = [(KEY_MGR, &self.key_mgr), (PKG_MGR, &self.pkg_mgr)];
        let below = below
            .into_iter()
            .filter_map(|(key, held)| Some((key.to_owned(), held.as_ref()?.bytes.as_slice())));
        let files = roots.chain(below).chain(self.roles.kept());
        let files = files.map(|(key, bytes)| (key, Cow::Borrowed(bytes)));
        let facts = (FACTS.to_owned(), Cow::Owned(self.facts_text().into_bytes()));
        std::iter::once(facts).chain(files).collect()
    }

    /// Whether these are of what [`Self::export`] gives, and say whose they are.
    fn is_kept(&self, entries: &[(&str, &[u8])]) -> bool {
        let mut own = self.kept();
        own.sort_unstable();
        let is_own = |&(key, bytes): &(&str, &[u8])| {
            let found = own.binary_search_by(|(other, _)| other.as_str().cmp(key));
            found.ok().and_then(|place| own.get(place)).is_some_and(|(_, own)| **own == *bytes)
        };
        entries.iter().any(|(key, _)| *key == FACTS) && entries.iter().all(is_own)
    }

    /// Takes back what was kept. Stores are untrusted: all of it is verified again,
    /// from the pinned root on, which is a floor. Roles that have expired meanwhile
    /// are floors too, and trusted no more. What is trusted already stays where it is
    /// newer: so whoever shares a store takes back what another one kept there before
    /// keeping what is its own.
    ///
    /// # Errors
    /// [`Fault::StateInvalid`] where an entry is of another channel, does not verify,
    /// or has a key that nothing is kept under. Nothing has changed then.
    pub fn restore<'a>(
        &mut self,
        entries: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<(), Error> {
        let entries: Vec<_> = entries.into_iter().collect();
        // What is trusted was verified, by the root in force, and has nothing to learn from
        // nothing, or from itself.
        if entries.is_empty() || self.is_kept(&entries) {
            self.needed = None;
            self.refresh = None;
            return Ok(());
        }
        let mut roots = Vec::new();
        let (mut key_mgr, mut pkg_mgr, mut known) = (None, None, None);
        let mut others = Vec::new();
        let mut has_seen_pkg_mgr = self.has_seen_pkg_mgr;
        for (key, bytes) in entries {
            match key {
                FACTS => {
                    let (root, has_seen) = self.read_facts(bytes)?;
                    known = Some(root);
                    has_seen_pkg_mgr |= has_seen;
                }
                KEY_MGR => key_mgr = Some(bytes),
                PKG_MGR => pkg_mgr = Some(bytes),
                _ => match key.strip_suffix(".root.json").map(str::parse::<u64>) {
                    Some(Ok(version)) => roots.push((version, key, bytes)),
                    _ if is_key(key) => others.push((key, bytes)),
                    _ => return Err(invalid(key, "nothing is kept under this name")),
                },
            }
        }
        let is_empty =
            roots.is_empty() && key_mgr.is_none() && pkg_mgr.is_none() && others.is_empty();
        if !is_empty && self.options.channel.is_some() && known.is_none() {
            return Err(invalid(FACTS, "it is missing, so nothing says whose the others are"));
        }
        // The pinned root is a floor: whoever pins a newer one needs no older ones. No more
        // rounds than there are signed roots: the first that does not verify ends it.
        let (mut later, mut chain) = (None, Vec::new());
        let root = loop {
            let root = later.as_ref().unwrap_or(&self.root);
            let following = roots.iter().filter(|(version, ..)| *version > root.version());
            let next = following.min_by_key(|(version, key, _)| (*version, *key));
            let Some(&(_, key, bytes)) = next else { break root };
            let next = root.update(key, bytes, self.options.signatures, &self.limits);
            later = Some(next.map_err(wrap(key))?);
            chain.push(RootFile::new(key, bytes));
        };
        // Roots are kept before what speaks of them: without one the store was damaged, or
        // somebody would have an older root trusted again.
        if known.is_some_and(|known| known > root.version()) {
            return Err(invalid(FACTS, "it speaks of a newer root than there is"));
        }
        // The caller may pin a newer root than the store knows, whose keys for the
        // roles below are others: then they are as a refresh leaves them. A store that
        // knows its roots and has other roles below them was changed.
        let is_behind = known.is_some_and(|known| known < self.root.version());
        let stored = match root {
            Root::V1(root) => {
                let stored = Stored::verify(root, &others, is_behind, &self.limits);
                let stored = stored.map_err(|(key, error)| wrap(key)(error))?;
                // What is held under an older root's keys may be no floor any more.
                if later.is_none() && self.roles.contradicts(&stored) {
                    let reason = "it and what is trusted are each older than the other";
                    return Err(invalid("timestamp.json", reason));
                }
                Some(stored)
            }
            Root::V06(_) => match others.first() {
                Some((key, _)) => return Err(invalid(key, "nothing is kept under this name")),
                None => None,
            },
        };
        let mut kept_key_mgr = None;
        if let Some(bytes) = key_mgr {
            let above = root.content_trust();
            match above.and_then(|above| above.remember_key_mgr(KEY_MGR, bytes, &self.limits)) {
                Ok(role) => kept_key_mgr = Some(Held { role, bytes: bytes.to_owned() }),
                Err(_) if is_behind => pkg_mgr = None,
                Err(error) => return Err(wrap(KEY_MGR)(error)),
            }
        }
        let mut kept_pkg_mgr = None;
        if let Some(bytes) = pkg_mgr {
            let Some(above) = &kept_key_mgr else {
                return Err(invalid(PKG_MGR, "it is there without key_mgr.json"));
            };
            let role = above.role.remember_pkg_mgr(PKG_MGR, bytes, &self.limits);
            let role = role.map_err(wrap(PKG_MGR))?;
            kept_pkg_mgr = Some(Held { role, bytes: bytes.to_owned() });
            has_seen_pkg_mgr = true;
        }
        let own = self.key_mgr.as_ref().filter(|own| root.vouches_for(&own.role));
        let takes_key_mgr = is_newer(KEY_MGR, kept_key_mgr.as_ref(), own)?;
        let above = if takes_key_mgr { &kept_key_mgr } else { &self.key_mgr };
        let is_vouched_for =
            |held: &&Held| above.as_ref().is_some_and(|above| above.role.vouches_for(&held.role));
        if !kept_pkg_mgr.as_ref().is_some_and(|kept| is_vouched_for(&kept)) {
            kept_pkg_mgr = None;
        }
        let own = self.pkg_mgr.as_ref().filter(is_vouched_for);
        let takes_pkg_mgr = is_newer(PKG_MGR, kept_pkg_mgr.as_ref(), own)?;
        // Nothing fails from here on.
        if let (Root::V1(before), Some(Root::V1(root))) = (&self.root, &later) {
            self.roles.forget_unvouched(before, root, &self.limits);
        }
        if let Some(stored) = stored {
            self.roles.take_back(stored);
        }
        self.needed = None;
        if takes_key_mgr {
            self.key_mgr = kept_key_mgr;
        }
        if takes_pkg_mgr {
            self.pkg_mgr = kept_pkg_mgr;
        }
        if let Some(root) = later {
            self.root = root;
        }
        self.chain.append(&mut chain);
        self.has_seen_pkg_mgr = has_seen_pkg_mgr;
        self.refresh = None;
        Ok(())
    }

    pub(super) fn facts(&self) -> Kept {
        Kept::new(FACTS, self.facts_text().as_bytes())
    }

    fn facts_text(&self) -> String {
        let channel = serde_json::to_string(&self.options.channel).unwrap_or_default();
        let seen = self.has_seen_pkg_mgr;
        let root = self.root.version();
        format!("{{\"channel\":{channel},\"pkgMgrSeen\":{seen},\"root\":{root},\"version\":1}}")
    }

    /// The version of the root that the store knows, and whether it saw a `pkg_mgr`.
    fn read_facts(&self, bytes: &[u8]) -> Result<(u64, bool), Error> {
        let value = Value::parse(bytes, FACTS, &self.limits).map_err(wrap(FACTS))?;
        let member = |name| value.as_object().and_then(|members| members.get(name));
        if member("version").and_then(Value::as_u64) != Some(1) {
            return Err(invalid(FACTS, "it is of another version than 1"));
        }
        if member("channel").and_then(Value::as_str) != self.options.channel.as_deref() {
            return Err(invalid(FACTS, "it is of another channel"));
        }
        let has_seen = matches!(member("pkgMgrSeen"), Some(Value::Bool(true)));
        let root = member("root").and_then(Value::as_u64);
        root.map(|root| (root, has_seen))
            .ok_or_else(|| invalid(FACTS, "it has no version of the root"))
    }
}

/// Whether what was kept takes the place of what is held, also where that is nothing.
///
/// # Errors
/// [`Fault::StateInvalid`] where one has the later version and the other the later
/// timestamp: neither may follow the other, so one of them is no part of this history.
fn is_newer(key: &str, kept: Option<&Held>, own: Option<&Held>) -> Result<bool, Error> {
    let (Some(own), Some(kept)) = (own, kept) else { return Ok(own.is_none()) };
    let (ours, theirs) = (own.role.role(), kept.role.role());
    let versions = theirs.version.cmp(&ours.version);
    let timestamps = theirs.timestamp.cmp(&ours.timestamp);
    if versions != Ordering::Equal && timestamps == versions.reverse() {
        return Err(invalid(key, "it and what is trusted are each older than the other"));
    }
    Ok(versions.then(timestamps).is_gt())
}

fn invalid(key: &str, reason: &str) -> Error {
    Error::new(Fault::StateInvalid { key: key.to_owned(), reason: reason.to_owned() })
}

fn wrap(key: &str) -> impl Fn(Error) -> Error {
    move |error| invalid(key, &format!("{}: {error}", error.code()))
}
