//! Every bound on memory, time and counts, with where its default comes from.

use crate::error::{Error, Fault};

/// The bounds of one verification. All are inclusive.
///
/// The defaults leave room above the largest real packages; lower them where
/// memory is scarce. Reaching one is [`Fault::LimitExceeded`], which names it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the archive. The largest packages of public channels
    /// (CUDA, PyTorch) stay below 2 GiB, which is also what a browser holds.
    pub archive_bytes: u64,
    /// Bytes of all entries, unpacked.
    pub unpacked_bytes: u64,
    /// Unpacked bytes for each byte of the archive, once more than
    /// `ratio_floor_bytes` were unpacked. zstd reaches about 700 on logs, a
    /// bomb 30,000.
    pub ratio: u64,
    /// Below this many unpacked bytes the ratio is not looked at: small
    /// packages of repetitive text compress extremely well.
    pub ratio_floor_bytes: u64,
    /// Entries of the archive. The largest real packages have about 100,000.
    pub entries: u64,
    /// Bytes of a path (PATH_MAX on Linux), and of a key in repodata.
    pub path_bytes: u64,
    /// Bytes of a path's component (NAME_MAX on Linux).
    pub component_bytes: u64,
    /// Bytes of the names of all entries and of the folders above them, which are
    /// kept to compare; of all file names of a repodata file. 100,000 real entries
    /// need about 20 MiB, 700,000 records 30 MiB.
    pub name_bytes: u64,
    /// Nesting of JSON documents, 100 at most. Real ones nest 5 deep.
    pub json_depth: u64,
    /// Bytes of all of `info/`, unpacked. Recipes with tests reach some MiB.
    pub info_bytes: u64,
    /// zstd window: 128 MiB is what level 22 asks for, and what reference
    /// decoders accept (RFC 8878 3.1.1.1.2 recommends at least 8 MiB).
    pub window_bytes: u64,
    /// Symbolic links followed for one link (Linux: 40).
    pub link_depth: u64,
    /// Findings kept in a verdict; the rest is counted.
    pub findings: u64,
    /// Bytes of a role file. Real ones have some kB; what clients of TUF allow
    /// for a root by default.
    pub role_bytes: u64,
    /// Bytes of a TUF timestamp; what clients of TUF allow by default.
    pub timestamp_bytes: u64,
    /// Bytes of a TUF snapshot that does not come with a length; what clients of TUF allow
    /// by default.
    pub snapshot_bytes: u64,
    /// Bytes of a TUF targets file. Clients of TUF allow 5 MB; a channel of 100,000
    /// packages needs 20 MB.
    pub targets_bytes: u64,
    /// Targets of a TUF targets file. conda-forge's largest subdir has 700,000 packages.
    pub targets: u64,
    /// Delegated roles that the search for one target visits; what clients of TUF allow
    /// by default.
    pub delegations: u64,
    /// Roles that a TUF targets file delegates to. Hash bins have 16,384.
    pub delegated_roles: u64,
    /// Keys of a TUF file, key ids of one of its roles, and signatures of it. Real ones
    /// have less than 10.
    pub keys: u64,
    /// Characters compared to find out to whom a TUF targets file delegates a path, and
    /// hash prefixes. 10,000 patterns take less than a million.
    pub pattern_steps: u64,
    /// Roots followed in one refresh; what clients of TUF allow by default.
    pub root_rounds: u64,
    /// Bytes of a repodata file, unpacked. conda-forge's largest has 300 MB.
    pub repodata_bytes: u64,
    /// Records of a repodata file. conda-forge's largest has 700,000.
    pub records: u64,
    /// Bytes of one record's text. Real ones have some kB.
    pub record_bytes: u64,
    /// Bytes of a shard of repodata, unpacked, and of the index of shards: 100 MiB,
    /// as libmamba has it.
    pub shard_bytes: u64,
    /// Bytes by which a package's files may grow where what clients make of their placeholders
    /// is recomputed, for all clients together. Real files grow by some kB, if at all.
    pub replacement_bytes: u64,
    /// Bytes of one file of which it is recomputed what clients make of it. The file is in memory
    /// then, with as much again twice over while conda's rules are followed, and WebAssembly
    /// has 4 GiB for all. Of a larger one it is not known (`PREFIX_REPLACEMENT_UNKNOWN`), unless
    /// the digest that the package lists says it all.
    pub replaced_file_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            archive_bytes: 2 << 30,
            unpacked_bytes: 8 << 30,
            ratio: 1_000,
            ratio_floor_bytes: 64 << 20,
            entries: 500_000,
            path_bytes: 4_096,
            component_bytes: 255,
            name_bytes: 256 << 20,
            json_depth: 64,
            info_bytes: 64 << 20,
            window_bytes: 128 << 20,
            link_depth: 40,
            findings: 1_000,
            role_bytes: 512_000,
            timestamp_bytes: 16_384,
            snapshot_bytes: 2_000_000,
            targets_bytes: 64 << 20,
            targets: 1_000_000,
            delegations: 32,
            delegated_roles: 65_536,
            keys: 1_024,
            pattern_steps: 16 << 20,
            root_rounds: 256,
            repodata_bytes: 1 << 30,
            records: 2_000_000,
            record_bytes: 256 << 10,
            shard_bytes: 100 << 20,
            replacement_bytes: 64 << 20,
            replaced_file_bytes: 128 << 20,
        }
    }
}

impl Limits {
    /// The limits' names, as messages and the JavaScript options have them.
    pub const NAMES: &'static [&'static str] = &[
        "archiveBytes",
        "unpackedBytes",
        "ratio",
        "ratioFloorBytes",
        "entries",
        "pathBytes",
        "componentBytes",
        "nameBytes",
        "jsonDepth",
        "infoBytes",
        "windowBytes",
        "linkDepth",
        "findings",
        "roleBytes",
        "timestampBytes",
        "snapshotBytes",
        "targetsBytes",
        "targets",
        "delegations",
        "delegatedRoles",
        "keys",
        "patternSteps",
        "rootRounds",
        "repodataBytes",
        "records",
        "recordBytes",
        "shardBytes",
        "replacementBytes",
        "replacedFileBytes",
    ];

    /// Sets the limit of that name.
    ///
    /// # Errors
    /// [`Fault::ArgumentInvalid`] where no limit has the name.
    pub fn set(&mut self, name: &str, value: u64) -> Result<(), Error> {
        let field = match name {
            "archiveBytes" => &mut self.archive_bytes,
            "unpackedBytes" => &mut self.unpacked_bytes,
            "ratio" => &mut self.ratio,
            "ratioFloorBytes" => &mut self.ratio_floor_bytes,
            "entries" => &mut self.entries,
            "pathBytes" => &mut self.path_bytes,
            "componentBytes" => &mut self.component_bytes,
            "nameBytes" => &mut self.name_bytes,
            "jsonDepth" => &mut self.json_depth,
            "infoBytes" => &mut self.info_bytes,
            "windowBytes" => &mut self.window_bytes,
            "linkDepth" => &mut self.link_depth,
            "findings" => &mut self.findings,
            "roleBytes" => &mut self.role_bytes,
            "timestampBytes" => &mut self.timestamp_bytes,
            "snapshotBytes" => &mut self.snapshot_bytes,
            "targetsBytes" => &mut self.targets_bytes,
            "targets" => &mut self.targets,
            "delegations" => &mut self.delegations,
            "delegatedRoles" => &mut self.delegated_roles,
            "keys" => &mut self.keys,
            "patternSteps" => &mut self.pattern_steps,
            "rootRounds" => &mut self.root_rounds,
            "repodataBytes" => &mut self.repodata_bytes,
            "records" => &mut self.records,
            "recordBytes" => &mut self.record_bytes,
            "shardBytes" => &mut self.shard_bytes,
            "replacementBytes" => &mut self.replacement_bytes,
            "replacedFileBytes" => &mut self.replaced_file_bytes,
            _ => {
                return Err(Error::new(Fault::ArgumentInvalid {
                    argument: format!("limits.{name}"),
                    reason: format!("there is no such limit; there are {}", Self::NAMES.join(", ")),
                }));
            }
        };
        *field = value;
        Ok(())
    }
}

/// A quantity that only grows, up to a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    limit: &'static str,
    max: u64,
    spent: u64,
}

impl Budget {
    pub(crate) const fn new(limit: &'static str, max: u64) -> Self {
        Self { limit, max, spent: 0 }
    }

    /// Spends before anything is allocated or decoded.
    pub(crate) fn spend(&mut self, amount: u64) -> Result<(), Error> {
        match self.spent.checked_add(amount) {
            Some(spent) if spent <= self.max => {
                self.spent = spent;
                Ok(())
            }
            _ => Err(Error::new(Fault::LimitExceeded { limit: self.limit, max: self.max })),
        }
    }

    pub(crate) const fn max(&self) -> u64 {
        self.max
    }

    pub(crate) const fn spent(&self) -> u64 {
        self.spent
    }

    pub(crate) const fn left(&self) -> u64 {
        self.max.saturating_sub(self.spent)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Budget, Limits};
    use crate::error::{Code, Error, Fault};

    #[test]
    fn a_budget_ends_at_its_limit_and_keeps_its_state_when_it_refuses() {
        let mut budget = Budget::new("entries", 3);
        budget.spend(3).unwrap();
        assert_eq!(
            budget.spend(1),
            Err(Error::new(Fault::LimitExceeded { limit: "entries", max: 3 }))
        );
        assert_eq!(budget.spend(u64::MAX).unwrap_err().code(), Code::LimitExceeded);
        assert_eq!((budget.spent(), budget.left()), (3, 0));
    }

    #[test]
    fn every_name_sets_its_own_limit() {
        let mut limits = Limits::default();
        for (value, name) in (7..).zip(Limits::NAMES) {
            let before = limits.clone();
            limits.set(name, value).unwrap();
            assert_ne!(before, limits, "{name}");
        }
        assert_eq!(limits.set("entry", 1).unwrap_err().code(), Code::ArgumentInvalid);
    }
}
