//! [`Examination`] for JavaScript.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::options::{self, Judge, Read};
use super::source::{HostSource, JsSource};
use super::thrown::{thrown, to_js};
use crate::error::Error;
use crate::package::{Examination, Progress};

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

    /// The verdict, as a plain object. The examination is gone then.
    #[wasm_bindgen(unchecked_return_type = "unknown")]
    pub fn finish(self) -> JsValue {
        to_js(&self.0.finish())
    }
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
