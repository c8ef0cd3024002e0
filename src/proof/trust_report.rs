//! On what a verdict rests.

use serde::Serialize;

use super::digest::Trust;

/// On what a verdict rests, as a verdict tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrustReport {
    /// `tuf`, `content-trust`, `caller-digest` or `none`.
    pub basis: &'static str,
    /// The root or digest that is trusted in the end, e.g. `sha256:…`.
    pub anchor: Option<String>,
}

impl From<Trust> for TrustReport {
    fn from(trust: Trust) -> Self {
        match trust {
            Trust::ContentTrust(root) => {
                Self { basis: "content-trust", anchor: Some(format!("sha256:{root}")) }
            }
            Trust::Tuf(root) => Self { basis: "tuf", anchor: Some(format!("sha256:{root}")) },
            Trust::CallerDigest(pinned) => {
                Self { basis: "caller-digest", anchor: Some(format!("sha256:{}", pinned.sha256())) }
            }
            Trust::None => Self { basis: "none", anchor: None },
        }
    }
}
