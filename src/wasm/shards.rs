//! [`ShardIndex`] and [`Shard`] for JavaScript.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::options;
use super::row::Rows;
use super::source::{HostSource, JsSource};
use super::thrown::thrown;
use crate::archive::ReadAt as _;
use crate::conda::{Shard, ShardIndex};
use crate::error::Error;
use crate::limits::Limits;

/// An index of shards.
#[wasm_bindgen(js_name = ShardIndex)]
pub struct JsShardIndex {
    index: ShardIndex,
    limits: Limits,
}

/// The records of one package.
#[wasm_bindgen(js_name = Shard)]
pub struct JsShard(Shard);

#[wasm_bindgen(js_class = ShardIndex)]
impl JsShardIndex {
    /// Reads an index; throws where it is none.
    #[wasm_bindgen(constructor)]
    pub fn new(
        source: HostSource,
        #[wasm_bindgen(unchecked_param_type = "Record<string, number> | undefined")]
        limits: JsValue,
    ) -> Result<Self, JsValue> {
        let read = || -> Result<Self, Error> {
            let limits = options::read_limits(&limits)?;
            let index = ShardIndex::read(&mut JsSource::new(source)?, &limits)?;
            Ok(Self { index, limits })
        };
        read().map_err(|error| thrown(&error))
    }

    /// The subdir that it is of.
    #[wasm_bindgen(getter)]
    pub fn subdir(&self) -> String {
        self.index.info().subdir.clone()
    }

    /// Where packages are, or an empty text.
    #[wasm_bindgen(getter, js_name = baseUrl)]
    pub fn base_url(&self) -> String {
        self.index.info().base_url.clone()
    }

    /// The names of the packages that have a shard, sorted.
    pub fn names(&self) -> Vec<String> {
        self.index.names().map(str::to_owned).collect()
    }

    /// Where a package's shard is: absolute, or relative to the URL of the index.
    #[wasm_bindgen(js_name = shardPath)]
    pub fn shard_path(&self, name: &str) -> Result<String, JsValue> {
        self.index.shard_path(name).map_err(|error| thrown(&error))
    }

    /// Opens the shard of a package; throws where it is not the one of the index.
    pub fn open(&self, name: &str, source: HostSource) -> Result<JsShard, JsValue> {
        let open = || -> Result<Shard, Error> {
            let mut source = JsSource::new(source)?;
            // What is longer than a shard may be is none, so no more of it is read.
            let length = source.size().min(self.limits.shard_bytes.saturating_add(1));
            let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
            source.read_at(0, &mut bytes)?;
            Shard::open(&self.index, name, &bytes, &self.limits)
        };
        open().map(JsShard).map_err(|error| thrown(&error))
    }
}

#[wasm_bindgen(js_class = Shard)]
impl JsShard {
    /// The file names that have a record, sorted.
    #[wasm_bindgen(js_name = fileNames)]
    pub fn file_names(&self) -> Vec<String> {
        self.0.file_names().map(str::to_owned).collect()
    }

    /// The file names that were removed from the channel.
    pub fn removed(&self) -> Vec<String> {
        self.0.removed().to_vec()
    }

    /// The rows of those files' records.
    #[wasm_bindgen(unchecked_return_type = "RecordRow[]")]
    pub fn list(&self, file_names: Vec<String>) -> JsValue {
        let mut rows = Rows::default();
        rows.open();
        for name in &file_names {
            rows.record(&self.0.row(name));
        }
        rows.close();
        rows.into_js()
    }

    /// A file's record as JSON text; throws where there is none, or where it is
    /// malformed.
    pub fn record(&self, file_name: &str) -> Result<String, JsValue> {
        self.0.record_json(file_name).map_err(|error| thrown(&error))
    }
}
