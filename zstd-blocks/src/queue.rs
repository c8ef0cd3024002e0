//! Bytes that are pushed here and pulled there.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the decoder, which owns its reader, pulls its input from. Clones are one queue.
#[derive(Clone, Default)]
pub(crate) struct Queue(Arc<Mutex<Bytes>>);

#[derive(Default)]
struct Bytes {
    bytes: Vec<u8>,
    taken: usize,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Bytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, bytes: &[u8]) {
        let mut queue = self.lock();
        let taken = queue.taken;
        queue.bytes.drain(..taken);
        queue.taken = 0;
        queue.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn left(&self) -> usize {
        let queue = self.lock();
        queue.bytes.len().saturating_sub(queue.taken)
    }
}

impl Read for Queue {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut queue = self.lock();
        let mut left = queue.bytes.get(queue.taken..).unwrap_or_default();
        let length = left.read(into)?;
        queue.taken = queue.taken.saturating_add(length);
        Ok(length)
    }
}
