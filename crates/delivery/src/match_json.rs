//! A match as clients read it, with its killmail. The killmail's bytes are copied as the store
//! encoded them where its event is still in the log.

use std::io::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use killwire_store::{EventQuery, Kinds, MatchRow, ReadError, Seq, Store, StoreError};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::Namer;
use crate::encode::stored_killmail;

/// What a match takes at most beside its reason and its killmail.
const HEAD_BYTES: usize = 256;

/// The killmail of a match; none where it was deleted since.
///
/// # Errors
/// When the store fails.
pub(crate) async fn killmail_of(
    store: &Store,
    namer: &Arc<dyn Namer>,
    found: &MatchRow,
) -> Result<Option<Bytes>, StoreError> {
    if let Some(killmail) = of_event(store, found).await? {
        return Ok(Some(killmail));
    }
    let Some(stored) = store.get(found.killmail_id).await? else {
        return Ok(None);
    };
    let namer = Arc::clone(namer);
    // A fleet fight takes long enough to hold up others.
    let encode = move || stored_killmail(&stored, &*namer);
    match tokio::task::spawn_blocking(encode).await {
        Ok(body) => Ok(Some(body.into())),
        // A blocking task is never cancelled once it runs: it can only have panicked.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// The killmail of the event in which it matched, where the log still has that.
async fn of_event(store: &Store, found: &MatchRow) -> Result<Option<Bytes>, StoreError> {
    let query = EventQuery {
        after: Seq(found.seq.0 - 1),
        limit: 1,
        kinds: Kinds::ALL,
        systems: Vec::new(),
        characters: Vec::new(),
    };
    let events = match store.read_events(&query).await {
        Ok(page) => page.events,
        Err(ReadError::Store(error)) => return Err(error),
        Err(ReadError::Gone { .. } | ReadError::Ahead { .. }) => return Ok(None),
    };
    // What was found among the killmails instead has a position of the log that is another's.
    let of_it = |event: &&Arc<_>| {
        let event: &killwire_store::LogEvent = event;
        event.seq == found.seq && event.killmail_id == Some(found.killmail_id)
    };
    Ok(events
        .iter()
        .find(of_it)
        .and_then(|event| event.killmail.clone()))
}

/// `{"match_seq":…,…,"killmail":{…}}`, with null in place of a killmail that was deleted.
pub(crate) fn match_with_killmail(found: &MatchRow, killmail: Option<&Bytes>) -> Vec<u8> {
    let killmail = killmail.map_or(b"null".as_slice(), |killmail| killmail);
    let mut out = Vec::with_capacity(HEAD_BYTES + found.reason.len() + killmail.len());
    members(&mut out, found);
    out.extend_from_slice(br#","killmail":"#);
    out.extend_from_slice(killmail);
    out.push(b'}');
    out
}

/// The same without the killmail, and with the profile's name where that is known.
pub(crate) fn match_alone(out: &mut Vec<u8>, found: &MatchRow, name: Option<&str>) {
    members(out, found);
    if let Some(name) = name {
        put(
            out,
            format_args!(r#","profile_name":{}"#, Value::from(name)),
        );
    }
    out.push(b'}');
}

fn members(out: &mut Vec<u8>, found: &MatchRow) {
    put(
        out,
        format_args!(
            r#"{{"match_seq":{},"profile_id":{},"profile_version":{},"killmail_id":{},"seq":{},"matched_at":"{}","reason":"#,
            found.match_seq,
            found.profile_id,
            found.profile_version,
            found.killmail_id,
            found.seq,
            found.matched_at,
        ),
    );
    reason(out, &found.reason);
}

/// The reason as it is stored, which is JSON; on one line, because a line is what an event stream
/// sends. Were it no JSON, it is sent as a text.
fn reason(out: &mut Vec<u8>, reason: &str) {
    let on_one_line = !reason.contains(['\n', '\r']);
    let json: Result<&RawValue, _> = serde_json::from_str(reason);
    match json {
        Ok(json) if on_one_line => out.extend_from_slice(json.get().as_bytes()),
        _ => {
            let value: Value = serde_json::from_str(reason).unwrap_or_else(|_| reason.into());
            put(out, format_args!("{value}"));
        }
    }
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to memory does not fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use killwire_killmail::KillmailId;
    use killwire_store::{MatchSeq, ProfileId};

    use super::*;

    fn found(reason: &str) -> MatchRow {
        MatchRow {
            match_seq: MatchSeq(3),
            profile_id: ProfileId(7),
            profile_version: 2,
            killmail_id: KillmailId::new(101).unwrap(),
            seq: Seq(5),
            matched_at: "2026-11-20T12:00:00.25Z".parse().unwrap(),
            reason: reason.to_owned(),
        }
    }

    fn written(reason: &str) -> String {
        String::from_utf8(match_with_killmail(&found(reason), None)).unwrap()
    }

    #[test]
    fn a_match_says_what_was_found_by_what_and_why() {
        insta::assert_snapshot!(written(r#"{"true":["solo"]}"#), @r#"{"match_seq":3,"profile_id":7,"profile_version":2,"killmail_id":101,"seq":5,"matched_at":"2026-11-20T12:00:00.25Z","reason":{"true":["solo"]},"killmail":null}"#);
        let mut alone = Vec::new();
        match_alone(&mut alone, &found("{}"), Some(r#"supers "near" home"#));
        insta::assert_snapshot!(String::from_utf8(alone).unwrap(), @r#"{"match_seq":3,"profile_id":7,"profile_version":2,"killmail_id":101,"seq":5,"matched_at":"2026-11-20T12:00:00.25Z","reason":{},"profile_name":"supers \"near\" home"}"#);
    }

    #[test]
    fn a_killmail_is_copied_and_not_read() {
        let broken = Bytes::from_static(b"<not json>");
        let written = match_with_killmail(&found("{}"), Some(&broken));
        assert!(written.ends_with(br#","killmail":<not json>}"#));
    }

    #[test]
    fn whatever_the_reason_is_it_comes_on_one_line_and_as_json() {
        for (stored, sent) in [
            ("{\n  \"all\": [1]\n}", r#"{"all":[1]}"#),
            ("\"a\\nb\"", r#""a\nb""#),
            ("no json", r#""no json""#),
            ("", r#""""#),
        ] {
            let written = written(stored);
            assert!(
                written.contains(&format!(r#""reason":{sent},"#)),
                "{written}"
            );
            assert!(!written.contains('\n'));
        }
    }
}
