//! Any bytes as a signed document: its canonical form is the one that its tree of values
//! has, where both accept it.

use conda_verifier::{CanonicalForm, Code, Limits, Value, canonical_text};

/// Runs it.
pub fn run(bytes: &[u8]) {
    let limits = Limits::default();
    let tree = Value::parse(bytes, "fuzz", &limits)
        .map(|value| CanonicalForm::Olpc.write(&value).ok_or(Code::JsonInvalid));
    match (canonical_text(bytes, "fuzz", &limits), tree) {
        (Ok(text), Ok(Ok(tree))) => assert_eq!(text.into_bytes(), tree),
        (Err(error), Ok(Ok(_))) => assert!(error.to_string().contains("64 bits")),
        (Err(error), Ok(Err(_)) | Err(_)) => {
            assert!(matches!(error.code(), Code::JsonInvalid | Code::LimitExceeded));
        }
        // The tree has a bound on the items of an object.
        (Ok(_), Err(error)) => assert_eq!(error.code(), Code::LimitExceeded),
        (Ok(_), Ok(Err(_))) => panic!("a fraction became canonical"),
    }
}
