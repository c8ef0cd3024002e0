//! How a file on a server was seen to be another one than before.

/// A mark of a file's state that is another one than at first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteChange {
    /// The first of the bytes that came with the other mark.
    pub offset: u64,
    /// What the mark is called: a header's name, or `length`.
    pub mark: &'static str,
    /// What it was at first, as the server said it.
    pub expected: String,
    /// What it is now.
    pub actual: String,
}
