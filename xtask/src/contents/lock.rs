//! The digests of crates, as Cargo.lock has them.

use std::collections::BTreeMap;

use super::tree::Key;

/// SHA-256 of the file that a crate was unpacked from. Those of the workspace have none.
pub(super) fn checksums(lock: &str) -> BTreeMap<Key, String> {
    // Cargo writes one form of this file: `name = "value"`, a line each.
    lock.split("[[package]]")
        .skip(1)
        .filter_map(|block| {
            let value = |name: &str| {
                block.lines().find_map(|line| {
                    line.strip_prefix(name)?.strip_prefix(" = \"")?.strip_suffix('"')
                })
            };
            let key = (value("name")?.to_owned(), value("version")?.to_owned());
            Some((key, value("checksum")?.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::checksums;

    #[test]
    fn a_crate_of_the_workspace_has_none() {
        let lock = r#"
version = 4

[[package]]
name = "a"
version = "1.0.0"
source = "somewhere"
checksum = "00ff"
dependencies = [
 "b",
]

[[package]]
name = "b"
version = "0.0.0"
"#;
        let all: Vec<_> = checksums(lock).into_iter().collect();
        assert_eq!(all, [(("a".to_owned(), "1.0.0".to_owned()), "00ff".to_owned())]);
    }
}
