//! Any bytes as what follows the magic number of a `.tar.bz2`, or as the tar in an honest one.

use conda_verifier::Status;
use conda_verifier_fixtures::bzip2;

use super::listed::verdict;

/// Runs it.
pub fn run(input: &[u8]) {
    let Some((which, bytes)) = input.split_first() else { return };
    let archive = match which % 2 {
        // Level 1: the least memory.
        0 => [b"BZh1".as_slice(), bytes].concat(),
        _ => bzip2::compress(bytes, 1),
    };
    assert_ne!(verdict(&archive).status, Status::Verified, "nobody vouched for it");
}
