//! What the host is asked to fetch.

/// A file that a refresh needs next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// The name of the role that it is asked for as.
    pub role: String,
    /// Its path below the channel's URL.
    pub path: String,
    /// The most bytes that it may have: what is longer need not be fetched to its end.
    pub max_length: u64,
    /// Whether a refresh can do without it.
    pub optional: bool,
}
