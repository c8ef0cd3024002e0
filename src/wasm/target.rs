//! Targets of TUF for JavaScript.

use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::digest::{DigestsHasher, Wanted};
use crate::trust::{RepodataFile, Target};
use crate::tuf::Hashes;

/// Finds the digests of a file that comes chunk by chunk.
#[wasm_bindgen(js_name = FileHasher)]
pub struct JsFileHasher(DigestsHasher);

/// A file whose digests were found, or none: what is trusted of it is asked for each time.
/// Nothing but bytes makes one that is of a file, so that no plain data passes for it.
#[wasm_bindgen(js_name = HashedFile)]
#[derive(Default)]
pub struct JsHashedFile(pub(super) Option<RepodataFile>);

#[wasm_bindgen(js_class = HashedFile)]
impl JsHashedFile {
    /// No file.
    #[wasm_bindgen(constructor)]
    pub fn none() -> Self {
        Self::default()
    }
}

#[wasm_bindgen(js_class = FileHasher)]
impl JsFileHasher {
    /// A hasher that was given nothing yet; of SHA-512 too where that is asked for.
    #[wasm_bindgen(constructor)]
    pub fn new(sha512: bool) -> Self {
        Self(DigestsHasher::new(Wanted { md5: false, sha512 }))
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8]) {
        self.0.update(chunk);
    }

    /// The digests of all bytes so far, and the path that the file goes by.
    pub fn finish(&self, path: &str) -> JsHashedFile {
        let digests = self.0.clone().finish();
        JsHashedFile(Some(RepodataFile { path: path.to_owned(), digests }))
    }
}

/// A target as JavaScript has it.
pub(super) struct Told<'a>(pub(super) &'a Target);

impl Serialize for Told<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Flat<'a> {
            path: &'a str,
            length: u64,
            hashes: Known,
            #[serde(skip_serializing_if = "Option::is_none")]
            custom: Option<&'a str>,
            roles: &'a [String],
            expires: String,
            paths: &'a [String],
        }
        let Target { path, length, hashes, custom, roles, expires, paths } = self.0;
        let (length, expires) = (*length, expires.to_string());
        let (hashes, custom) = (Known::of(hashes), custom.as_deref());
        Flat { path, length, hashes, custom, roles, expires, paths }.serialize(serializer)
    }
}

#[derive(Serialize)]
struct Known {
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha512: Option<String>,
}

impl Known {
    fn of(hashes: &Hashes) -> Self {
        Self {
            sha256: hashes.sha256.map(|hash| hash.to_string()),
            sha512: hashes.sha512.map(|hash| hash.to_string()),
        }
    }
}
