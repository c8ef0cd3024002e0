//! Bytes that stay in JavaScript.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};

use super::members::whole;
use crate::archive::ReadAt;
use crate::error::{Error, Fault};

#[wasm_bindgen]
extern "C" {
    /// An object of the TypeScript interface `HostSource`.
    #[derive(Clone)]
    #[wasm_bindgen(typescript_type = "HostSource")]
    pub type HostSource;

    #[wasm_bindgen(method, getter)]
    fn size(this: &HostSource) -> f64;

    #[wasm_bindgen(method, getter)]
    fn fixed(this: &HostSource) -> bool;

    #[wasm_bindgen(method, catch, js_name = readAt)]
    fn read_at(this: &HostSource, offset: f64, into: &mut [u8]) -> Result<(), JsValue>;
}

/// The length and mutability of a source are asked once: it can't change them later.
#[derive(Clone)]
pub(super) struct JsSource {
    host: HostSource,
    size: u64,
    fixed: bool,
}

impl JsSource {
    pub(super) fn new(host: HostSource) -> Result<Self, Error> {
        let size = whole(host.size()).ok_or_else(|| {
            Error::new(Fault::ArgumentInvalid {
                argument: "source.size".into(),
                reason: "it is no whole number from 0 to 2^53 - 1".into(),
            })
        })?;
        let fixed = host.fixed();
        Ok(Self { host, size, fixed })
    }
}

impl ReadAt for JsSource {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Error> {
        let length = u64::try_from(into.len()).unwrap_or(u64::MAX);
        let failed = |reason: String| Error::new(Fault::SourceRead { offset, length, reason });
        if offset.checked_add(length).is_none_or(|end| end > self.size) {
            return Err(failed("the source ends before".into()));
        }
        // Exact: the end is at most a size that was a JavaScript number.
        #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "below 2^53")]
        let position = offset as f64;
        self.host.read_at(position, into).map_err(|thrown| {
            let message = thrown
                .dyn_ref::<js_sys::Error>()
                .map(|error| String::from(error.message()))
                .or_else(|| thrown.as_string());
            failed(message.unwrap_or_else(|| "the source threw".into()))
        })
    }

    fn is_fixed(&self) -> bool {
        self.fixed
    }
}
