//! Work on files that takes long, and stops now and then.
//!
//! It is written as `async` functions, of which the compiler makes state machines. All that they
//! ever wait for is their next turn, so that whoever polls them is all the executor they need.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use super::growth::Growth;
use crate::digest::{Sha256Digest, Sha256Hasher};
use crate::error::Error;

/// Bytes that are hashed between two stops: some milliseconds in WebAssembly.
const STRETCH: usize = 1 << 20;

/// Bytes that are looked at, or copied, in about the time that one is hashed in.
const FASTER: usize = 4;

/// Why there is no outcome.
#[derive(Debug)]
pub(super) enum Stop {
    Error(Error),
    /// There is no memory for what a file becomes.
    NoMemory,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// What work on one file takes: time until the next stop, and of what all files may grow by.
#[derive(Debug)]
pub(super) struct Work<'a> {
    growth: &'a mut Growth,
    left: usize,
}

impl<'a> Work<'a> {
    /// Bytes that are gone over without a look at the time.
    pub(super) const BLOCK: usize = STRETCH * FASTER;

    pub(super) const fn new(growth: &'a mut Growth) -> Self {
        Self { growth, left: STRETCH }
    }

    /// So many bytes were hashed. Stops where it is time.
    async fn hashed(&mut self, bytes: usize) {
        match self.left.checked_sub(bytes) {
            Some(left) => self.left = left,
            None => {
                self.left = STRETCH;
                Turn(false).await;
            }
        }
    }

    /// So many bytes were looked at, or copied. Stops where it is time.
    pub(super) async fn passed(&mut self, bytes: usize) {
        // Little by little is work too.
        self.hashed((bytes / FASTER).max(16)).await;
    }

    /// The SHA-256 of bytes.
    pub(super) async fn sha256(&mut self, bytes: &[u8]) -> Sha256Digest {
        let mut hasher = Sha256Hasher::default();
        for block in bytes.chunks(STRETCH) {
            hasher.update(block);
            self.hashed(block.len()).await;
        }
        hasher.finish()
    }

    /// An empty buffer for what a file of that length becomes.
    pub(super) fn room(&mut self, length: usize, growth: usize) -> Result<Vec<u8>, Stop> {
        self.growth.spend(growth)?;
        let mut buffer = Vec::new();
        match buffer.try_reserve_exact(length.saturating_add(growth)) {
            Ok(()) => Ok(buffer),
            Err(_) => Err(Stop::NoMemory),
        }
    }

    /// Puts bytes behind others.
    pub(super) async fn copy(&mut self, bytes: &[u8], into: &mut Vec<u8>) {
        for block in bytes.chunks(Self::BLOCK) {
            into.extend_from_slice(block);
            self.passed(block.len()).await;
        }
    }
}

/// Ready when it is asked for the second time.
struct Turn(bool);

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Goes on until it is time to stop; what came of the work where it is done.
pub(super) fn step<F: Future + ?Sized>(work: Pin<&mut F>) -> Option<F::Output> {
    match work.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// Goes on without a stop.
pub(super) fn to_the_end<F: Future>(work: F) -> F::Output {
    let mut work = pin!(work);
    loop {
        if let Some(output) = step(work.as_mut()) {
            return output;
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::pin::pin;

    use super::{STRETCH, Stop, Work, step, to_the_end};
    use crate::digest::Sha256Digest;
    use crate::error::Code;
    use crate::installed::growth::Growth;
    use crate::limits::Limits;

    #[test]
    fn work_stops_after_each_stretch() {
        let mut growth = [Growth::new(&Limits::default()), Growth::new(&Limits::default())];
        let [first, second] = &mut growth;
        let bytes = vec![7; STRETCH * 5];
        let mut work = Work::new(first);
        let mut hashing = pin!(work.sha256(&bytes));
        let mut stops = 0;
        let sha256 = loop {
            match step(hashing.as_mut()) {
                Some(sha256) => break sha256,
                None => stops += 1,
            }
        };
        assert_eq!(sha256, Sha256Digest::of(&bytes));
        assert_eq!(stops, 2);
        // Nothing is so little that it may go on for ever.
        let mut work = Work::new(second);
        let mut passing = pin!(async {
            loop {
                work.passed(0).await;
            }
        });
        assert_eq!(step::<dyn Future<Output = ()>>(passing.as_mut()), None);
    }

    #[test]
    fn room_is_bounded() {
        let mut growth = Growth::new(&Limits::default());
        let mut work = Work::new(&mut growth);
        let mut room = work.room(10, 5).unwrap();
        assert!(room.capacity() >= 15);
        to_the_end(work.copy(b"abc", &mut room));
        assert_eq!(room, b"abc");
        let refused = work.room(10, usize::MAX);
        assert!(matches!(refused, Err(Stop::Error(error)) if error.code() == Code::LimitExceeded));
        assert!(matches!(work.room(usize::MAX, 0), Err(Stop::NoMemory)));
    }
}
