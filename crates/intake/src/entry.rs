//! What an answer from the feed turns out to be.

use bytes::Bytes;
use killwire_killmail::{Document, HashCheck, Parsed, parse};
use killwire_upstream::UpstreamError;

use crate::follower::Came;

/// The label that zKillboard adds later: a file that has it was rewritten.
const ADDED_LATER: &str = "ganked";

/// An entry as it was read: what the follower is told, and what is to be kept of it.
pub(crate) struct Entry {
    /// For the follower.
    pub(crate) came: Came,
    /// The killmail, where it is one.
    pub(crate) killmail: Option<Box<Parsed>>,
    /// The bytes as they came; for quarantine.
    pub(crate) bytes: Bytes,
}

impl Entry {
    fn bare(came: Came) -> Self {
        Self {
            came,
            killmail: None,
            bytes: Bytes::new(),
        }
    }

    /// Reads the answer to a request for entry `number`.
    pub(crate) fn read(number: u64, answer: Result<Bytes, UpstreamError>) -> Self {
        let bytes = match answer {
            Ok(bytes) => bytes,
            Err(error) => return Self::bare(came_instead(&error)),
        };
        match judge(number, &bytes) {
            Ok(Some(parsed)) => {
                let feed = parsed.feed;
                Self {
                    came: Came::Killmail {
                        published_at: feed
                            .and_then(|feed| feed.uploaded_at)
                            .filter(|_| !is_rewritten(&parsed)),
                        sequence_updated: feed.and_then(|feed| feed.sequence_updated),
                    },
                    killmail: Some(parsed),
                    bytes,
                }
            }
            Ok(None) => Self {
                came: Came::Placeholder,
                killmail: None,
                bytes,
            },
            Err(reason) => Self {
                came: Came::Bad { reason },
                killmail: None,
                bytes,
            },
        }
    }
}

/// Whether the file is not the first version of its number.
pub(crate) fn is_rewritten(parsed: &Parsed) -> bool {
    let labels = parsed.zkb.iter().flat_map(|zkb| &zkb.labels);
    labels.into_iter().any(|label| label == ADDED_LATER)
}

/// What the follower is told where there is no body.
pub(crate) fn came_instead(error: &UpstreamError) -> Came {
    match error {
        UpstreamError::NotFound { .. } => Came::Missing,
        UpstreamError::Refused { until, why, .. } => Came::Refused {
            until: *until,
            why: *why,
        },
        // The same bytes will come again: the entry is at fault, not the road.
        UpstreamError::TooLarge { .. } => Came::Bad {
            reason: error.to_string(),
        },
        other => Came::Failed {
            reason: other.to_string(),
        },
    }
}

/// The killmail in an entry's bytes, none for a placeholder, or what is wrong with them.
fn judge(number: u64, bytes: &[u8]) -> Result<Option<Box<Parsed>>, String> {
    if bytes.trim_ascii_start().first() == Some(&b'<') {
        return Err("an HTML page instead of JSON".to_owned());
    }
    let document = parse(bytes).map_err(|error| error.to_string())?;
    let parsed = match document {
        Document::Killmail(parsed) => parsed,
        Document::Placeholder(feed) => {
            check_number(number, feed.map(|feed| feed.sequence_id))?;
            return Ok(None);
        }
        // R2Z2 entries carry their killmail; anything else under this URL is not an entry.
        Document::Reference(reference) => {
            return Err(format!("killmail {} without its body", reference.id));
        }
        Document::Empty => return Err("an empty package instead of an entry".to_owned()),
    };
    check_number(number, parsed.feed.map(|feed| feed.sequence_id))?;
    if parsed.hash_check == HashCheck::Wrong {
        return Err(format!(
            "the hash of killmail {} does not match its content",
            parsed.killmail.id
        ));
    }
    Ok(Some(parsed))
}

fn check_number(number: u64, sequence_id: Option<u64>) -> Result<(), String> {
    match sequence_id {
        Some(other) if other != number => {
            Err(format!("sequence_id is {other} in the file of {number}"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use killwire_upstream::{Refusal, Upstream};

    use super::*;

    const ESI: &str = r#"{"killmail_id":134435757,"killmail_time":"2026-11-20T12:00:00Z","solar_system_id":31000005,"victim":{"damage_taken":100,"ship_type_id":670},"attackers":[{"damage_done":100,"final_blow":true,"security_status":-1.0}]}"#;

    fn entry(number: u64, body: &str) -> Came {
        Entry::read(number, Ok(Bytes::copy_from_slice(body.as_bytes()))).came
    }

    fn whole(hash: &str, labels: &str) -> String {
        format!(
            r#"{{"killmail_id":134435757,"hash":"{hash}","esi":{ESI},"zkb":{{"hash":"{hash}","labels":[{labels}]}},"uploaded_at":1795176060,"sequence_id":7,"sequence_updated":3}}"#
        )
    }

    fn reason(came: Came) -> String {
        match came {
            Came::Bad { reason } => reason,
            other => panic!("not bad: {other:?}"),
        }
    }

    #[test]
    fn a_good_entry_says_when_it_was_published_and_what_was_rewritten() {
        let published_at = "2026-11-20T12:01:00Z".parse().ok();
        assert_eq!(
            entry(7, &whole("", "")),
            Came::Killmail {
                published_at,
                sequence_updated: Some(3),
            }
        );
    }

    #[test]
    fn a_rewritten_file_does_not_say_when_it_was_first_published() {
        assert!(matches!(
            entry(7, &whole("", r#""pvp","ganked""#)),
            Came::Killmail {
                published_at: None,
                ..
            }
        ));
    }

    #[test]
    fn what_is_no_killmail_says_why() {
        let wrong_hash = whole(&"0".repeat(40), "");
        for (body, says) in [
            ("<!DOCTYPE html><html>", "HTML"),
            (&whole("", "")[..200], "not a JSON document"),
            ("", "not a JSON document"),
            (r#"{"package":null}"#, "empty package"),
            (wrong_hash.as_str(), "does not match its content"),
        ] {
            let reason = reason(entry(7, body));
            assert!(reason.contains(says), "{reason}");
        }
        let other_number = reason(entry(8, &whole("", "")));
        assert_eq!(other_number, "sequence_id is 7 in the file of 8");
    }

    #[test]
    fn a_null_placeholder_is_told_from_damage() {
        let body = r#"{"killmail_id":null,"hash":null,"esi":null,"zkb":{"npc":null,"href":"https://esi.evetech.net/killmails///"},"uploaded_at":1795176060,"sequence_id":7}"#;
        assert_eq!(entry(7, body), Came::Placeholder);
    }

    #[test]
    fn errors_keep_what_the_follower_decides_by() {
        let (upstream, url) = (Upstream::R2z2, String::new());
        let missing = UpstreamError::NotFound {
            upstream,
            url: url.clone(),
        };
        assert_eq!(came_instead(&missing), Came::Missing);
        let until = jiff::Timestamp::UNIX_EPOCH;
        let why = Refusal::Throttled;
        let refused = UpstreamError::Refused {
            upstream,
            until,
            why,
        };
        assert_eq!(came_instead(&refused), Came::Refused { until, why });
        let limit = 1;
        let large = UpstreamError::TooLarge {
            upstream,
            url: url.clone(),
            limit,
        };
        assert!(matches!(came_instead(&large), Came::Bad { .. }));
        let status = UpstreamError::Status {
            upstream,
            url,
            status: 503,
            retry_after: None,
        };
        assert!(matches!(came_instead(&status), Came::Failed { .. }));
    }
}
