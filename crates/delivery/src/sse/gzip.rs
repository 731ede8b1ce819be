//! Event streams packed with gzip: each event at once, and packed once for all who read it.
//!
//! A compressor for each stream would keep events back or be flushed after each, and takes a quarter
//! of a megabyte for each reader. Here every piece is packed by itself, ends at a whole byte and refers
//! to nothing before it. So pieces of any events stand one after the other in one gzip member, and a
//! reader costs a checksum.

use std::io::Write as _;

use bytes::{Bytes, BytesMut};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use futures::{Stream, TryStreamExt as _, stream};
use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

use super::Line;

/// Deflate, nothing known of a file (RFC 1952, 2.3).
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// The last block of a deflate stream, with nothing in it.
const LAST_BLOCK: [u8; 2] = [0x03, 0x00];

/// Whether a client takes gzip.
pub(super) fn is_accepted(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(ACCEPT_ENCODING).iter();
    let lists = lists.filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map(str::trim);
        let refused = weight.and_then(|weight| weight.parse().ok()) == Some(0.0_f32);
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

/// A piece of a stream, packed by itself.
pub(crate) fn pack(plain: &[u8]) -> Bytes {
    let room = Vec::with_capacity(plain.len() / 2);
    let mut encoder = DeflateEncoder::new(room, Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(plain).and_then(|()| encoder.flush());
    std::mem::take(encoder.get_mut()).into()
}

/// The lines as one gzip member that ends where they do.
pub(super) fn packed<S, L, E>(lines: S) -> impl Stream<Item = Result<Bytes, E>>
where
    S: Stream<Item = Result<L, E>>,
    L: Into<Line>,
{
    let begin = Some((Box::pin(lines), Member::default()));
    stream::try_unfold(begin, async |state| {
        let Some((mut lines, mut member)) = state else {
            return Ok(None);
        };
        Ok(match lines.try_next().await? {
            Some(line) => {
                let bytes = member.add(line.into());
                Some((bytes, Some((lines, member))))
            }
            None => Some((member.end(), None)),
        })
    })
}

/// What is known of a member that is being written.
#[derive(Default)]
struct Member {
    begun: bool,
    crc: Crc,
}

impl Member {
    fn add(&mut self, line: Line) -> Bytes {
        self.crc.update(&line.plain);
        let packed = line.packed.unwrap_or_else(|| pack(&line.plain));
        if self.begun {
            return packed;
        }
        self.begun = true;
        let mut bytes = BytesMut::from(&HEADER[..]);
        bytes.extend_from_slice(&packed);
        bytes.freeze()
    }

    fn end(&self) -> Bytes {
        let mut bytes = BytesMut::new();
        if !self.begun {
            bytes.extend_from_slice(&HEADER);
        }
        bytes.extend_from_slice(&LAST_BLOCK);
        bytes.extend_from_slice(&self.crc.sum().to_le_bytes());
        bytes.extend_from_slice(&self.crc.amount().to_le_bytes());
        bytes.freeze()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn gzip_is_taken_where_it_is_asked_for() {
        let table = [
            ("gzip", true),
            ("deflate, gzip;q=1.0, *;q=0.5", true),
            ("br, GZIP", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000", false),
            ("identity", false),
            ("*", false),
            ("", false),
        ];
        for (list, accepted) in table {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(list));
            assert_eq!(is_accepted(&headers), accepted, "{list}");
        }
        assert!(!is_accepted(&HeaderMap::new()));
    }
}
