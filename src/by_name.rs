//! What is known by name.

mod tree;

use std::borrow::Cow;

use tree::NameTree;

/// Values by their names, in the order of the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByName<V> {
    /// The values' places are those of the names.
    names: NameTree<'static>,
    values: Vec<V>,
}

/// Names that have occurred.
pub(crate) struct Names<'a>(NameTree<'a>);

impl<'a> Names<'a> {
    /// Adds a name, and says whether it is new.
    pub(crate) fn insert(&mut self, name: impl Into<Cow<'a, str>>) -> bool {
        self.0.insert(name.into()).1
    }
}

impl Default for Names<'_> {
    fn default() -> Self {
        Self(NameTree::new())
    }
}

impl<V> ByName<V> {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { names: NameTree::new(), values: Vec::new() }
    }

    /// Sets the value of a name, and says whether the name is new.
    pub fn insert(&mut self, name: String, value: V) -> bool {
        self.put(name, value).1
    }

    /// Sets the value of a name; the value's place, and whether the name is new.
    pub(crate) fn put(&mut self, name: String, value: V) -> (usize, bool) {
        let (place, is_new) = self.names.insert(name.into());
        if is_new {
            self.values.push(value);
        } else if let Some(known) = self.values.get_mut(place) {
            *known = value;
        }
        (place, is_new)
    }

    /// The place of the value of a name.
    pub(crate) fn place_of(&self, name: &str) -> Option<usize> {
        self.names.place_of(name)
    }

    /// The value in a place.
    pub(crate) fn at(&self, place: usize) -> Option<&V> {
        self.values.get(place)
    }

    /// The value in a place, to change it.
    pub(crate) fn at_mut(&mut self, place: usize) -> Option<&mut V> {
        self.values.get_mut(place)
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&V> {
        self.values.get(self.place_of(name)?)
    }

    /// The value of a name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.values.get_mut(self.names.place_of(name)?)
    }

    /// The names and their values, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.iter_places().map(|(name, _, value)| (name, value))
    }

    /// The names, with the places of their values and these, in the order of the names.
    pub(crate) fn iter_places(&self) -> impl Iterator<Item = (&str, usize, &V)> {
        self.names.iter().filter_map(|(name, place)| Some((name, place, self.values.get(place)?)))
    }

    /// The same names, with values made of these.
    pub(crate) fn map<W>(self, make: impl FnMut(V) -> W) -> ByName<W> {
        ByName { names: self.names, values: self.values.into_iter().map(make).collect() }
    }

    /// The names, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| name)
    }
}

impl<V> Default for ByName<V> {
    fn default() -> Self {
        Self::new()
    }
}
