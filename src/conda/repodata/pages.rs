//! Lists that grow without being moved.

/// Items of a page. Large, since every page lengthens the memory of WebAssembly, which
/// costs the more the more there is.
const PAGE: usize = 32 << 10;

/// A list in pages. One that doubles leaves holes of its own size behind, and
/// WebAssembly gives no memory back.
#[derive(Clone, Debug)]
pub(super) struct Pages<T>(Vec<Vec<T>>);

impl<T> Pages<T> {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn push(&mut self, item: T) {
        match self.0.last_mut() {
            Some(page) if page.len() < PAGE => page.push(item),
            last => {
                // Small lists stay small: the first page grows on its own.
                let capacity = if last.is_some() { PAGE } else { 0 };
                let mut page = Vec::with_capacity(capacity);
                page.push(item);
                self.0.push(page);
            }
        }
    }

    #[inline(always)]
    pub(super) fn get(&self, number: u32) -> Option<&T> {
        let number = usize::try_from(number).ok()?;
        self.0.get(number.checked_div(PAGE)?)?.get(number.checked_rem(PAGE)?)
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        let last = self.0.last().map_or(0, Vec::len);
        self.0.len().saturating_sub(1).saturating_mul(PAGE).saturating_add(last)
    }
}

#[cfg(test)]
mod tests {
    use super::{PAGE, Pages};

    #[test]
    fn items_stay_in_order() {
        let mut pages = Pages::new();
        assert!(pages.len() == 0 && pages.get(0).is_none());
        for number in 0..150_000_u32 {
            assert_eq!(pages.len(), usize::try_from(number).unwrap_or(0));
            pages.push(number);
        }
        assert!((0..150_000).all(|number| pages.get(number) == Some(&number)));
        assert!(pages.get(150_000).is_none() && pages.get(u32::MAX).is_none());
        assert!(pages.0.iter().all(|page| page.capacity() <= PAGE));
    }
}
