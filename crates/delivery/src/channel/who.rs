//! Who is at the other end, in the peer's terms.

use jiff::Timestamp;

use crate::base64;

/// How much of a client's own name is used.
const NAME_CHARACTERS: usize = 32;

/// A connection as its client is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Who {
    /// 22 characters of base64url.
    pub(crate) subscription_id: String,
    /// The client's own name, the time, and a random part.
    pub(crate) user_id: String,
    /// When the connection was opened.
    pub(crate) connected_at: Timestamp,
}

impl Who {
    /// A new connection. `name` is the query parameter `client_id`, `client_identifier` or
    /// `identifier`, the first of them that is there; `random` is not secret, but never the same.
    pub(crate) fn new(name: Option<&str>, connected_at: Timestamp, random: &[u8; 24]) -> Self {
        let (for_subscription, for_user) = random.split_at(16);
        let mut user_id: String = name
            .unwrap_or_default()
            .trim()
            .chars()
            .take(NAME_CHARACTERS)
            .map(|character| match character {
                'A'..='Z' | 'a'..='z' | '0'..='9' | '-' | '_' => character,
                _ => '_',
            })
            .collect();
        if !user_id.is_empty() {
            user_id.push('_');
        }
        user_id.push_str(&connected_at.as_microsecond().to_string());
        user_id.push('_');
        user_id.push_str(&base64::url_safe(for_user));
        Self {
            subscription_id: base64::url_safe(for_subscription),
            user_id,
            connected_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(name: Option<&str>) -> Who {
        let at = "2026-05-01T12:00:00.5Z".parse().unwrap();
        Who::new(name, at, &[0xfb; 24])
    }

    #[test]
    fn a_connection_is_named_as_the_peer_names_it() {
        let who = who(Some(" js example/client "));
        assert_eq!(
            who.user_id,
            "js_example_client_1777636800500000_-_v7-_v7-_s"
        );
        assert_eq!(who.subscription_id, "-_v7-_v7-_v7-_v7-_v7-w");
        assert_eq!(who.subscription_id.len(), 22);
    }

    #[test]
    fn a_client_without_a_name_has_none_in_its_id() {
        for name in [None, Some(""), Some("  ")] {
            assert_eq!(who(name).user_id, "1777636800500000_-_v7-_v7-_s");
        }
    }

    #[test]
    fn a_long_name_is_cut() {
        let who = who(Some(&"é".repeat(100)));
        assert!(
            who.user_id.starts_with(&format!("{}_1777", "_".repeat(32))),
            "{}",
            who.user_id
        );
    }
}
