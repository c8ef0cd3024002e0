//! Any bytes as a role file, as its name, or as the value of a signed document.

use conda_verifier::{
    CanonicalForm, Limits, Role, RoleFileName, RoleKind, RoleSpec, SignatureRules, Value, tuf,
};

/// Runs it.
pub fn run(bytes: &[u8]) {
    let limits = Limits::default();
    for kind in [RoleKind::Root, RoleKind::KeyMgr, RoleKind::PkgMgr] {
        if let Ok(role) = Role::parse(kind, "fuzz.json", bytes, SignatureRules::default(), &limits)
            && let Some(delegation) = role.delegation(RoleKind::Root)
        {
            let _ = role.verify_by(delegation, "its own keys");
        }
    }
    let forms = [CanonicalForm::Olpc, CanonicalForm::MambaCompact];
    if let Ok(root) = tuf::Root::parse("fuzz.json", bytes, &forms, &limits) {
        let _ = root.verify_self();
        // No root comes after itself.
        assert!(root.verify_after(&root).is_err());
    }
    if let Ok(name) = std::str::from_utf8(bytes) {
        file_name(name);
    }
    let Ok(value) = Value::parse(bytes, "fuzz", &limits) else { return };
    // What is written in a canonical form reads back as the same value. Not so OLPC's: it
    // leaves control characters as they are.
    for form in [CanonicalForm::Python, CanonicalForm::Mamba, CanonicalForm::MambaCompact] {
        if let Some(written) = form.write(&value) {
            assert_eq!(Value::parse(&written, "written", &limits).as_ref(), Ok(&value));
        }
    }
}

/// A name is its parts and nothing else; as a successor it is one of those asked for.
fn file_name(name: &str) {
    let parts = RoleFileName::parse(name);
    if let Some(RoleFileName { version, spec, role }) = parts {
        let version = version.map(|version| format!("{version}.")).unwrap_or_default();
        let spec = spec.map(|spec| format!("sv{spec}.")).unwrap_or_default();
        assert_eq!(format!("{version}{spec}{role}.json"), name);
    }
    for spec in [RoleSpec::V06, RoleSpec::V1] {
        let _ = RoleFileName::check_load(name, spec, "root");
        let trusted = parts.and_then(|parts| parts.version).unwrap_or(1).saturating_sub(1);
        if RoleFileName::check_update(name, trusted, spec).is_ok() {
            assert!(RoleFileName::update_candidates(trusted, spec).any(|asked| asked == name));
        }
    }
}
