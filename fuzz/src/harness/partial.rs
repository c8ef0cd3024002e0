//! Any bytes as a package on a server, or an honest one with some bytes changed, of which ranges
//! are asked for; a script says what the server does with each request.

use std::sync::LazyLock;

use conda_verifier::{
    ByteRange, Error, Expectation, Fault, Limits, Mark, PartialStep, Policy, Profile, ReadAt,
    Status, Told, Verifier,
};
use conda_verifier_fixtures::sample;

/// The most requests that a package may cost.
const REQUESTS: usize = 16;

static HONEST: LazyLock<Vec<u8>> = LazyLock::new(|| sample::hello().conda());

/// The honest package, with bytes changed from its end on: that is where the directory is.
fn changed(changes: &[u8]) -> Vec<u8> {
    let mut file = HONEST.clone();
    for change in changes.chunks_exact(3) {
        let from_end = usize::from(u16::from_le_bytes([change[0], change[1]]));
        let place = file.len().checked_sub(from_end + 1);
        if let Some(byte) = place.and_then(|place| file.get_mut(place)) {
            *byte = change[2];
        }
    }
    file
}

/// The length of the file, as somebody says, and the pieces that have arrived.
struct Arrived {
    size: u64,
    pieces: Vec<(u64, Vec<u8>)>,
}

impl ReadAt for Arrived {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Error> {
        for (place, byte) in (offset..).zip(into) {
            let found = self.pieces.iter().find_map(|(start, bytes)| {
                bytes.get(usize::try_from(place.checked_sub(*start)?).ok()?)
            });
            *byte = *found.expect("what has not arrived is not read");
        }
        Ok(())
    }
}

/// Runs it.
pub fn run(bytes: &[u8]) {
    let Some((script, file)) = bytes.split_at_checked(REQUESTS + 3) else { return };
    let (lie, script) = script.split_at(3);
    let file = if lie[2] < 64 { file.to_vec() } else { changed(file) };
    // Most of the time the length is right.
    let size = file.len() as u64 + u64::from(lie[0].saturating_sub(200)) * u64::from(lie[1]);
    let mut limits = Limits::default();
    limits.set("unpackedBytes", 16 << 20).expect("a limit");
    limits.set("infoBytes", 1 << 20).expect("a limit");
    let profile = if lie[2] & 1 == 0 { Profile::Install } else { Profile::Lenient };
    let verifier = Verifier::new().with_limits(limits).with_policy(Policy::of(profile));
    let source = Arrived { size, pieces: Vec::new() };
    let mut examination = verifier.examine_partially(source, Expectation::nothing());
    let mut requests = 0;
    let has_all = loop {
        let wanted = match examination.step().expect("what has arrived can be read") {
            PartialStep::Done => break true,
            PartialStep::Working => continue,
            // Nobody fetches it.
            PartialStep::Whole(_) => break false,
            PartialStep::Wanted(wanted) => wanted,
        };
        for ByteRange { offset, length } in wanted {
            assert!(length > 0 && offset.checked_add(length).is_some_and(|end| end <= size));
            assert!(requests < REQUESTS, "it asks on and on");
            let action = script[requests];
            requests += 1;
            let (from, length) = match action {
                240.. => {
                    let (was, is) = (String::from("one"), String::from("two"));
                    examination.changed(offset, Mark::ETag, was, is);
                    continue;
                }
                // Other bytes than were asked for, or fewer.
                220..240 => (offset + u64::from(action - 219), length),
                200..220 => (offset, length / 2),
                _ => (offset, length),
            };
            let from = usize::try_from(from).unwrap_or(usize::MAX).min(file.len());
            let until = from.saturating_add(usize::try_from(length).unwrap_or(0)).min(file.len());
            let piece = file[from..until].to_vec();
            let length = piece.len() as u64;
            examination.source_mut().pieces.push((offset, piece));
            examination.arrived(ByteRange { offset, length });
        }
    };
    let answer = examination.finish(Told::default());
    if !has_all {
        // What was not finished is nothing.
        assert_eq!(answer.verdict.status, Status::Rejected);
        return;
    }
    let Some(error) = answer.verdict.rejection() else {
        assert_eq!(answer.verdict.status, Status::Unverified);
        assert!(!answer.verdict.not_checked.is_empty());
        return;
    };
    assert!(!matches!(&**error, Fault::SourceRead { .. }));
    assert_eq!(answer.verdict.status, Status::Rejected);
}
