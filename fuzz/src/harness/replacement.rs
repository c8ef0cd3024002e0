//! Any bytes as a file with a placeholder: the first line says what takes whose place.

use conda_verifier::{
    FileMode, Limits, Replacement, ReplacementGrowth, ReplacementOutcome, System, Tool,
};

/// Runs it.
pub fn run(bytes: &[u8]) {
    let mut parts = bytes.splitn(4, |byte| *byte == b'|');
    let (Some(head), Some(placeholder), Some(prefix), Some(original)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    let (Ok(placeholder), Ok(prefix)) = (str::from_utf8(placeholder), str::from_utf8(prefix))
    else {
        return;
    };
    let file_mode = match head.first() {
        Some(b't') => Some(FileMode::Text),
        Some(b'b') => Some(FileMode::Binary),
        _ => None,
    };
    let system = match head.get(1) {
        Some(b'm') => System::MacOs,
        Some(b'w') => System::Windows,
        Some(b'o') => System::Other,
        _ => System::Linux,
    };
    let replacement = Replacement { placeholder, file_mode, prefix, system };
    // As much as inputs that are far longer may have; what all clients make is kept at one time.
    let mut limits = Limits::default();
    limits.set("replacementBytes", 4 << 20).expect("there is such a limit");
    let mut growth = ReplacementGrowth::new(&limits);
    let Ok(outcomes) = replacement.outcomes(original, &mut growth, <[u8]>::to_vec) else { return };
    let is_binary = file_mode == Some(FileMode::Binary) && system != System::Windows;
    for (tool, outcome) in &outcomes {
        let ReplacementOutcome::Made(replaced) = outcome else { continue };
        // A file keeps its length, but for libmamba's where the path is longer.
        if is_binary
            && prefix.len() <= placeholder.len()
            && prefix.is_ascii()
            && placeholder.is_ascii()
        {
            assert_eq!(replaced.len(), original.len(), "{tool:?}");
        }
    }
    // Where the placeholder does not occur in any encoding and there is no first line to
    // mend, nothing changes.
    if placeholder.len() > original.len() && !original.starts_with(b"#!") {
        for (tool, outcome) in &outcomes {
            let is_unknown = matches!(outcome, ReplacementOutcome::Unknown(_));
            let is_same = *outcome == ReplacementOutcome::Made(original.to_vec());
            // Whatever looks like a launcher fails with libmamba.
            let may_fail = *tool == Tool::Libmamba && system == System::Windows;
            let fails = may_fail && *outcome == ReplacementOutcome::Fails;
            assert!(is_same || is_unknown || fails, "{tool:?}");
        }
    }
}
