//! Whom a role delegates targets to (TUF 4.5, TAP 15).

mod bins;

use std::borrow::Cow;

use self::bins::Bins;
use super::keys::{KeyRing, Keys, check};
use super::path_pattern;
use crate::by_name::Names;
use crate::digest::Sha256Digest;
use crate::error::Error;
use crate::json::{CanonicalForm, Reader, Value};
use crate::limits::{Budget, Limits};

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
    /// Whether no role after it is asked.
    pub terminating: bool,
}

/// The delegations of a role, in the order in which they are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Delegations {
    Roles {
        ring: KeyRing,
        roles: Vec<Role>,
        /// What finding those of a path may take.
        steps: Budget,
    },
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
    /// the keys and each role, `keys`, `delegatedRoles`, and `pathBytes` of a pattern; what `refuse` makes of it where it is malformed.
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
        let ring = KeyRing::parse(keys.as_ref(), refuse, limits)?;
        match (roles, bins) {
            (Some(text), None) => {
                let roles = read_roles(text, &ring, refuse, limits)?;
                let steps = Budget::new("patternSteps", limits.pattern_steps);
                Ok(Self::Roles { ring, roles, steps })
            }
            (None, Some(text)) => {
                Ok(Self::Bins(Bins::read(&value_of(text, limits)?, &ring, refuse, limits)?))
            }
            _ => Err(refuse("delegations has not one of roles and succinct_roles")),
        }
    }

    /// The roles that a path is delegated to.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`](crate::Fault::LimitExceeded) for `patternSteps`.
    pub(super) fn of_path(&self, path: &str) -> Result<Vec<DelegatedRole<'_>>, Error> {
        let hash = Sha256Digest::of(path.as_bytes());
        let (roles, mut steps) = match self {
            Self::Roles { roles, steps, .. } => (roles, steps.clone()),
            Self::Bins(bins) => return Ok(vec![bins.of_hash(&hash)]),
        };
        let hash = hash.to_string();
        let mut found = Vec::new();
        for role in roles {
            if role.is_asked_for(path, &hash, &mut steps)? {
                let name = Cow::Borrowed(role.name.as_str());
                found.push(DelegatedRole { name, terminating: role.terminating });
            }
        }
        Ok(found)
    }

    /// Who has to sign the role of that name; all bins have the same keys. They are looked
    /// up for a role that is visited only: there may be many others.
    pub(super) fn keys_of(&self, name: &str) -> Option<Keys> {
        let (ring, roles) = match self {
            Self::Roles { ring, roles, .. } => (ring, roles),
            Self::Bins(bins) => return Some(bins.keys().clone()),
        };
        let role = roles.iter().find(|role| role.name == name)?;
        let keyids = Reader::of_canonical(&role.keyids, DOCUMENT).value().ok()?;
        Some(Keys::of_ids(keyids.as_array()?, role.threshold, ring))
    }
}

impl Role {
    fn parse(
        value: &Value,
        ring: &KeyRing,
        refuse: &Refuse<'_>,
        limits: &Limits,
    ) -> Result<Self, Error> {
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
        for path in paths.as_array().ok_or_else(|| malformed("has paths that are no list"))? {
            let path = path.as_str().ok_or_else(|| malformed("has paths that are no strings"))?;
            let length = u64::try_from(path.len()).unwrap_or(u64::MAX);
            Budget::new("pathBytes", limits.path_bytes).spend(length)?;
        }
        let Some(Value::Bool(terminating)) = member("terminating") else {
            return Err(malformed("does not say whether it is terminating"));
        };
        let keyids = member("keyids");
        let (_, threshold) = check(name, keyids, member("threshold"), ring, refuse, limits)?;
        Ok(Self {
            name: name.to_owned(),
            keyids: keyids.map(text_of).unwrap_or_default(),
            threshold,
            rule,
            paths: text_of(paths),
            terminating: *terminating,
        })
    }

    fn is_asked_for(&self, path: &str, hash: &str, steps: &mut Budget) -> Result<bool, Error> {
        let mut is_match = false;
        Reader::of_canonical(&self.paths, DOCUMENT).array(&mut |reader| {
            let text = reader.string()?;
            // Also where it is not looked at: it was read.
            steps.spend(1)?;
            is_match = is_match
                || match self.rule {
                    Rule::Paths => path_pattern::matches(&text, path, steps)?,
                    Rule::HashPrefixes => hash.starts_with(&*text),
                };
            Ok(())
        })?;
        Ok(is_match)
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
    let mut count = Budget::new("delegatedRoles", limits.delegated_roles);
    reader.array(&mut |reader| {
        count.spend(1)?;
        let role = Role::parse(&value_of(reader.raw()?, limits)?, ring, refuse, limits)?;
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

/// Refuses a text that is too long for a tree of values.
pub(super) fn check_length(text: &str, limits: &Limits) -> Result<(), Error> {
    Budget::new("roleBytes", limits.role_bytes).spend(u64::try_from(text.len()).unwrap_or(u64::MAX))
}
