//! All names in one piece of memory: fifty thousand strings of their own would cost more than the
//! text that is in them.

use serde::{Deserialize, Serialize};

/// A name is at most so many bytes long; the longest of CCP's is about a hundred.
pub(crate) const MAX_NAME: usize = 1_024;
/// All names together are at most so many bytes; CCP's are about two million.
pub(crate) const MAX_ALL_NAMES: usize = 64 << 20;

/// Text of every name, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Names(String);

/// Where a name stands in [`Names`]. Empty where the export gave none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Name {
    start: u32,
    length: u16,
}

impl Name {
    pub(crate) const fn is_empty(self) -> bool {
        self.length == 0
    }
}

impl Names {
    /// Keeps `text`; none where a limit is passed.
    pub(crate) fn add(&mut self, text: &str) -> Option<Name> {
        if text.is_empty() {
            return Some(Name::default());
        }
        if text.len() > MAX_NAME || self.0.len() + text.len() > MAX_ALL_NAMES {
            return None;
        }
        let name = Name {
            start: u32::try_from(self.0.len()).ok()?,
            length: u16::try_from(text.len()).ok()?,
        };
        self.0.push_str(text);
        Some(name)
    }

    /// The name's text; nothing where it is not one of these.
    pub(crate) fn get(&self, name: Name) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// Whether `name` is one of these.
    pub(crate) fn has(&self, name: Name) -> bool {
        self.find(name).is_some()
    }

    fn find(&self, name: Name) -> Option<&str> {
        let start = usize::try_from(name.start).ok()?;
        self.0.get(start..start + usize::from(name.length))
    }

    /// Gives back what was set aside for more.
    pub(crate) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    /// In bytes.
    pub(crate) fn size(&self) -> usize {
        self.0.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_they_were() {
        let mut names = Names::default();
        let added = ["Rifter", "", "Mordu’s Legion"].map(|text| names.add(text).unwrap());
        assert_eq!(
            added.map(|name| names.get(name)),
            ["Rifter", "", "Mordu’s Legion"]
        );
    }

    #[test]
    fn a_name_is_never_longer_than_the_limit() {
        let mut names = Names::default();
        assert!(names.add(&"x".repeat(MAX_NAME)).is_some());
        assert_eq!(names.add(&"x".repeat(MAX_NAME + 1)), None);
    }

    #[test]
    fn a_name_from_elsewhere_is_empty_text() {
        let mut names = Names::default();
        let umlaut = names.add("ü").unwrap();
        for (start, length) in [(1, 1), (0, 1), (2, 1), (u32::MAX, u16::MAX)] {
            let name = Name { start, length };
            assert!(!names.has(name), "{name:?}");
            assert_eq!(names.get(name), "");
        }
        assert!(names.has(umlaut));
    }
}
