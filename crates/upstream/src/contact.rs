//! Who runs this Killwire, as upstreams are told in the User-Agent.

use std::fmt;
use std::str::FromStr;

use reqwest::header::HeaderValue;

/// A way to reach the operator: an e-mail address, a Discord handle, a pilot's name. zKillboard and
/// CCP ask for one in the User-Agent, and block clients that have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact(String);

/// Why a text is no contact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// Nothing there.
    #[error(
        "a contact is needed: zKillboard and CCP block programs that do not say who runs them. Give an e-mail address, a Discord handle or a pilot's name"
    )]
    Empty,
    /// A text out of an example.
    #[error("{0:?} is a placeholder, not a contact: give an address that reaches you")]
    Placeholder(String),
    /// Characters that do not belong into the header, or too many.
    #[error(
        "{0:?} cannot be sent in a User-Agent: use 3 to 120 printable ASCII characters without parentheses"
    )]
    Unsendable(String),
}

/// What people leave in from examples, in lower case.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "change-me",
    "contact",
    "email",
    "e-mail",
    "example",
    "foo@bar.com",
    "me",
    "n/a",
    "name",
    "nobody",
    "none",
    "null",
    "placeholder",
    "test",
    "todo",
    "unknown",
    "user",
    "xxx",
    "you",
    "your contact",
    "your email",
    "your name",
];

/// Domains that reach nobody: RFC 2606 keeps them for examples.
const EXAMPLE_DOMAINS: &[&str] = &["@example.", ".example", "@localhost", ".invalid", ".test"];

impl Contact {
    /// The longest contact, in characters.
    pub const MAX_CHARS: usize = 120;

    /// A contact.
    ///
    /// # Errors
    /// [`ContactError`] when it is blank, a placeholder, or cannot stand in a header.
    pub fn new(text: &str) -> Result<Self, ContactError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ContactError::Empty);
        }
        let lower = text.to_lowercase();
        let bare = lower.trim_matches(|c: char| "<>[]{}\"'".contains(c));
        if PLACEHOLDERS.contains(&bare)
            || EXAMPLE_DOMAINS.iter().any(|domain| {
                if domain.ends_with('.') {
                    bare.contains(domain)
                } else {
                    bare.ends_with(domain)
                }
            })
            || bare.starts_with("your") && bare.contains('@')
            || bare.starts_with("you@")
        {
            return Err(ContactError::Placeholder(text.to_owned()));
        }
        let sendable = (3..=Self::MAX_CHARS).contains(&text.chars().count())
            && text
                .chars()
                .all(|c| (' '..='~').contains(&c) && !"()\\".contains(c));
        if sendable {
            Ok(Self(text.to_owned()))
        } else {
            Err(ContactError::Unsendable(text.to_owned()))
        }
    }

    /// The text as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The User-Agent of every request.
    pub(crate) fn user_agent(&self) -> String {
        format!(
            "Killwire/{} ({}; +{})",
            env!("CARGO_PKG_VERSION"),
            self.0,
            env!("CARGO_PKG_REPOSITORY")
        )
    }

    /// The User-Agent as a header.
    ///
    /// # Errors
    /// [`ContactError::Unsendable`]; [`Contact::new`] lets nothing through that could cause it.
    pub(crate) fn header(&self) -> Result<HeaderValue, ContactError> {
        HeaderValue::from_str(&self.user_agent())
            .map_err(|_| ContactError::Unsendable(self.0.clone()))
    }
}

impl FromStr for Contact {
    type Err = ContactError;
    fn from_str(text: &str) -> Result<Self, ContactError> {
        Self::new(text)
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_names_the_program_the_contact_and_the_source() {
        let contact = Contact::new(" pilot@wormhole.space ").unwrap();
        assert_eq!(
            contact.user_agent(),
            concat!(
                "Killwire/",
                env!("CARGO_PKG_VERSION"),
                " (pilot@wormhole.space; +https://github.com/killwire/killwire)"
            )
        );
    }

    #[test]
    fn blanks_and_placeholders_are_refused() {
        assert_eq!(Contact::new(""), Err(ContactError::Empty));
        assert_eq!(Contact::new(" \t"), Err(ContactError::Empty));
        for text in [
            "you@example.com",
            "YOUR@EMAIL.com",
            "<contact>",
            "changeme",
            "ops@corp.example",
            "root@localhost",
        ] {
            assert_eq!(
                Contact::new(text),
                Err(ContactError::Placeholder(text.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn what_would_break_the_header_is_refused() {
        for text in ["a\nb@c.de", "it's me (really)", "ab", "Ünsendbar"] {
            assert!(
                matches!(Contact::new(text), Err(ContactError::Unsendable(_))),
                "{text}"
            );
        }
        assert!(Contact::new(&"x".repeat(121)).is_err());
    }

    #[test]
    fn handles_and_names_are_contacts() {
        for text in [
            "discord:scout#1",
            "eve: Some Pilot",
            "ops@corp.space",
            "https://corp.space",
        ] {
            assert!(Contact::new(text).is_ok(), "{text}");
        }
    }
}
