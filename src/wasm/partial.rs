//! [`PartialExamination`] for JavaScript.

use js_sys::{Array, Map, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::members::whole;
use super::options::{self, Read};
use super::source::{HostSource, JsSource};
use super::thrown::{thrown, to_js};
use crate::package::{ByteRange, Mark, PartialExamination, PartialStep, Told};

/// A remote package on its way to its `info/`.
#[wasm_bindgen(js_name = PartialExamination)]
pub struct JsPartialExamination(PartialExamination<JsSource>);

#[wasm_bindgen(js_class = PartialExamination)]
impl JsPartialExamination {
    /// Prepares to examine a part of a source; throws for options that are not valid.
    #[wasm_bindgen(constructor)]
    pub fn new(
        source: HostSource,
        #[wasm_bindgen(unchecked_param_type = "ExaminationOptions | undefined")] options: JsValue,
    ) -> Result<Self, JsValue> {
        let prepare = || {
            let Read { expectation, policy, limits } = options::read(&options, None)?;
            let source = JsSource::new(source)?;
            Ok(Self(PartialExamination::new(source, expectation, policy, limits)))
        };
        prepare().map_err(|error| thrown(&error))
    }

    /// Works for a while: `done`, `working`, why it takes the whole, or `wanted` and offset and
    /// length of each range. Throws where the source can't be read.
    #[wasm_bindgen(unchecked_return_type = "PartialStep")]
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "below 2^53")]
    pub fn step(&mut self) -> Result<Array, JsValue> {
        let (word, wanted) = match self.0.step().map_err(|error| thrown(&error))? {
            PartialStep::Wanted(wanted) => ("wanted", wanted),
            PartialStep::Whole(because) => (because.as_str(), Vec::new()),
            PartialStep::Working => ("working", Vec::new()),
            PartialStep::Done => ("done", Vec::new()),
        };
        let step = Array::of1(&JsValue::from_str(word));
        for ByteRange { offset, length } in wanted {
            step.push(&Array::of2(
                &JsValue::from_f64(offset as f64),
                &JsValue::from_f64(length as f64),
            ));
        }
        Ok(step)
    }

    /// The source has these bytes now.
    pub fn arrived(&mut self, offset: f64, length: f64) {
        if let (Some(offset), Some(length)) = (whole(offset), whole(length)) {
            self.0.arrived(ByteRange { offset, length });
        }
    }

    /// The bytes from there on are of another state of the file, as a mark shows: `etag`,
    /// `last-modified` or `length`.
    pub fn changed(&mut self, offset: f64, mark: &str, expected: String, actual: String) {
        let mark = match mark {
            "etag" => Mark::ETag,
            "last-modified" => Mark::LastModified,
            _ => Mark::Length,
        };
        self.0.changed(whole(offset).unwrap_or_default(), mark, expected, actual);
    }

    /// The verdict, and the files of `info/`. The examination is gone then.
    #[wasm_bindgen(unchecked_return_type = "[unknown, Map<string, Uint8Array>]")]
    pub fn finish(self, size: bool, coherence: bool) -> Array {
        let answer = self.0.finish(Told { size, coherence });
        let info = Map::new();
        for (path, bytes) in &answer.info {
            info.set(&JsValue::from_str(path), &Uint8Array::from(bytes.as_slice()));
        }
        Array::of2(&to_js(&answer.verdict), &info)
    }
}
