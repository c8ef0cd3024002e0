//! What is known by name.

use std::collections::BTreeMap;

/// Values by their names, in the order of the names.
///
/// A tree for each type of value would be 2 kB of code for each; here they share one,
/// of places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByName<V> {
    places: BTreeMap<String, usize>,
    values: Vec<V>,
}

impl<V> ByName<V> {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { places: BTreeMap::new(), values: Vec::new() }
    }

    /// Sets the value of a name, and says whether the name is new.
    pub fn insert(&mut self, name: String, value: V) -> bool {
        if let Some(known) = self.get_mut(&name) {
            *known = value;
            return false;
        }
        self.places.insert(name, self.values.len());
        self.values.push(value);
        true
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
        let places = self.places.iter();
        places.filter_map(|(name, place)| Some((name.as_str(), self.values.get(*place)?)))
    }

    /// The names, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }
}

impl<V> Default for ByName<V> {
    fn default() -> Self {
        Self::new()
    }
}
