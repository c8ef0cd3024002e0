//! [`ChannelTrust`] for JavaScript.

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::examination::{JsExamination, prepare};
use super::options::{self, Judge};
use super::repodata::{JsRepodata, PIECE};
use super::signers;
use super::source::HostSource;
use super::target::{JsHashedFile, Told};
use super::thrown::{Thrown, thrown, to_js};
use crate::conda::RepodataEntry;
use crate::content_trust::{RecordAudit, RecordSummary, TrustedRole};
use crate::error::{Error, Fault};
use crate::proof::NotChecked;
use crate::trust::{ChannelTrust, Kept, Lookup};

/// What is trusted of a channel. Times are seconds since 1970 began.
#[wasm_bindgen(js_name = ChannelTrust)]
pub struct JsTrust(ChannelTrust);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Want<'a> {
    role: &'a str,
    path: &'a str,
    max_length: u64,
    optional: bool,
}

#[derive(Serialize)]
struct Found<'a> {
    target: Option<Told<'a>>,
    want: Option<Want<'a>>,
}

#[derive(Serialize)]
struct RoleInfo {
    version: u64,
    expires: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TrustInfo<'a> {
    format: &'static str,
    anchor: String,
    channel: Option<&'a str>,
    root: RoleInfo,
    key_mgr: Option<RoleInfo>,
    pkg_mgr: Option<RoleInfo>,
    timestamp: Option<RoleInfo>,
    snapshot: Option<RoleInfo>,
    targets: Option<RoleInfo>,
    not_checked: Vec<NotChecked>,
}

#[derive(Serialize)]
struct Summary<'a> {
    next: u32,
    trusted: u64,
    weak: &'a [String],
    unsigned: &'a [String],
    bad: Vec<(&'a str, Thrown<'a>)>,
}

#[wasm_bindgen(js_class = ChannelTrust)]
impl JsTrust {
    /// Trusts a root because the caller says so; throws where it is none.
    #[wasm_bindgen(constructor)]
    pub fn new(
        file: &str,
        root: &[u8],
        #[wasm_bindgen(unchecked_param_type = "TrustOptions")] options: JsValue,
    ) -> Result<Self, JsValue> {
        let pin = || -> Result<Self, Error> {
            let (options, limits) = options::read_trust(&options)?;
            Ok(Self(ChannelTrust::pin(file, root, options, limits)?))
        };
        pin().map_err(|error| thrown(&error))
    }

    /// What to fetch next, or null.
    #[wasm_bindgen(unchecked_return_type = "Want | null")]
    pub fn next(&mut self, now: f64) -> Result<JsValue, JsValue> {
        let want = options::time(now).and_then(|now| self.0.next(now));
        let want = want.map_err(|error| thrown(&error))?;
        Ok(to_js(&want.as_ref().map(|want| Want {
            role: &want.role,
            path: &want.path,
            max_length: want.max_length,
            optional: want.optional,
        })))
    }

    /// Searches the roles of TUF for a target; throws where none lists it.
    #[wasm_bindgen(js_name = findTarget, unchecked_return_type = "Lookup")]
    pub fn find_target(&mut self, path: &str, now: f64) -> Result<JsValue, JsValue> {
        let found = options::time(now).and_then(|now| self.0.target(path, now));
        Ok(to_js(&match &found.map_err(|error| thrown(&error))? {
            Lookup::Found(target) => Found { target: Some(Told(target)), want: None },
            Lookup::Wants(want) => Found {
                target: None,
                want: Some(Want {
                    role: &want.role,
                    path: &want.path,
                    max_length: want.max_length,
                    optional: want.optional,
                }),
            },
        }))
    }

    /// A target that is found without another role; throws where none lists it, or where
    /// another role is needed.
    #[wasm_bindgen(js_name = knownTarget, unchecked_return_type = "Target")]
    pub fn known_target(&mut self, path: &str, now: f64) -> Result<JsValue, JsValue> {
        let target = options::time(now).and_then(|now| self.0.known_target(path, now));
        Ok(to_js(&Told(&target.map_err(|error| thrown(&error))?)))
    }

    /// The version of a role that is trusted, or was.
    #[wasm_bindgen(js_name = roleVersion)]
    pub fn role_version(&self, role: &str) -> Option<f64> {
        #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "below 2^53")]
        self.0.role_version(role).map(|version| version as f64)
    }

    /// Compares a file with the target of its path; throws where it is not that.
    #[wasm_bindgen(js_name = verifyTarget, unchecked_return_type = "Target")]
    pub fn verify_target(&mut self, file: &JsHashedFile, now: f64) -> Result<JsValue, JsValue> {
        let mut verify = || {
            let file = file.0.as_ref().ok_or_else(|| Error::new(Fault::RolesNotLoaded))?;
            let target = self.0.known_target(&file.path, options::time(now)?)?;
            target.check(&file.digests)?;
            Ok(target)
        };
        let target = verify().map_err(|error: Error| thrown(&error))?;
        Ok(to_js(&Told(&target)))
    }

    /// Takes the file that was asked for; gives the entries to keep, each a key and
    /// its bytes, or undefined where the entry is to be removed.
    #[wasm_bindgen(unchecked_return_type = "[string, Uint8Array | undefined][]")]
    pub fn update(&mut self, path: &str, bytes: &[u8]) -> Result<Array, JsValue> {
        self.0.update(path, bytes).map(|kept| entries(&kept)).map_err(|error| thrown(&error))
    }

    /// Is told that there is no such file.
    pub fn unavailable(&mut self, path: &str, status: u16) -> Result<(), JsValue> {
        self.0.unavailable(path, status).map_err(|error| thrown(&error))
    }

    /// Gives a refresh up.
    pub fn abandon(&mut self) {
        self.0.abandon();
    }

    /// Everything that is to be kept.
    #[wasm_bindgen(unchecked_return_type = "[string, Uint8Array][]")]
    pub fn export(&self) -> Array {
        entries(&self.0.export())
    }

    /// Takes back what was kept.
    pub fn restore(&mut self, keys: Vec<String>, values: Vec<Uint8Array>) -> Result<(), JsValue> {
        let values: Vec<Vec<u8>> = values.iter().map(Uint8Array::to_vec).collect();
        let entries = keys.iter().map(String::as_str).zip(values.iter().map(Vec::as_slice));
        self.0.restore(entries).map_err(|error| thrown(&error))
    }

    /// What is trusted now, expired or not.
    #[wasm_bindgen(unchecked_return_type = "TrustInfo")]
    pub fn info(&self) -> JsValue {
        let role = |role: &TrustedRole| RoleInfo {
            version: role.role().version,
            expires: role.role().expiration.to_string(),
        };
        let [timestamp, snapshot, targets] = self.0.tuf_roles().map(|role| {
            role.map(|role| RoleInfo { version: role.version, expires: role.expires.to_string() })
        });
        to_js(&TrustInfo {
            format: if self.0.is_tuf() { "tuf" } else { "content-trust" },
            anchor: format!("sha256:{}", self.0.anchor()),
            channel: self.0.channel(),
            root: RoleInfo {
                version: self.0.root_version(),
                expires: self.0.root_expires().to_string(),
            },
            key_mgr: self.0.key_mgr().map(role),
            pkg_mgr: self.0.pkg_mgr().map(role),
            timestamp,
            snapshot,
            targets,
            not_checked: self.0.not_checked(),
        })
    }

    /// The roles that are trusted, expired or not, and who signed them; each with its file.
    #[wasm_bindgen(unchecked_return_type = "[RoleRow, Uint8Array][]")]
    pub fn roles(&self, now: f64) -> Result<Array, JsValue> {
        let roles = || Ok(signers::roles(&self.0.roles()?, options::time(now)?));
        roles().map_err(|error: Error| thrown(&error))
    }

    /// Who signed a record; null under a root of TUF.
    #[wasm_bindgen(js_name = recordSigners, unchecked_return_type = "SignatureRow | null")]
    pub fn record_signers(
        &self,
        #[wasm_bindgen(unchecked_param_type = "RecordOption")] record: JsValue,
    ) -> Result<JsValue, JsValue> {
        let signed_by = options::record_signers(&record, &self.0, signers::record);
        signed_by.map_err(|error| thrown(&error))
    }

    /// Verifies a record strictly; throws where it does not verify. `file`: the one that it
    /// was read from, under a root of TUF.
    #[wasm_bindgen(js_name = verifyRecord)]
    pub fn verify_record(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "RecordOption")] record: JsValue,
        now: f64,
        file: &JsHashedFile,
    ) -> Result<(), JsValue> {
        options::time(now)
            .and_then(|now| {
                let judge = Judge { trust: &mut self.0, now, file: file.0.as_ref() };
                options::verify_record(&record, judge)
            })
            .map(drop)
            .map_err(|error| thrown(&error))
    }

    /// Verifies so many records from the one of that number on, in batches, or fewer if
    /// they are long: a summary, and no proof of any one record. `next` of it is the
    /// number to go on with. Under a root of TUF `file` decides, and each record is read.
    #[wasm_bindgen(unchecked_return_type = "AuditSummary")]
    pub fn audit(
        &mut self,
        repodata: &JsRepodata,
        subdir: &str,
        now: f64,
        first: u32,
        count: u32,
        file: &JsHashedFile,
    ) -> Result<JsValue, JsValue> {
        let mut next = first;
        let mut audit = || {
            let now = options::time(now)?;
            let piece = Piece { repodata, first, count };
            if self.0.is_tuf() {
                let file = file.0.as_ref();
                let trust = file.map(|file| self.0.repodata_trust(file, now)).transpose()?;
                let mut summary = RecordSummary::default();
                next = piece.each(|entry| {
                    summary.count(entry, |entry| match &trust {
                        Some(trust) => self.0.record_in(trust, subdir, entry),
                        None => self.0.verify_record(subdir, entry, now),
                    });
                });
                return Ok(summary);
            }
            let rules = self.0.record_rules(subdir, now)?;
            let mut audit = RecordAudit::new();
            next = piece.each(|entry| audit.push(&rules, entry));
            Ok(audit.finish(&rules))
        };
        let summary = audit().map_err(|error: Error| thrown(&error))?;
        let bad = summary.bad.iter();
        Ok(to_js(&Summary {
            next,
            trusted: summary.trusted,
            weak: &summary.weak,
            unsigned: &summary.unsigned,
            bad: bad.map(|(name, error)| (name.as_str(), Thrown::of(error))).collect(),
        }))
    }

    /// Prepares to examine a source under this trust at that time.
    /// `file`: the one that its record was read from, under a root of TUF.
    pub fn examination(
        &mut self,
        source: HostSource,
        #[wasm_bindgen(unchecked_param_type = "ExaminationOptions")] options: JsValue,
        now: f64,
        file: &JsHashedFile,
    ) -> Result<JsExamination, JsValue> {
        options::time(now)
            .and_then(|now| {
                let judge = Judge { trust: &mut self.0, now, file: file.0.as_ref() };
                prepare(source, &options, Some(judge))
            })
            .map_err(|error| thrown(&error))
    }
}

/// Some of the records of repodata.
struct Piece<'a> {
    repodata: &'a JsRepodata,
    first: u32,
    count: u32,
}

impl<'a> Piece<'a> {
    /// Calls `look` with each, until there are bytes enough; gives the number to go on with.
    fn each(&self, mut look: impl FnMut(Result<RepodataEntry<'a>, Error>)) -> u32 {
        let (mut next, mut bytes) = (self.first, 0_usize);
        while next < self.first.saturating_add(self.count) && bytes < PIECE {
            for entry in self.repodata.0.entries_from(next, 1) {
                if let Ok(entry) = &entry {
                    let signatures = entry.signatures_json.as_deref().unwrap_or_default();
                    bytes = bytes.saturating_add(entry.record_json.len());
                    bytes = bytes.saturating_add(signatures.len());
                }
                look(entry);
            }
            next = next.saturating_add(1);
        }
        next
    }
}

/// Pairs of a key and its bytes.
fn entries(kept: &[Kept]) -> Array {
    let pairs = kept.iter().map(|Kept { key, bytes }| {
        let bytes = bytes.as_deref().map(Uint8Array::from);
        Array::of2(&key.into(), &bytes.map_or(JsValue::UNDEFINED, JsValue::from))
    });
    pairs.collect()
}
