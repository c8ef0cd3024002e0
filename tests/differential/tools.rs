//! The tools of `fixtures/python/unpack.py`, asked about one package after the other.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/python/unpack.py");

/// Where `cargo xtask` puts a Python with the tools.
const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/python-bench/bin/python");

/// What an entry is: kind, permission bits, and the digest of a file or the target of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) kind: String,
    pub(crate) mode: u64,
    pub(crate) what: String,
}

/// The entries by path, or why a tool refused the package.
pub(crate) type Answer = Result<BTreeMap<String, Node>, String>;

/// What the tools make of a package.
#[derive(Debug)]
pub(crate) struct Answers {
    /// Each tool's answer.
    pub(crate) tools: BTreeMap<String, Answer>,
    /// The normal form C of names that have another.
    pub(crate) composed: BTreeMap<String, String>,
    /// What Python reads in info/paths.json, where there is one.
    pub(crate) listed: Value,
}

/// A running script.
pub(crate) struct Tools {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    scratch: PathBuf,
}

impl Tools {
    /// Starts it; `None` where there is no Python with the tools.
    pub(crate) fn start(name: &str) -> Option<Self> {
        if !Path::new(PYTHON).exists() {
            return None;
        }
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&scratch).unwrap();
        let mut command = Command::new(PYTHON);
        command.arg(SCRIPT).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Some(Self { child, requests, answers, scratch })
    }

    /// What each tool makes of a package of that name.
    pub(crate) fn ask(&mut self, file_name: &str, bytes: &[u8]) -> Answers {
        let path = self.scratch.join(file_name);
        fs::write(&path, bytes).unwrap();
        let requests = self.requests.as_mut().unwrap();
        let request = json!({ "path": path, "scratch": self.scratch });
        writeln!(requests, "{request}").and_then(|()| requests.flush()).unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        fs::remove_file(&path).unwrap();
        let mut answer: BTreeMap<String, Value> = serde_json::from_str(&line).unwrap();
        let composed = serde_json::from_value(answer.remove("nfc").unwrap()).unwrap();
        let listed = answer.remove("listed").unwrap();
        let tools = answer.into_iter().map(|(tool, answer)| (tool, of_json(&answer))).collect();
        Answers { tools, composed, listed }
    }
}

fn of_json(answer: &Value) -> Answer {
    if let Some(words) = answer["error"].as_str() {
        return Err(words.to_owned());
    }
    let nodes = answer["nodes"].as_object().unwrap().iter().map(|(path, node)| {
        let text = |at: usize| node[at].as_str().unwrap().to_owned();
        (path.clone(), Node { kind: text(0), mode: node[1].as_u64().unwrap(), what: text(2) })
    });
    Ok(nodes.collect())
}

impl Drop for Tools {
    fn drop(&mut self) {
        // At the end of its input it ends.
        self.requests = None;
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.scratch);
    }
}
