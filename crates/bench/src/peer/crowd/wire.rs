//! What subscribers hear: where a message of the server ends, and which event it is. Nothing is
//! parsed: every message carries the same texts, whose seq is its last member.

use crate::crowd::Speech;

/// What a message means to a subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard<'a> {
    /// An event: its seq and its text.
    Event(i64, &'a [u8]),
    /// To be answered with this.
    Answer(&'static [u8]),
    /// The server gives up, in these words.
    Over(&'a [u8]),
    /// Anything else.
    Other,
}

/// The pong to a ping without a payload, masked with zeros.
const PONG: [u8; 6] = [0x8a, 0x80, 0, 0, 0, 0];
/// A subscriber's ping.
pub(super) const PING: [u8; 6] = [0x89, 0x80, 0, 0, 0, 0];

/// How many bytes the message takes that `bytes` begin with, as far as they tell.
pub(super) fn length(speech: Speech, bytes: &[u8]) -> Option<usize> {
    match speech {
        Speech::Channel => {
            let (head, payload) = frame_head(bytes)?;
            Some(head + payload)
        }
        Speech::Nats => {
            let line = line_end(bytes)?;
            let payload = bytes
                .strip_prefix(b"MSG ")
                .map(|_| last_word(&bytes[..line]));
            Some(line + payload.map_or(0, |length| length + 2))
        }
        Speech::Redis => redis_length(bytes),
        Speech::Http => Some(bytes.len()).filter(|length| *length > 0),
    }
}

/// What a whole message means.
pub(super) fn hear(speech: Speech, message: &[u8]) -> Heard<'_> {
    match speech {
        Speech::Channel => {
            let Some((head, _)) = frame_head(message) else {
                return Heard::Other;
            };
            match message[0] & 0x0f {
                1 => event(&message[head..]),
                8 => Heard::Over(&message[head..]),
                9 => Heard::Answer(&PONG),
                _ => Heard::Other,
            }
        }
        Speech::Nats if message.starts_with(b"MSG ") => {
            event(&message[line_end(message).unwrap_or(0)..message.len() - 2])
        }
        Speech::Nats if message.starts_with(b"PING") => Heard::Answer(b"PONG\r\n"),
        Speech::Nats if message.starts_with(b"-ERR") => Heard::Over(message),
        Speech::Redis if message.starts_with(b"*") => {
            // Its last line; a killmail has no line ends in it.
            let text = &message[..message.len() - 2];
            let before = text.iter().rposition(|byte| *byte == b'\n');
            event(&text[before.map_or(0, |end| end + 1)..])
        }
        Speech::Redis if message.starts_with(b"-") => Heard::Over(message),
        _ => Heard::Other,
    }
}

/// The event whose text `message` ends with: `…,"seq":123}]`.
fn event(message: &[u8]) -> Heard<'_> {
    let seq = || {
        let head = message.strip_suffix(b"}]")?;
        let digits = head.iter().rev().take_while(|byte| byte.is_ascii_digit());
        let (head, seq) = head.split_at(head.len() - digits.count());
        head.strip_suffix(b"\"seq\":")?;
        str::from_utf8(seq).ok()?.parse().ok()
    };
    seq().map_or(Heard::Other, |seq| Heard::Event(seq, message))
}

/// The length of a server's frame: its head and its payload.
pub(super) fn frame_head(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes.get(1)? {
        126 => {
            let length = bytes.get(2..4)?.try_into().ok()?;
            Some((4, usize::from(u16::from_be_bytes(length))))
        }
        127 => {
            let length = bytes.get(2..10)?.try_into().ok()?;
            Some((10, usize::try_from(u64::from_be_bytes(length)).ok()?))
        }
        short => Some((2, usize::from(short))),
    }
}

/// A text frame of a client. Its mask is zeros, which costs nothing.
pub(super) fn text_frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match (u8::try_from(text.len()), u16::try_from(text.len())) {
        (Ok(short @ ..=125), _) => frame.push(0x80 | short),
        (_, Ok(length)) => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend_from_slice(&(text.len() as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(text.as_bytes());
    frame
}

/// An array of Redis' protocol, or a line of it.
fn redis_length(bytes: &[u8]) -> Option<usize> {
    let mut end = line_end(bytes)?;
    if bytes[0] != b'*' {
        return Some(end);
    }
    for _ in 0..last_word(&bytes[1..end]) {
        let rest = bytes.get(end..)?;
        let line = line_end(rest)?;
        end += line;
        if rest[0] == b'$' {
            end += last_word(&rest[1..line]) + 2;
        }
    }
    Some(end)
}

/// Where the first line ends, its end included.
fn line_end(bytes: &[u8]) -> Option<usize> {
    Some(bytes.iter().position(|byte| *byte == b'\n')? + 1)
}

/// The number at the end of a line; 0 where there is none.
fn last_word(line: &[u8]) -> usize {
    let words = str::from_utf8(line).unwrap_or_default();
    let last = words.split_ascii_whitespace().next_back();
    last.and_then(|word| word.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = br#"[null,null,"killmails:lobby","killmail_update",{"seq":42}]"#;

    fn messages() -> Vec<(Speech, Vec<u8>)> {
        let length = u8::try_from(TEXT.len()).unwrap_or_default();
        let with = |head: String, tail: &str| [head.as_bytes(), TEXT, tail.as_bytes()].concat();
        vec![
            (Speech::Channel, [&[0x81, length], TEXT].concat()),
            (
                Speech::Nats,
                with(format!("MSG killmails 1 {length}\r\n"), "\r\n"),
            ),
            (
                Speech::Redis,
                with(
                    format!("*3\r\n$7\r\nmessage\r\n$9\r\nkillmails\r\n${length}\r\n"),
                    "\r\n",
                ),
            ),
        ]
    }

    #[test]
    fn each_protocol_brings_the_same_text_and_its_seq() {
        for (speech, message) in messages() {
            let two = message.repeat(2);
            assert_eq!(length(speech, &two), Some(message.len()), "{speech:?}");
            assert_eq!(hear(speech, &message), Heard::Event(42, TEXT), "{speech:?}");
        }
    }

    #[test]
    fn what_is_no_event_is_passed_over_or_answered() {
        assert_eq!(
            event(br#"[null,null,"t","e",{"seq":1,"count":7}]"#),
            Heard::Other
        );
        assert_eq!(hear(Speech::Nats, b"PING\r\n"), Heard::Answer(b"PONG\r\n"));
        let subscribed = b"*3\r\n$9\r\nsubscribe\r\n$9\r\nkillmails\r\n:1\r\n";
        assert_eq!(length(Speech::Redis, subscribed), Some(subscribed.len()));
        assert_eq!(hear(Speech::Redis, subscribed), Heard::Other);
        assert_eq!(hear(Speech::Channel, &[0x88, 0]), Heard::Over(b""));
    }
}
