//! [`Examination`] for JavaScript.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::options::{self, Judge, Read};
use super::source::{HostSource, JsSource};
use super::thrown::{thrown, to_js};
use crate::digest::Sha256Digest;
use crate::error::{Error, Fault};
use crate::package::{Examination, Fate, Progress};

/// One package on its way to a verdict.
#[wasm_bindgen(js_name = Examination)]
pub struct JsExamination(Examination<JsSource>);

/// How far an examination has come.
#[wasm_bindgen(js_name = Step)]
pub struct JsStep(Progress);

#[wasm_bindgen(js_class = Step)]
impl JsStep {
    /// `authenticating`, `unpacking` or `done`.
    #[wasm_bindgen(getter)]
    pub fn phase(&self) -> String {
        self.0.phase.as_str().to_owned()
    }

    /// Bytes of the archive that went through this phase.
    #[wasm_bindgen(getter)]
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "below 2^53")]
    pub fn done(&self) -> f64 {
        self.0.done as f64
    }

    /// Bytes of the archive.
    #[wasm_bindgen(getter)]
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "below 2^53")]
    pub fn total(&self) -> f64 {
        self.0.total as f64
    }
}

/// The numbers that a part of a file is handed out as.
const PART_NUMBERS: usize = 7;

#[wasm_bindgen(js_class = Examination)]
impl JsExamination {
    /// Prepares to examine a source; throws for options that are not valid.
    #[wasm_bindgen(constructor)]
    pub fn new(
        source: HostSource,
        #[wasm_bindgen(unchecked_param_type = "ExaminationOptions | undefined")] options: JsValue,
    ) -> Result<Self, JsValue> {
        prepare(source, &options, None).map_err(|error| thrown(&error))
    }

    /// Works for a while; throws where the source can't be read.
    pub fn step(&mut self) -> Result<JsStep, JsValue> {
        self.0.step().map(JsStep).map_err(|error| thrown(&error))
    }

    /// Leaves the digests of the archive and of files of at least so many bytes to the host.
    #[wasm_bindgen(js_name = letHostHash)]
    pub fn let_host_hash(&mut self, from: u32) {
        self.0.let_host_hash(from.into());
    }

    /// Whether a digest of the archive would spare a pass.
    #[wasm_bindgen(getter, js_name = wantsArchiveDigest)]
    pub fn wants_archive_digest(&self) -> bool {
        self.0.wants_archive_digest()
    }

    /// Takes the SHA-256 of all bytes.
    #[wasm_bindgen(js_name = supplyArchiveDigest)]
    pub fn supply_archive_digest(&mut self, sha256: &[u8]) -> Result<(), JsValue> {
        self.0.supply_archive_digest(digest(sha256)?);
        Ok(())
    }

    /// What the last step came to, seven numbers a part: the file's number, where the bytes
    /// begin in WebAssembly's memory and how many there are, the file's size and mode, 1 if it
    /// begins here and 2 if its digest will be wanted, and its fate: 0 sound, 1 more comes, 2
    /// the digest is wanted now, 3 refused.
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "below 2^53")]
    pub fn parts(&self) -> Vec<f64> {
        let block = self.0.block().as_ptr() as usize;
        let mut numbers = Vec::new();
        for part in self.0.parts() {
            numbers.reserve(PART_NUMBERS);
            numbers.extend([
                f64::from(part.number),
                block.saturating_add(part.start) as f64,
                part.bytes.len() as f64,
                part.size as f64,
                f64::from(part.mode),
                f64::from(u8::from(part.is_first) | (u8::from(part.is_for_host) << 1)),
                match part.fate {
                    Fate::Sound => 0.0,
                    Fate::Incomplete => 1.0,
                    Fate::DigestWanted => 2.0,
                    Fate::Refused => 3.0,
                },
            ]);
        }
        numbers
    }

    /// The paths of those parts, a line each: no path has a line break in it.
    pub fn paths(&self) -> String {
        let paths: Vec<_> = self.0.parts().map(|part| part.path).collect();
        paths.join("\n")
    }

    /// Takes the SHA-256 of a file, and says whether the file is sound.
    #[wasm_bindgen(js_name = supplyDigest)]
    pub fn supply_digest(&mut self, number: u32, sha256: &[u8]) -> Result<bool, JsValue> {
        Ok(self.0.supply_digest(number, digest(sha256)?) == Some(Fate::Sound))
    }

    /// The links and listed directories, once all is unpacked.
    #[wasm_bindgen(unchecked_return_type = "HandedNode[]")]
    pub fn links(&self) -> JsValue {
        to_js(&self.0.links())
    }

    /// The memory that addresses are of. Its buffer is another one whenever it has grown.
    #[wasm_bindgen(getter, unchecked_return_type = "WebAssembly.Memory")]
    pub fn memory(&self) -> JsValue {
        wasm_bindgen::memory()
    }

    /// The verdict, as a plain object. The examination is gone then.
    #[wasm_bindgen(unchecked_return_type = "unknown")]
    pub fn finish(self) -> JsValue {
        to_js(&self.0.finish())
    }
}

fn digest(bytes: &[u8]) -> Result<Sha256Digest, JsValue> {
    bytes.try_into().map(Sha256Digest::new).map_err(|_| {
        thrown(&Error::new(Fault::ArgumentInvalid {
            argument: "sha256".into(),
            reason: "32 bytes are needed".into(),
        }))
    })
}

/// Prepares to examine a source under what is trusted of a channel, if anything is.
pub(super) fn prepare(
    source: HostSource,
    options: &JsValue,
    judge: Option<Judge<'_>>,
) -> Result<JsExamination, Error> {
    let Read { expectation, policy, limits } = options::read(options, judge)?;
    let source = JsSource::new(source)?;
    Ok(JsExamination(Examination::new(source, expectation, policy, limits)))
}
