//! What the screen shows while a plan runs.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::seconds::Seconds;

/// After this long without a line, a screen that is a file is told that we live.
const SILENCE: Duration = Duration::from_secs(60);

/// Of a failed step's output, the lines that are shown. The whole is in its log.
const LINES: usize = 400;

/// One line a step when it has ended; on a terminal a last line with those that run.
pub(crate) struct Progress {
    total: usize,
    begin: Instant,
    spoke: Instant,
    live: bool,
    running: Vec<Running>,
    ended: Vec<(String, String)>,
    failure: Option<String>,
    started: usize,
}

struct Running {
    name: &'static str,
    number: usize,
    since: Instant,
}

impl Progress {
    pub(crate) fn new(total: usize) -> Self {
        let now = Instant::now();
        Self {
            total,
            begin: now,
            spoke: now,
            live: std::io::stdout().is_terminal(),
            running: Vec::new(),
            ended: Vec::new(),
            failure: None,
            started: 0,
        }
    }

    pub(crate) fn start(&mut self, name: &'static str) {
        self.started += 1;
        self.running.push(Running { name, number: self.started, since: Instant::now() });
        self.tick();
    }

    /// Shows the running steps.
    pub(crate) fn tick(&mut self) {
        let running = self.running.iter().map(|step| {
            format!(
                "{} {}",
                step.name,
                Seconds(Duration::from_secs(step.since.elapsed().as_secs()))
            )
        });
        let running = running.collect::<Vec<_>>().join(", ");
        if self.live {
            print!("\r\x1b[K  … {running}");
            // A screen that can't be written to is nothing to fail for.
            let _ = std::io::stdout().flush();
        } else if self.spoke.elapsed() >= SILENCE {
            self.line(&format!("        … {running}"));
        }
    }

    pub(crate) fn succeed(&mut self, name: &'static str, time: Duration, note: &str) {
        let note = if note.is_empty() { String::new() } else { format!("  {note}") };
        self.finish(name, &format!("ok {:>8}{note}", Seconds(time)));
        self.ended.push((name.to_owned(), format!("{:>12}{note}", Seconds(time))));
    }

    /// Shows at once what went wrong; a step that runs beside it is still waited for.
    pub(crate) fn fail(
        &mut self,
        name: &'static str,
        time: Duration,
        said: &str,
        log: &Path,
        error: &anyhow::Error,
    ) {
        self.finish(name, &format!("FAILED {}", Seconds(time)));
        let lines: Vec<&str> = said.trim_end().lines().collect();
        let hidden = lines.len().saturating_sub(LINES);
        if !lines.is_empty() {
            println!();
        }
        if hidden > 0 {
            println!("({hidden} lines before these are in {})", log.display());
        }
        for line in lines.iter().skip(hidden) {
            println!("{line}");
        }
        if !self.running.is_empty() {
            println!("\n{name}: {error:#}");
        }
        for step in &self.running {
            println!("(waiting for {}, which runs beside it)", step.name);
        }
        self.failure.get_or_insert(format!("{name}: {error:#}"));
        self.spoke = Instant::now();
    }

    /// The total, below a table of all steps if wanted; or, where it has scrolled away, the
    /// failure again.
    pub(crate) fn end(&self, with_table: bool) {
        self.wipe();
        let total = Seconds(self.begin.elapsed());
        if let Some(failure) = &self.failure {
            println!("\nFAILED after {total}\n{failure}");
            return;
        }
        if !with_table {
            println!("done in {total}");
            return;
        }
        let width = self.ended.iter().map(|(name, _)| name.chars().count()).max();
        let width = width.unwrap_or_default();
        println!();
        for (name, rest) in &self.ended {
            println!("  {name:width$} {rest}");
        }
        println!("  {:width$} {total:>12}", "in all");
    }

    fn finish(&mut self, name: &'static str, how: &str) {
        let number = self.running.iter().find(|step| step.name == name).map(|step| step.number);
        self.running.retain(|step| step.name != name);
        let digits = self.total.to_string().len();
        let number = number.unwrap_or_default();
        self.line(&format!("[{number:>digits$}/{}] {name} … {how}", self.total));
    }

    fn line(&mut self, text: &str) {
        self.wipe();
        println!("{text}");
        self.spoke = Instant::now();
    }

    fn wipe(&self) {
        if self.live {
            print!("\r\x1b[K");
        }
    }
}
