//! Any bytes as a role file or as the value of a signed document.
#![no_main]

use conda_verifier::{CanonicalForm, Limits, Role, RoleKind, SignatureRules, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    for kind in [RoleKind::Root, RoleKind::KeyMgr, RoleKind::PkgMgr] {
        if let Ok(role) = Role::parse(kind, "fuzz.json", bytes, SignatureRules::default(), &limits)
            && let Some(delegation) = role.delegation(RoleKind::Root)
        {
            let _ = role.verify_by(delegation, "its own keys");
        }
    }
    let Ok(value) = Value::parse(bytes, "fuzz", &limits) else { return };
    // What is written in a canonical form reads back as the same value. Not so OLPC's: it
    // leaves control characters as they are.
    for form in [CanonicalForm::Python, CanonicalForm::Mamba, CanonicalForm::MambaCompact] {
        if let Some(written) = form.write(&value) {
            assert_eq!(Value::parse(&written, "written", &limits).as_ref(), Ok(&value));
        }
    }
});
