//! What becomes of one file of the archive, bytes and all.

use std::fmt;
use std::pin::Pin;

use super::expected::{Candidate, FromArchive};
use super::growth::Growth;
use super::replacement::{Outcome, Replacement, Way};
use super::shipped::{Marked, Shipped, Target};
use super::system::{System, is_mach_o};
use super::work::{Work, step, to_the_end};
use crate::conda::FileMode;
use crate::error::{Error, NotRecomputable};

/// A file whose bytes have to be gone over.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) path: String,
    pub(super) size: u64,
    /// The placeholder to replace.
    pub(super) placeholder: Option<Marked>,
    /// Where the path of the environment is known, it is there.
    pub(super) target: Target,
    /// On which systems.
    pub(super) systems: Vec<System>,
    /// Whether the digest of the bytes as they are is of use even if they are replaced.
    pub(super) is_open: bool,
}

/// What came of a task.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) path: String,
    pub(super) shipped: Result<Shipped, Error>,
    /// What all files may still grow by.
    pub(super) growth: Growth,
}

/// A task that is done step by step.
pub(super) struct Recomputing(Pin<Box<dyn Future<Output = Done> + Send + Sync>>);

impl fmt::Debug for Recomputing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recomputing").finish_non_exhaustive()
    }
}

impl Recomputing {
    pub(super) fn new(task: Task, bytes: Vec<u8>, growth: Growth) -> Self {
        Self(Box::pin(async move { task.run(&bytes, growth).await }))
    }

    /// Goes on for some milliseconds; what came of it where it is done.
    pub(super) fn step(&mut self) -> Option<Done> {
        step(self.0.as_mut())
    }
}

impl Task {
    /// All of it at once.
    pub(super) fn run_to_the_end(self, bytes: &[u8], growth: Growth) -> Done {
        to_the_end(self.run(bytes, growth))
    }

    async fn run(self, bytes: &[u8], mut growth: Growth) -> Done {
        let shipped = self.shipped(bytes, &mut Work::new(&mut growth)).await;
        Done { path: self.path, shipped, growth }
    }

    async fn shipped(&self, bytes: &[u8], work: &mut Work<'_>) -> Result<Shipped, Error> {
        let mut replaced = Vec::new();
        if let Some(placeholder) = &self.placeholder {
            for system in &self.systems {
                replaced.push((*system, self.replaced(bytes, placeholder, *system, work).await?));
            }
        }
        let what = if self.is_open || replaced.is_empty() {
            Some(FromArchive::File { size: self.size, sha256: work.sha256(bytes).await })
        } else {
            None
        };
        let placeholder = self.placeholder.clone();
        Ok(Shipped { what, size: self.size, is_too_large: false, placeholder, replaced })
    }

    /// What each client makes of it on a system.
    async fn replaced(
        &self,
        bytes: &[u8],
        (placeholder, file_mode): &Marked,
        system: System,
        work: &mut Work<'_>,
    ) -> Result<FromArchive, Error> {
        let Some(prefix) = &self.target.prefix else {
            return Ok(FromArchive::Unknown(NotRecomputable::NoPrefix));
        };
        let replacement = Replacement { placeholder, file_mode: *file_mode, prefix, system };
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut unknown = None;
        for way in replacement.ways() {
            let made = match replacement.made(way, bytes, work).await? {
                Outcome::Made(made) => made,
                Outcome::Fails => continue,
                Outcome::Unknown(reason) => {
                    unknown = Some(reason);
                    continue;
                }
            };
            let size = u64::try_from(made.len()).unwrap_or(u64::MAX);
            let sha256 = work.sha256(&made).await;
            let is_known = candidates.iter().any(|it| it.size == size && it.sha256 == sha256);
            if way != Way::OfLargeFile || !is_known {
                candidates.push(Candidate { tool: way.tool(), size, sha256 });
            }
        }
        let may_be_signed =
            system == System::MacOs && *file_mode == Some(FileMode::Binary) && is_mach_o(bytes);
        Ok(match unknown {
            Some(reason) if candidates.is_empty() => FromArchive::Unknown(reason),
            unknown => FromArchive::Replaced { candidates, unknown, may_be_signed },
        })
    }
}
