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
