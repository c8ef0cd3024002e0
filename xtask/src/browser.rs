//! Chromium and its driver, which tests run in.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::debian;
use crate::folder::write;
use crate::log::Log;
use crate::made::Made;
use crate::program::Program;

/// Says where Chromium is.
pub(crate) const CHROMIUM: &str = "CONDA_VERIFIER_CHROMIUM";

/// Says where its driver is; wasm-bindgen's test runner reads it too.
pub(crate) const DRIVER: &str = "CHROMEDRIVER";

/// The capabilities with the place of the browser in them.
const CAPABILITIES: &str = "target/xtask/webdriver.json";

/// What was found.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
    /// The file of capabilities for the driver.
    pub(crate) capabilities: PathBuf,
}

const PROGRAMS: [Program; 2] = [
    Program {
        variable: Some(CHROMIUM),
        names: &["chromium", "chromium-browser", "google-chrome"],
        debian: "chromium",
    },
    Program { variable: Some(DRIVER), names: &["chromedriver"], debian: "chromium-driver" },
];

/// Finds both, and installs Debian's where one is missing and we may.
pub(crate) fn ensure(log: &mut Log, made: &Made<Browser>) -> Result<String> {
    let mut missing = Vec::new();
    for program in &PROGRAMS {
        if program.find()?.is_none() {
            missing.push(program.debian);
        }
    }
    if !missing.is_empty() {
        let instead = format!(
            "Install Chromium and its driver of the same version, and set {CHROMIUM} and {DRIVER} \
             to their paths if they are not in PATH"
        );
        debian::install(log, &missing, &instead)?;
    }
    let [chromium, driver] = PROGRAMS.each_ref().map(Program::find);
    let [chromium, driver] = [chromium?, driver?].map(|path| {
        path.context("apt-get installed chromium and chromium-driver, but they are not in PATH")
    });
    let (chromium, driver) = (chromium?, driver?);
    let capabilities = capabilities(&chromium)?;
    made.set(Browser { chromium, driver, capabilities });
    Ok(if missing.is_empty() { "already there" } else { "installed" }.to_owned())
}

/// webdriver.json with the browser's path: a driver that is not told starts what it finds.
fn capabilities(chromium: &Path) -> Result<PathBuf> {
    let text = std::fs::read_to_string("webdriver.json").context("can't read webdriver.json")?;
    let mut json: Value = serde_json::from_str(&text).context("webdriver.json is not JSON")?;
    let options = json
        .get_mut("goog:chromeOptions")
        .and_then(Value::as_object_mut)
        .context("webdriver.json has no goog:chromeOptions")?;
    let chromium = chromium.to_str().context("the path of Chromium is not text")?;
    options.insert("binary".to_owned(), chromium.into());
    write(Path::new(CAPABILITIES), format!("{json:#}\n").as_bytes())?;
    std::path::absolute(CAPABILITIES).context("there is no current folder")
}
