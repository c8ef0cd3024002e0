//! A file of which a server hands out ranges.

use std::ops::Range;

use conda_verifier::{
    ByteRange, Error, Expectation, PartialAnswer, PartialStep, ReadAt, Told, Verifier, WholeBecause,
};

/// What was asked for.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) requests: u64,
    pub(crate) rounds: u64,
    pub(crate) bytes: u64,
    pub(crate) whole: Option<WholeBecause>,
}

/// How a server answers the range of a request, by the number of the request: the bytes that it
/// sends for it.
type Answer<'a> = Box<dyn FnMut(u64, Range<usize>) -> Vec<u8> + 'a>;

/// A file on a server.
pub(crate) struct Served<'a> {
    size: u64,
    answer: Answer<'a>,
}

impl<'a> Served<'a> {
    /// An honest server.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self::answering(bytes.len() as u64, move |_, range| bytes[range].to_vec())
    }

    /// A server that does as it likes with a file that is said to have that size.
    pub(crate) fn answering(
        size: u64,
        answer: impl FnMut(u64, Range<usize>) -> Vec<u8> + 'a,
    ) -> Self {
        Self { size, answer: Box::new(answer) }
    }
}

/// The bytes that have arrived: reading any other is a mistake.
struct Arrived {
    size: u64,
    pieces: Vec<(usize, Vec<u8>)>,
}

impl ReadAt for Arrived {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Error> {
        for (place, byte) in (offset as usize..).zip(into) {
            let piece = self
                .pieces
                .iter()
                .find(|(start, bytes)| (*start..start + bytes.len()).contains(&place));
            let Some((start, bytes)) = piece else { panic!("byte {place} was never fetched") };
            *byte = bytes[place - start];
        }
        Ok(())
    }
}

/// The answer about a file on an honest server that tells everything.
pub(crate) fn read(bytes: &[u8], expectation: &Expectation) -> (PartialAnswer, Log) {
    let told = Told { size: true, coherence: true };
    read_with(&Verifier::new(), Served::new(bytes), expectation, told)
}

/// The answer about what a server sends.
pub(crate) fn read_with(
    verifier: &Verifier,
    mut server: Served<'_>,
    expectation: &Expectation,
    told: Told,
) -> (PartialAnswer, Log) {
    let source = Arrived { size: server.size, pieces: Vec::new() };
    let mut examination = verifier.examine_partially(source, expectation.clone());
    let mut log = Log::default();
    loop {
        let wanted = match examination.step().unwrap() {
            PartialStep::Done => break,
            PartialStep::Working => continue,
            PartialStep::Whole(because) => {
                log.whole = Some(because);
                // However often it is asked.
                assert_eq!(examination.step(), Ok(PartialStep::Whole(because)));
                break;
            }
            PartialStep::Wanted(ranges) => ranges,
        };
        log.rounds += 1;
        assert!(!wanted.is_empty());
        for ByteRange { offset, length } in wanted {
            assert!(length > 0 && offset + length <= server.size, "{offset} {length}");
            let range = offset as usize..(offset + length) as usize;
            let bytes = (server.answer)(log.requests, range);
            log.requests += 1;
            log.bytes += bytes.len() as u64;
            // In two pieces, the second one first.
            let pieces = [bytes.len() / 2..bytes.len(), 0..bytes.len() / 2];
            for piece in pieces {
                let start = offset as usize + piece.start;
                let length = piece.len() as u64;
                examination.source_mut().pieces.push((start, bytes[piece].to_vec()));
                examination.arrived(ByteRange { offset: start as u64, length });
            }
        }
    }
    (examination.finish(told), log)
}
