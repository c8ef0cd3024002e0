//! Content trust 0.6: who may sign a channel's records, from a pinned root on.
//!
//! Pure steps: bytes and what is trusted go in, what is trusted then comes out, and a
//! file that is refused changes nothing. The order of fetching and what is kept are
//! the trust state's.

mod record;
mod role;
mod root;

pub use record::{RecordAudit, RecordRules, RecordSummary};
pub use role::{Delegation, Role, RoleKind, SignatureRules};
pub use root::{TrustedRole, TrustedRoot};
