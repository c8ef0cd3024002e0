//! What an entry would do to those who install it.

use super::report::Report;
use crate::archive::{Entry, EntryKind};
use crate::error::{Error, Fault};

/// POSIX: set-user-ID, set-group-ID, and write permission for others.
const UNSAFE_BITS: u32 = 0o6002;

/// Looks at the mode and the place of an entry.
pub(super) fn check(entry: &Entry, report: &mut Report) {
    let path = entry.path.as_str();
    // The mode of a symbolic link is that of what it leads to.
    if !matches!(entry.kind, EntryKind::Symlink(_)) && entry.mode & UNSAFE_BITS != 0 {
        report.find(Error::new(Fault::ModeUnsafe { path: path.into(), mode: entry.mode }));
    }
    if is_of_clients(path) {
        report.find(Error::new(Fault::ClientFileShipped { path: path.into() }));
    }
    if is_link_script(path) {
        report.find(Error::new(Fault::LinkScript { path: path.into() }));
    }
}

/// CEP 34: packages ship nothing in `conda-meta/`, and no `info/repodata_record.json`.
/// Compared as systems that ignore case would find it.
fn is_of_clients(path: &str) -> bool {
    let (folder, file) = path.split_once('/').unwrap_or((path, ""));
    folder.eq_ignore_ascii_case("conda-meta")
        || (folder.eq_ignore_ascii_case("info")
            && file.eq_ignore_ascii_case("repodata_record.json"))
}

/// `bin/.NAME-post-link.sh` and `Scripts/.NAME-post-link.bat`, as conda runs them; whatever
/// the name: another package of that name would run it.
fn is_link_script(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let script = path
        .strip_prefix("bin/.")
        .and_then(|file| file.strip_suffix(".sh"))
        .or_else(|| path.strip_prefix("scripts/.")?.strip_suffix(".bat"));
    let actions = ["-pre-link", "-post-link", "-pre-unlink", "-post-unlink"];
    script.is_some_and(|script| actions.iter().any(|action| script.ends_with(action)))
}

#[cfg(test)]
mod tests {
    use super::{is_link_script, is_of_clients};

    #[test]
    fn scripts_are_known_by_folder_and_name() {
        for path in
            ["bin/.x-post-link.sh", "Scripts/.a-b-pre-unlink.bat", "scripts/.x-pre-link.bat"]
        {
            assert!(is_link_script(path), "{path}");
        }
        for path in ["bin/x-post-link.sh", "bin/.x-post-link.bat", "lib/.x-post-link.sh", "bin/.x"]
        {
            assert!(!is_link_script(path), "{path}");
        }
    }

    #[test]
    fn files_of_clients_are_known_by_place() {
        for path in ["conda-meta/x-1-0.json", "conda-meta", "info/repodata_record.json"] {
            assert!(is_of_clients(path), "{path}");
        }
        for path in ["lib/conda-meta/x.json", "info/index.json", "repodata_record.json"] {
            assert!(!is_of_clients(path), "{path}");
        }
    }
}
