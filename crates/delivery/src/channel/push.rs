//! What the server sends by itself. Killmails are copied as they were encoded, never parsed.
//!
//! A push carries no join_ref, so that all clients of a topic share its bytes. Phoenix's own
//! broadcasts do the same, and every client takes them.

use std::io::Write as _;

use bytes::Bytes;
use jiff::Timestamp;
use killwire_killmail::SystemId;
use killwire_store::{MatchSeq, ProfileEnd, ProfileId, Seq};

use super::protocol::Shape;
use super::reply::{Refs, message};
use super::topic::Topic;

/// The system of an update that says nothing: Jita. The mapper refuses what is no system.
const KEEP_ALIVE_SYSTEM: u32 = 30_000_142;

/// What the server's messages are called.
pub(crate) const EVENTS: [&str; 9] = [
    "killmail_update",
    "kill_count_update",
    "new_killmail",
    "connected",
    "preload_complete",
    "gap",
    "match",
    "deleted",
    "disabled",
];

/// One message of the server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Push<'a> {
    /// `killmail_update`: killmails of one system, newest first.
    KillmailUpdate {
        /// Where they happened.
        system: SystemId,
        /// Each as JSON.
        killmails: &'a [Bytes],
        /// When this is sent.
        timestamp: Timestamp,
        /// Whether this is the past.
        preload: bool,
        /// Whether this is an `updated` event, which only who asked for it gets.
        updated: bool,
        /// The event that it tells of. The past has none.
        seq: Option<Seq>,
    },
    /// `killmail_update` without a killmail. The mapper opens a second connection, and keeps the
    /// first, when it has not seen an update of either kind for 15 minutes; it takes this one for
    /// activity, without another effect.
    KeepAlive {
        /// When this is sent.
        timestamp: Timestamp,
    },
    /// `kill_count_update`: how many kills the system saw in the last 24 hours. Absolute.
    KillCountUpdate {
        /// Which system.
        system: SystemId,
        /// How many.
        count: u64,
        /// When it was counted.
        timestamp: Timestamp,
    },
    /// `new_killmail`, on the stream.
    NewKillmail {
        /// As JSON.
        killmail: &'a [u8],
        /// Whether this is an `updated` event, which only who asked for it gets.
        updated: bool,
        /// The event that it tells of.
        seq: Seq,
    },
    /// `connected`: the stream begins.
    Ready,
    /// `preload_complete`: the past has been sent.
    PreloadComplete {
        /// Killmails that were sent.
        total_kills: usize,
        /// Systems that were looked through.
        systems_processed: usize,
    },
    /// `gap`: events after `after` and before `oldest` are no longer kept, and are not delivered.
    Gap {
        /// The last event that the client had.
        after: Seq,
        /// The next that it gets.
        oldest: Seq,
        /// When this is sent.
        timestamp: Timestamp,
    },
    /// `gap`, on the topic of a profile: the same of matches.
    MatchGap {
        /// The last match that the client had.
        after: MatchSeq,
        /// The next that it may get.
        oldest: MatchSeq,
        /// When this is sent.
        timestamp: Timestamp,
    },
    /// `match`, on the topic of a profile; as JSON.
    Match(&'a [u8]),
    /// `deleted` or `disabled`: nothing comes of the profile any more, and the topic ends.
    Ended(ProfileId, ProfileEnd),
}

impl Push<'_> {
    /// The text of a frame.
    pub(crate) fn text(&self, shape: Shape, topic: Topic) -> Bytes {
        self.text_around(shape, topic).0
    }

    /// The text of a frame, and where in it killmails stand. Of a push that was given none, it is the
    /// text before and behind them.
    pub(crate) fn text_around(&self, shape: Shape, topic: Topic) -> (Bytes, usize) {
        let topic = topic.to_string();
        let mut place = 0;
        let text = message(shape, Refs::default(), &topic, self.event(), |out| {
            place = self.payload(out);
        });
        (text, place)
    }

    const fn event(&self) -> &'static str {
        match self {
            Self::KillmailUpdate { .. } | Self::KeepAlive { .. } => EVENTS[0],
            Self::KillCountUpdate { .. } => EVENTS[1],
            Self::NewKillmail { .. } => EVENTS[2],
            Self::Ready => EVENTS[3],
            Self::PreloadComplete { .. } => EVENTS[4],
            Self::Gap { .. } | Self::MatchGap { .. } => EVENTS[5],
            Self::Match(_) => EVENTS[6],
            Self::Ended(_, ProfileEnd::Deleted) => EVENTS[7],
            Self::Ended(_, ProfileEnd::Disabled) => EVENTS[8],
        }
    }

    /// Answers where killmails stand.
    fn payload(&self, out: &mut Vec<u8>) -> usize {
        let mut place = 0;
        match *self {
            Self::KillmailUpdate {
                system,
                killmails,
                timestamp,
                preload,
                updated,
                seq,
            } => {
                out.reserve(killmails.iter().map(|killmail| killmail.len() + 1).sum());
                put(out, format_args!(r#"{{"system_id":{system},"killmails":["#));
                place = out.len();
                for (index, killmail) in killmails.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    out.extend_from_slice(killmail);
                }
                put(
                    out,
                    format_args!(r#"],"timestamp":"{timestamp:.0}","preload":{preload}"#),
                );
                put_updated(out, updated);
                if let Some(seq) = seq {
                    put(out, format_args!(r#","seq":{seq}"#));
                }
                out.push(b'}');
            }
            Self::KeepAlive { timestamp } => put(
                out,
                format_args!(
                    r#"{{"system_id":{KEEP_ALIVE_SYSTEM},"killmails":[],"timestamp":"{timestamp:.0}","preload":false}}"#
                ),
            ),
            Self::KillCountUpdate {
                system,
                count,
                timestamp,
            } => put(
                out,
                format_args!(
                    r#"{{"system_id":{system},"count":{count},"timestamp":"{timestamp:.0}"}}"#
                ),
            ),
            Self::NewKillmail {
                killmail,
                updated,
                seq,
            } => {
                out.reserve(killmail.len());
                out.extend_from_slice(br#"{"killmail":"#);
                place = out.len();
                out.extend_from_slice(killmail);
                put_updated(out, updated);
                put(out, format_args!(r#","seq":{seq}}}"#));
            }
            Self::Ready => out.extend_from_slice(br#"{"status":"ready"}"#),
            Self::PreloadComplete {
                total_kills,
                systems_processed,
            } => put(
                out,
                format_args!(
                    r#"{{"total_kills":{total_kills},"systems_processed":{systems_processed},"errors":[]}}"#
                ),
            ),
            Self::Gap {
                after,
                oldest,
                timestamp,
            } => put_gap(out, after.0, oldest.0, timestamp),
            Self::MatchGap {
                after,
                oldest,
                timestamp,
            } => put_gap(out, after.0, oldest.0, timestamp),
            Self::Match(json) => out.extend_from_slice(json),
            Self::Ended(profile, _) => put(out, format_args!(r#"{{"profile_id":{profile}}}"#)),
        }
        place
    }
}

fn put_gap(out: &mut Vec<u8>, after: i64, oldest: i64, timestamp: Timestamp) {
    put(
        out,
        format_args!(r#"{{"after":{after},"oldest":{oldest},"timestamp":"{timestamp:.0}"}}"#),
    );
}

fn put_updated(out: &mut Vec<u8>, updated: bool) {
    if updated {
        out.extend_from_slice(br#","updated":true"#);
    }
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to memory does not fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests;
