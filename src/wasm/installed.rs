//! [`Inspection`] for JavaScript.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::installed_options;
use super::members::whole;
use super::thrown::{thrown, to_js};
use crate::digest::{Sha256Digest, Sha256Hasher};
use crate::error::{Error, Fault};
use crate::installed::{Inspection, Listed, ListedKind, OriginalFile};

/// What is installed, on its way to a verdict.
#[wasm_bindgen(js_name = Inspection)]
pub struct JsInspection(Inspection);

/// Finds the SHA-256 of bytes that come piece by piece.
#[wasm_bindgen(js_name = PieceHasher)]
#[derive(Default)]
pub struct JsPieceHasher {
    hasher: Sha256Hasher,
    /// The first bytes, up to four.
    head: Vec<u8>,
}

#[wasm_bindgen(js_class = PieceHasher)]
impl JsPieceHasher {
    /// A hasher that was given nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.head.extend(bytes.iter().take(4_usize.saturating_sub(self.head.len())));
        self.hasher.update(bytes);
    }
}

#[wasm_bindgen(js_class = Inspection)]
impl JsInspection {
    /// Reads a manifest, or does without; throws for options that are not valid.
    #[wasm_bindgen(constructor)]
    pub fn new(
        manifest: Option<Vec<u8>>,
        #[wasm_bindgen(unchecked_param_type = "InspectionOptions | undefined")] options: JsValue,
    ) -> Result<Self, JsValue> {
        let (options, policy, limits) =
            installed_options::read_installed(&options).map_err(|error| thrown(&error))?;
        Ok(Self(match manifest {
            Some(manifest) => Inspection::new(&manifest, options, policy, limits),
            None => Inspection::without_manifest(options, policy, limits),
        }))
    }

    /// Whether the bytes of a file of the archive are needed.
    #[wasm_bindgen(js_name = wantsOriginal)]
    pub fn wants_original(&self, path: &str, size: f64) -> bool {
        size_of(size).is_ok_and(|size| self.0.wants_original(path, size))
    }

    /// Takes a file of the archive: `file`, `symlink`, `hardlink` or `directory`. Whether there is
    /// more to do for it.
    pub fn original(
        &mut self,
        path: &str,
        kind: &str,
        size: f64,
        target: Option<String>,
        bytes: Option<Vec<u8>>,
    ) -> Result<bool, JsValue> {
        if kind == "hardlink" {
            self.0.original_hard_link(path, target.as_deref().unwrap_or_default());
            return Ok(false);
        }
        let kind = kind_of(kind, target.as_deref());
        size_of(size)
            .and_then(|size| self.0.begin_original(OriginalFile { path, kind, size, bytes }))
            .map(|()| self.0.step())
            .map_err(|error| thrown(&error))
    }

    /// Goes on with that file, for some milliseconds. Whether there is more to do for it.
    pub fn step(&mut self) -> bool {
        self.0.step()
    }

    /// Takes the verdict on the archive, after its last file.
    #[wasm_bindgen(js_name = restOn)]
    pub fn rest_on(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "OriginalOption")] original: JsValue,
    ) -> Result<(), JsValue> {
        let original =
            installed_options::read_original(&original).map_err(|error| thrown(&error))?;
        self.0.rest_on(original);
        Ok(())
    }

    /// Takes why there is no archive.
    pub fn miss(&mut self, reason: String) {
        self.0.miss_original(reason);
    }

    /// Takes something that is there: `file`, `hardlink`, `symlink`, `directory` or `other`. Gives
    /// a number where its digest is wanted, and -1 where it is not.
    pub fn meet(
        &mut self,
        path: &str,
        kind: &str,
        size: f64,
        target: Option<String>,
        mode: Option<u32>,
    ) -> Result<i32, JsValue> {
        let kind = kind_of(kind, target.as_deref());
        let size = size_of(size).map_err(|error| thrown(&error))?;
        let wanted = self.0.meet(Listed { path, kind, size, mode });
        Ok(wanted.and_then(|number| i32::try_from(number).ok()).unwrap_or(-1))
    }

    /// Takes the SHA-256 of a file, as 32 bytes, and its first four bytes.
    pub fn digest(&mut self, number: u32, sha256: &[u8], head: &[u8]) -> Result<(), JsValue> {
        let sha256 = <[u8; 32]>::try_from(sha256).map(Sha256Digest::new).map_err(|_| {
            Error::new(Fault::ArgumentInvalid {
                argument: "sha256".into(),
                reason: "it has not 32 bytes".into(),
            })
        });
        sha256.and_then(|sha256| self.take(number, sha256, head)).map_err(|error| thrown(&error))
    }

    /// Takes the bytes of a file.
    pub fn hash(&mut self, number: u32, bytes: &[u8]) -> Result<(), JsValue> {
        self.take(number, Sha256Digest::of(bytes), bytes).map_err(|error| thrown(&error))
    }

    /// Takes the bytes that were pushed.
    pub fn hashed(&mut self, number: u32, hasher: JsPieceHasher) -> Result<(), JsValue> {
        self.take(number, hasher.hasher.finish(), &hasher.head).map_err(|error| thrown(&error))
    }

    /// The verdict, as a plain object. The inspection is gone then.
    #[wasm_bindgen(unchecked_return_type = "unknown")]
    pub fn finish(self) -> JsValue {
        to_js(&self.0.finish())
    }
}

impl JsInspection {
    fn take(&mut self, number: u32, sha256: Sha256Digest, head: &[u8]) -> Result<(), Error> {
        self.0.digest(usize::try_from(number).unwrap_or(usize::MAX), sha256, head)
    }
}

fn kind_of<'a>(kind: &str, target: Option<&'a str>) -> ListedKind<'a> {
    match kind {
        // One more name of a file is as good as the first.
        "file" | "hardlink" => ListedKind::File,
        "symlink" => ListedKind::Symlink(target.unwrap_or_default()),
        "directory" => ListedKind::Directory,
        _ => ListedKind::Other,
    }
}

fn size_of(size: f64) -> Result<u64, Error> {
    whole(size).ok_or_else(|| {
        Error::new(Fault::ArgumentInvalid {
            argument: "size".into(),
            reason: "a size is a whole number from 0 to 2^53 - 1".into(),
        })
    })
}
