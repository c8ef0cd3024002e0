//! Whom a role delegates targets to (TUF 4.5, TAP 15).

mod bins;

use std::borrow::Cow;

use self::bins::Bins;
use super::keys::{KeyRing, Keys};
use super::path_pattern;
use super::targets::check_length;
use crate::by_name::Names;
use crate::digest::Sha256Digest;
use crate::error::Error;
use crate::json::{CanonicalForm, Reader, Value};
use crate::limits::Limits;

/// The roles that only the root may define.
const TOP_LEVEL: [&str; 4] = ["root", "timestamp", "snapshot", "targets"];

/// What messages call a text that was read once before.
const DOCUMENT: &str = "delegations";

/// Makes an error of what is wrong.
type Refuse<'a> = dyn Fn(&str) -> Error + 'a;

/// A role that a path is delegated to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegatedRole<'a> {
    /// Its name, any text but for control characters.
    pub name: Cow<'a, str>,
    /// Who has to sign it.
    pub keys: Keys,
    /// Whether no role after it is asked.
    pub terminating: bool,
}

/// The delegations of a role, in the order in which they are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Delegations {
    Roles(KeyRing, Vec<Role>),
    Bins(Bins),
}

/// A delegated role. Lists stay canonical texts: as trees, and with the keys in place of
/// their ids, they could take many times the memory of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Role {
    name: String,
    keyids: String,
    threshold: u64,
    rule: Rule,
    /// The patterns or prefixes of the rule.
    paths: String,
    terminating: bool,
}

/// Which paths a role is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Those that match a pattern.
    Paths,
    /// Those whose SHA-256 in lower-case hex begins in one of these ways.
    HashPrefixes,
}

impl Delegations {
    /// Reads `delegations`, which is canonical.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`](crate::Fault::LimitExceeded) for `roleBytes`, which bounds
    /// the keys and each role; what `refuse` makes of it where it is malformed.
    pub(super) fn read(text: &str, refuse: &Refuse<'_>, limits: &Limits) -> Result<Self, Error> {
        let mut reader = Reader::of_canonical(text, DOCUMENT);
        if !reader.is_object() {
            return Err(refuse("delegations is no object"));
        }
        let (mut keys, mut roles, mut bins) = (None, None, None);
        reader.object(&mut |reader, name| {
            let text = reader.raw()?;
            match name {
                "keys" => keys = Some(text),
                "roles" => roles = Some(text),
                "succinct_roles" => bins = Some(text),
                _ => {}
            }
            Ok(())
        })?;
        let keys = keys.map(|text| value_of(text, limits)).transpose()?;
        let ring = KeyRing::parse(keys.as_ref(), refuse)?;
        match (roles, bins) {
            (Some(text), None) => {
                let roles = read_roles(text, &ring, refuse, limits)?;
                Ok(Self::Roles(ring, roles))
            }
            (None, Some(text)) => {
                Ok(Self::Bins(Bins::read(&value_of(text, limits)?, &ring, refuse)?))
            }
            _ => Err(refuse("delegations has not one of roles and succinct_roles")),
        }
    }

    /// The roles that a path is delegated to.
    ///
    /// # Errors
    /// What `refuse` makes of keys that were read before.
    pub(super) fn of_path(
        &self,
        path: &str,
        refuse: &Refuse<'_>,
    ) -> Result<Vec<DelegatedRole<'_>>, Error> {
        let hash = Sha256Digest::of(path.as_bytes());
        let (ring, roles) = match self {
            Self::Roles(ring, roles) => (ring, roles),
            Self::Bins(bins) => return Ok(vec![bins.of_hash(&hash)]),
        };
        let hash = hash.to_string();
        let mut found = Vec::new();
        for role in roles {
            if role.is_asked_for(path, &hash)? {
                found.push(role.with_keys(ring, refuse)?);
            }
        }
        Ok(found)
    }
}

impl Role {
    fn parse(value: &Value, ring: &KeyRing, refuse: &Refuse<'_>) -> Result<Self, Error> {
        let member = |name: &str| value.as_object()?.get(name);
        let name = member("name").and_then(Value::as_str).unwrap_or_default();
        let is_name = !name.is_empty() && !name.contains(char::is_control);
        if !is_name || TOP_LEVEL.contains(&name) {
            return Err(refuse(&format!("a delegated role can't have the name {name}")));
        }
        let malformed = |what: &str| refuse(&format!("the role {name} {what}"));
        let (rule, paths) = match (member("paths"), member("path_hash_prefixes")) {
            (Some(paths), None) => (Rule::Paths, paths),
            (None, Some(prefixes)) => (Rule::HashPrefixes, prefixes),
            _ => return Err(malformed("has not one of paths and path_hash_prefixes")),
        };
        let is_text = |item: &Value| item.as_str().is_some();
        if !paths.as_array().is_some_and(|items| items.iter().all(is_text)) {
            return Err(malformed("has paths that are no strings"));
        }
        let Some(Value::Bool(terminating)) = member("terminating") else {
            return Err(malformed("does not say whether it is terminating"));
        };
        let keyids = member("keyids");
        let Keys { threshold, .. } = Keys::parse(name, keyids, member("threshold"), ring, refuse)?;
        Ok(Self {
            name: name.to_owned(),
            keyids: keyids.map(text_of).unwrap_or_default(),
            threshold,
            rule,
            paths: text_of(paths),
            terminating: *terminating,
        })
    }

    fn is_asked_for(&self, path: &str, hash: &str) -> Result<bool, Error> {
        let mut is_match = false;
        Reader::of_canonical(&self.paths, DOCUMENT).array(&mut |reader| {
            let text = reader.string()?;
            is_match = is_match
                || match self.rule {
                    Rule::Paths => path_pattern::matches(&text, path),
                    Rule::HashPrefixes => hash.starts_with(&*text),
                };
            Ok(())
        })?;
        Ok(is_match)
    }

    fn with_keys(&self, ring: &KeyRing, refuse: &Refuse<'_>) -> Result<DelegatedRole<'_>, Error> {
        let keyids = Reader::of_canonical(&self.keyids, DOCUMENT).value()?;
        let keyids = keyids.as_array().unwrap_or_default();
        let keys = Keys::of_ids(&self.name, keyids, self.threshold, ring, refuse)?;
        let name = Cow::Borrowed(self.name.as_str());
        Ok(DelegatedRole { name, keys, terminating: self.terminating })
    }
}

fn read_roles(
    text: &str,
    ring: &KeyRing,
    refuse: &Refuse<'_>,
    limits: &Limits,
) -> Result<Vec<Role>, Error> {
    let mut reader = Reader::of_canonical(text, DOCUMENT);
    if !reader.is_array() {
        return Err(refuse("roles is no array"));
    }
    let (mut roles, mut names) = (Vec::new(), Names::default());
    reader.array(&mut |reader| {
        let role = Role::parse(&value_of(reader.raw()?, limits)?, ring, refuse)?;
        if !names.insert(role.name.clone()) {
            return Err(refuse(&format!("the role {} is delegated to twice", role.name)));
        }
        roles.push(role);
        Ok(())
    })?;
    Ok(roles)
}

/// A canonical text as a tree.
fn value_of(text: &str, limits: &Limits) -> Result<Value, Error> {
    check_length(text, limits)?;
    Reader::of_canonical(text, DOCUMENT).value()
}

fn text_of(value: &Value) -> String {
    let text = CanonicalForm::Olpc.write(value).unwrap_or_default();
    String::from_utf8(text).unwrap_or_default()
}
