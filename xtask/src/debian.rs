//! Packages of Debian, which set-up installs where it may.

use anyhow::{Result, bail};

use crate::invocation::Invocation;
use crate::log::Log;

/// Installs packages, or says that they are missing. `instead` ends that sentence: what a
/// person can do who has no apt-get or may not use it.
pub(crate) fn install(log: &mut Log, missing: &[&str], instead: &str) -> Result<()> {
    let may = Invocation::new("id").args(["-u"]).read().is_ok_and(|id| id.trim() == "0");
    let may_by_sudo = || Invocation::new("sudo").args(["--non-interactive", "true"]).succeeds();
    let prefix: &[&str] = match () {
        () if !Invocation::new("apt-get").args(["--version"]).succeeds() => bail!(
            "missing: {}, and there is no apt-get here to install it. {instead}",
            missing.join(" and "),
        ),
        () if may => &[],
        () if may_by_sudo() => &["sudo", "--non-interactive"],
        () => bail!(
            "missing: {}, and only root may install it. Run: sudo apt-get install \
             --no-install-recommends {}. Or: {instead}",
            missing.join(" and "),
            missing.join(" "),
        ),
    };
    let apt = |arguments: &[&str]| {
        // Through `env`, since sudo keeps no variables.
        let words = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
        // Another apt may be at work, on a fresh machine above all.
        let wait = ["-o", "DPkg::Lock::Timeout=300"];
        let mut all = prefix.iter().chain(&words).chain(&wait).chain(arguments).copied();
        let program = all.next().unwrap_or_default();
        Invocation::new(program).args(all)
    };
    log.run(&apt(&["update"]))?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(missing);
    log.run(&apt(&arguments))
}
