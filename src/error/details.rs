//! All facts of an error by name, for machines.

use serde::{Serialize, Serializer};

use super::{Document, Fault, RemoteChange, Shortfall};

/// A fact of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Detail<'a> {
    /// A whole number.
    Number(u64),
    /// A text, as it came.
    Text(&'a str),
    /// Texts, as they came.
    Texts(&'a [String]),
}

/// The facts of an error as one object.
#[derive(Debug)]
pub struct Details<'a>(Vec<(&'static str, Detail<'a>)>);

impl Details<'_> {
    /// Whether the kind of error has no facts of its own.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Details<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, detail)| (name, detail)))
    }
}

impl Fault {
    /// The facts that this kind of error has of its own, by name: which role and
    /// file, versions, key ids, counts, times.
    #[must_use]
    pub fn details(&self) -> Details<'_> {
        use Detail::{Number, Text};
        Details(match self {
            Self::ArgumentInvalid { argument, .. } => vec![("argument", Text(argument))],
            Self::LimitExceeded { limit, max } => {
                vec![("limit", Text(limit)), ("max", Number(*max))]
            }
            Self::RoleMalformed { document: d, .. }
            | Self::RoleTypeMismatch { document: d, .. }
            | Self::RoleSpecUnsupported { document: d, .. }
            | Self::RoleFileName { document: d, .. }
            | Self::RoleVersionMismatch { document: d, .. }
            | Self::RoleDigestMismatch { document: d, .. }
            | Self::TufRolesMissing { document: d }
            | Self::RoleMissing { document: d } => document(d),
            Self::RoleRemoved { document: d, role } => with(document(d), [("removed", Text(role))]),
            Self::HashUnsupported { algorithms, .. } => {
                vec![("algorithms", Detail::Texts(algorithms))]
            }
            Self::RoleUnavailable { document: d, status } => {
                with(document(d), [("status", Number((*status).into()))])
            }
            Self::ThresholdNotMet { document: d, shortfall }
            | Self::SignatureEncoding { document: d, shortfall } => {
                with(document(d), signatures(shortfall))
            }
            Self::KeyTypeUnsupported { document: d, shortfall } => with(
                with(document(d), signatures(shortfall)),
                [
                    ("unsupported", Detail::Texts(&shortfall.unsupported)),
                    ("keyTypes", Detail::Texts(&shortfall.key_types)),
                ],
            ),
            Self::RoleRollback { document: d, trusted, offered }
            | Self::RoleVersionSkipped { document: d, trusted, offered } => with(
                document(d),
                [("trustedVersion", Number(*trusted)), ("offeredVersion", Number(*offered))],
            ),
            Self::RoleTimestampRollback { document: d, trusted, offered } => with(
                document(d),
                [("trustedTimestamp", Text(trusted)), ("offeredTimestamp", Text(offered))],
            ),
            Self::Expired { document: d, expiration, now } => {
                with(document(d), [("expiration", Text(expiration)), ("now", Text(now))])
            }
            Self::RecordNameMismatch { member, .. } => vec![("member", Text(member))],
            Self::RecordSubdirMismatch { against, .. } => vec![("against", Text(against))],
            Self::RemoteChanged(RemoteChange { offset, mark, .. }) => {
                vec![("offset", Number(*offset)), ("mark", Text(mark))]
            }
            _ => Vec::new(),
        })
    }
}

fn document(Document { role, file }: &Document) -> Vec<(&'static str, Detail<'_>)> {
    vec![("role", Detail::Text(role)), ("file", Detail::Text(file))]
}

fn signatures(shortfall: &Shortfall) -> [(&'static str, Detail<'_>); 6] {
    let Shortfall { needed, found, bad, malformed, unknown, unknown_count, .. } = shortfall;
    [
        ("needed", Detail::Number(*needed)),
        ("found", Detail::Number(*found)),
        ("bad", Detail::Texts(bad)),
        ("malformed", Detail::Texts(malformed)),
        ("unknown", Detail::Texts(unknown)),
        ("unknownCount", Detail::Number(*unknown_count)),
    ]
}

fn with<'a, const N: usize>(
    mut facts: Vec<(&'static str, Detail<'a>)>,
    more: [(&'static str, Detail<'a>); N],
) -> Vec<(&'static str, Detail<'a>)> {
    facts.extend(more);
    facts
}
