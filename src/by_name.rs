//! What is known by name.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Values by their names, in the order of the names.
///
/// A tree for each type of value would be 2 kB of code for each; here they share one,
/// of places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByName<V> {
    places: Places<'static>,
    values: Vec<V>,
}

/// Names that have occurred. They share the tree too.
#[derive(Default)]
pub(crate) struct Names<'a>(Places<'a>);

type Places<'a> = BTreeMap<Cow<'a, str>, usize>;

impl<'a> Names<'a> {
    /// Adds a name, and says whether it is new.
    pub(crate) fn insert(&mut self, name: impl Into<Cow<'a, str>>) -> bool {
        place(&mut self.0, name.into(), 0).is_none()
    }
}

/// The place of a name that is known; one that is not gets `new`.
fn place<'a>(places: &mut Places<'a>, name: Cow<'a, str>, new: usize) -> Option<usize> {
    match places.entry(name) {
        Entry::Occupied(known) => Some(*known.get()),
        Entry::Vacant(vacant) => {
            vacant.insert(new);
            None
        }
    }
}

impl<V> ByName<V> {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { places: Places::new(), values: Vec::new() }
    }

    /// Sets the value of a name, and says whether the name is new.
    pub fn insert(&mut self, name: String, value: V) -> bool {
        self.put(name, value).1
    }

    /// Sets the value of a name; the value's place, and whether the name is new.
    pub(crate) fn put(&mut self, name: String, value: V) -> (usize, bool) {
        let next = self.values.len();
        match place(&mut self.places, name.into(), next) {
            None => {
                self.values.push(value);
                (next, true)
            }
            Some(known) => {
                if let Some(known) = self.values.get_mut(known) {
                    *known = value;
                }
                (known, false)
            }
        }
    }

    /// The place of the value of a name.
    pub(crate) fn place_of(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
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
        self.values.get(*self.places.get(name)?)
    }

    /// The value of a name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.values.get_mut(*self.places.get(name)?)
    }

    /// The names and their values, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.iter_places().map(|(name, _, value)| (name, value))
    }

    /// The names, with the places of their values and these, in the order of the names.
    pub(crate) fn iter_places(&self) -> impl Iterator<Item = (&str, usize, &V)> {
        let places = self.places.iter();
        places.filter_map(|(name, place)| Some((name.as_ref(), *place, self.values.get(*place)?)))
    }

    /// The same names, with values made of these.
    pub(crate) fn map<W>(self, make: impl FnMut(V) -> W) -> ByName<W> {
        ByName { places: self.places, values: self.values.into_iter().map(make).collect() }
    }

    /// The names, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(AsRef::as_ref)
    }
}

impl<V> Default for ByName<V> {
    fn default() -> Self {
        Self::new()
    }
}
