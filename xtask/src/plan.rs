//! Steps with what each needs, run two at a time.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};

use crate::log::Log;
use crate::progress::Progress;

/// Steps at a time. One compiles; the other links, installs or waits for a browser.
const AT_A_TIME: usize = 2;

/// How often the running steps' times are shown anew.
const TICK: Duration = Duration::from_millis(500);

/// What a step does. It returns a note for its line: "already there", "12 passed", or nothing.
type Action<'a> = Box<dyn FnOnce(&mut Log) -> Result<String> + Send + 'a>;

/// One thing to do.
pub(crate) struct Step<'a> {
    name: &'static str,
    needs: &'static [&'static str],
    locks_target: bool,
    action: Option<Action<'a>>,
}

impl<'a> Step<'a> {
    pub(crate) fn new(
        name: &'static str,
        action: impl FnOnce(&mut Log) -> Result<String> + Send + 'a,
    ) -> Self {
        Self { name, needs: &[], locks_target: false, action: Some(Box::new(action)) }
    }

    /// Starts only when these have succeeded.
    pub(crate) fn after(mut self, names: &'static [&'static str]) -> Self {
        self.needs = names;
        self
    }

    /// Runs a cargo that locks target/debug. Two of them would only wait for each other, so
    /// they run one after the other and leave the second place to a step of another kind.
    pub(crate) fn locking_target(mut self) -> Self {
        self.locks_target = true;
        self
    }
}

/// Steps to run; of those that are ready, the first added comes first.
#[derive(Default)]
pub(crate) struct Plan<'a> {
    steps: Vec<Step<'a>>,
    with_table: bool,
}

impl<'a> Plan<'a> {
    /// Shows a table of all steps at the end: worth its lines where there are many.
    pub(crate) fn with_table() -> Self {
        Self { steps: Vec::new(), with_table: true }
    }

    pub(crate) fn add(&mut self, step: Step<'a>) {
        self.steps.push(step);
    }

    /// Runs all. False when one failed; its output and the command that failed are then on
    /// the screen, and nothing was started after it.
    pub(crate) fn run(mut self, logs: &Path) -> Result<bool> {
        std::fs::create_dir_all(logs)
            .with_context(|| format!("can't create {}", logs.display()))?;
        let mut progress = Progress::new(self.steps.len());
        let mut done = BTreeSet::new();
        let mut failed = false;
        std::thread::scope(|threads| -> Result<()> {
            let (sender, receiver) = mpsc::channel();
            let mut running: Vec<(&'static str, bool)> = Vec::new();
            loop {
                while !failed && running.len() < AT_A_TIME {
                    let target_is_free = !running.iter().any(|(_, locks)| *locks);
                    let Some((name, locks, action)) = self.next(&done, target_is_free) else {
                        break;
                    };
                    running.push((name, locks));
                    progress.start(name);
                    let path = logs.join(format!("{}.log", name.replace([' ', '/'], "-")));
                    let sender = sender.clone();
                    threads.spawn(move || {
                        let finished = Finished::run(name, action, &path);
                        // The receiver is gone only when this function has returned an error.
                        let _ = sender.send(finished);
                    });
                }
                if running.is_empty() {
                    break;
                }
                match receiver.recv_timeout(TICK) {
                    Ok(finished) => {
                        running.retain(|(name, _)| *name != finished.name);
                        match &finished.outcome {
                            Ok(note) => {
                                progress.succeed(finished.name, finished.time, note);
                                done.insert(finished.name);
                            }
                            Err(error) => {
                                failed = true;
                                let Finished { name, time, said, log, .. } = &finished;
                                progress.fail(name, *time, said, log, error);
                            }
                        }
                    }
                    Err(_) => progress.tick(),
                }
            }
            Ok(())
        })?;
        if !failed && let Some(step) = self.steps.iter().find(|step| step.action.is_some()) {
            return Err(anyhow!("step {:?} needs one that is not in the plan", step.name));
        }
        progress.end(self.with_table);
        Ok(!failed)
    }

    /// Takes the first step that is ready.
    fn next(
        &mut self,
        done: &BTreeSet<&'static str>,
        target_is_free: bool,
    ) -> Option<(&'static str, bool, Action<'a>)> {
        self.steps
            .iter_mut()
            .filter(|step| target_is_free || !step.locks_target)
            .filter(|step| step.needs.iter().all(|name| done.contains(name)))
            .find_map(|step| Some((step.name, step.locks_target, step.action.take()?)))
    }
}

/// A step that has ended.
struct Finished {
    name: &'static str,
    outcome: Result<String>,
    said: String,
    log: PathBuf,
    time: Duration,
}

impl Finished {
    fn run(name: &'static str, action: Action<'_>, path: &Path) -> Self {
        let start = Instant::now();
        let mut said = String::new();
        let outcome = Log::create(path).and_then(|mut log| {
            // A panic here would leave the plan waiting for this step for ever.
            let outcome = catch_unwind(AssertUnwindSafe(|| action(&mut log)))
                .unwrap_or_else(|_| Err(anyhow!("this step panicked; its message is above")));
            said = log.text().unwrap_or_default();
            outcome
        });
        Self { name, outcome, said, log: path.to_owned(), time: start.elapsed() }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use anyhow::bail;

    use super::{Plan, Step};

    fn logs(name: &str) -> std::path::PathBuf {
        std::env::temp_dir().join(format!("xtask-plan-{name}-{}", std::process::id()))
    }

    #[test]
    fn a_step_waits_for_what_it_needs() -> anyhow::Result<()> {
        let order = Mutex::new(Vec::new());
        let note = |name: &'static str| {
            let order = &order;
            move |_: &mut crate::log::Log| {
                if let Ok(mut order) = order.lock() {
                    order.push(name);
                }
                Ok(String::new())
            }
        };
        let logs = logs("order");
        let mut plan = Plan::default();
        plan.add(Step::new("last", note("last")).after(&["first", "second"]));
        plan.add(Step::new("second", note("second")).after(&["first"]));
        plan.add(Step::new("first", note("first")));
        assert!(plan.run(&logs)?);
        assert_eq!(order.into_inner()?, ["first", "second", "last"]);
        Ok(std::fs::remove_dir_all(logs)?)
    }

    #[test]
    fn nothing_starts_after_a_failure() -> anyhow::Result<()> {
        let logs = logs("failure");
        let mut plan = Plan::default();
        plan.add(Step::new("fails", |_| bail!("on purpose")));
        plan.add(Step::new("never", |_| Ok(String::new())).after(&["fails"]));
        assert!(!plan.run(&logs)?);
        assert!(!logs.join("never.log").exists());
        Ok(std::fs::remove_dir_all(logs)?)
    }
}
