//! Firefox and WebKit, which the package is tested in beside Chromium.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::debian;
use crate::log::Log;
use crate::made::Made;
use crate::program::Program;

/// Says where Firefox is.
pub(crate) const FIREFOX: &str = "CONDA_VERIFIER_FIREFOX";

/// Says where WebKitGTK's driver is, which starts the browser that it belongs to.
pub(crate) const WEBKIT_DRIVER: &str = "CONDA_VERIFIER_WEBKIT_DRIVER";

const FIREFOX_PROGRAM: Program =
    Program { variable: Some(FIREFOX), names: &["firefox-esr", "firefox"], debian: "firefox-esr" };

const WEBKIT_PROGRAM: Program = Program {
    variable: Some(WEBKIT_DRIVER),
    names: &["WebKitWebDriver"],
    debian: "webkit2gtk-driver",
};

/// What WebKit's browser needs on a machine without a screen.
const DISPLAY: [Program; 3] = [
    Program { variable: None, names: &["xvfb-run"], debian: "xvfb" },
    Program { variable: None, names: &["xauth"], debian: "xauth" },
    Program { variable: None, names: &["dbus-run-session"], debian: "dbus" },
];

/// What was found; tests leave out what is not there.
#[derive(Default)]
pub(crate) struct Engines {
    pub(crate) firefox: Option<PathBuf>,
    pub(crate) webkit_driver: Option<PathBuf>,
}

/// Finds them, and installs Debian's where one is missing and we may. Where that can't be done,
/// tests say what they leave out; not so where `CI` is set, which must have all.
pub(crate) fn ensure(log: &mut Log, made: &Made<Engines>) -> Result<String> {
    let missing = missing()?;
    let installed = if missing.is_empty() {
        Ok("already there".to_owned())
    } else {
        let instead = format!(
            "Install Firefox and WebKitGTK's driver, and set {FIREFOX} and {WEBKIT_DRIVER} to \
             their paths if they are not in PATH"
        );
        debian::install(log, &missing, &instead).and_then(|()| {
            let still = self::missing()?;
            ensure!(still.is_empty(), "apt-get installed {still:?}, but they are not in PATH");
            Ok("installed".to_owned())
        })
    };
    let has_display = DISPLAY.iter().all(|program| matches!(program.find(), Ok(Some(_))));
    made.set(Engines {
        firefox: FIREFOX_PROGRAM.find()?,
        webkit_driver: WEBKIT_PROGRAM.find()?.filter(|_| has_display),
    });
    match installed {
        Err(error) if std::env::var_os("CI").is_none() => Ok(format!("left out: {error}")),
        done => done,
    }
}

/// Debian's packages of what is not there.
fn missing() -> Result<Vec<&'static str>> {
    let mut missing = Vec::new();
    for program in [&FIREFOX_PROGRAM, &WEBKIT_PROGRAM].into_iter().chain(&DISPLAY) {
        if program.find()?.is_none() {
            missing.push(program.debian);
        }
    }
    Ok(missing)
}
