//! Content trust 0.6: who may sign a channel's records, from a pinned root on.
//!
//! Pure steps so far: bytes and what is trusted go in, what is trusted then comes
//! out, and a file that is refused changes nothing. Fetching order, state and the
//! verification of records stand on them.

mod role;
mod root;

pub use role::{Delegation, Role, RoleKind};
pub use root::{TrustedRole, TrustedRoot};
