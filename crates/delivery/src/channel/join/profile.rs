//! The join of a profile's topic: its conditions stand in the profile, so a client only says how far
//! it is.

use killwire_store::{MatchSeq, ProfileId};

use super::{JoinError, RESUME_FROM, position};
use crate::channel::action::ProfileJoin;
use crate::channel::payload::Payload;
use crate::channel::protocol::ClientFrame;

/// What such a join may have.
pub(super) const MEMBERS: [&str; 1] = [RESUME_FROM];

/// Reads the payload of `frame`, a join of the topic of `profile`.
pub(crate) fn read_profile(
    frame: &ClientFrame<'_>,
    profile: ProfileId,
    replaces: bool,
) -> Result<ProfileJoin, JoinError> {
    let payload = Payload::read(frame.payload, &MEMBERS)?;
    let resume_from = position(&payload, "the match_seq of a match")?;
    Ok(ProfileJoin {
        profile,
        replaces,
        resume_from: resume_from.map(MatchSeq),
        join_ref: frame.join_ref.clone(),
        message_ref: frame.message_ref.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(payload: &str) -> Result<ProfileJoin, String> {
        let text = format!(r#"[1,2,"profiles:7","phx_join",{payload}]"#);
        let frame = ClientFrame::read(&text).expect("a frame");
        read_profile(&frame, ProfileId(7), false).map_err(|error| error.to_string())
    }

    #[test]
    fn a_join_goes_on_after_a_match_or_begins_now() {
        for (payload, resume_from) in [
            (r#"{"resume_from":41}"#, Some(MatchSeq(41))),
            (r#"{"resume_from":"0"}"#, Some(MatchSeq(0))),
            (r#"{"resume_from":null,"client_identifier":"x"}"#, None),
            ("{}", None),
        ] {
            assert_eq!(join(payload).unwrap().resume_from, resume_from, "{payload}");
        }
    }

    #[test]
    fn what_is_no_match_seq_is_refused() {
        for payload in [r#"{"resume_from":-1}"#, r#"{"resume_from":"x"}"#] {
            let why = join(payload).unwrap_err();
            let expected =
                "[validation:invalid_resume_from] resume_from must be the match_seq of a match";
            assert_eq!(why, expected);
        }
        assert!(join("[]").is_err());
    }
}
