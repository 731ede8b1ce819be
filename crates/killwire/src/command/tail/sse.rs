//! Server-sent events: bytes as they come from the network to events, as the HTML standard says
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html>), within limits.

use std::time::Duration;

/// The longest line, and the most data of one event: the largest killmails have some megabytes.
pub(super) const MOST_BYTES: usize = 32 << 20;

/// One block of the stream, up to its empty line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// The position to resume from, where the block has one.
    pub(super) id: Option<String>,
    /// The kind of event; empty for the usual one.
    pub(super) event: String,
    /// What it says; none where the block only moves the position or sets the pause.
    pub(super) data: Option<String>,
    /// How long to wait before connecting again.
    pub(super) retry: Option<Duration>,
}

/// A line or an event over the limit: not what a Killwire server sends.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server sent an event of more than {} MiB; is it a Killwire server?", MOST_BYTES >> 20)]
pub(crate) struct TooLong;

/// Takes a stream in pieces of any size.
#[derive(Debug)]
pub(super) struct Parser {
    most: usize,
    line: Vec<u8>,
    /// The last byte was CR: an LF that follows belongs to the same line end.
    after_cr: bool,
    begun: bool,
    block: Block,
}

impl Parser {
    /// For a stream from its beginning.
    pub(super) fn new() -> Self {
        Self::bounded(MOST_BYTES)
    }

    fn bounded(most: usize) -> Self {
        Self {
            most,
            line: Vec::new(),
            after_cr: false,
            begun: false,
            block: Block::default(),
        }
    }

    /// The blocks that `bytes` complete. What is not complete waits for the next piece, and is lost
    /// with the connection, as it should be: the server sends it again.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> Result<Vec<Block>, TooLong> {
        let mut blocks = Vec::new();
        while let Some(&first) = bytes.first() {
            if std::mem::take(&mut self.after_cr) && first == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            let part = &bytes[..end.unwrap_or(bytes.len())];
            if self.line.len() + part.len() > self.most {
                return Err(TooLong);
            }
            self.line.extend_from_slice(part);
            let Some(end) = end else { break };
            self.after_cr = bytes[end] == b'\r';
            bytes = &bytes[end + 1..];
            let line = std::mem::take(&mut self.line);
            blocks.extend(self.take_line(&line)?);
        }
        Ok(blocks)
    }

    fn take_line(&mut self, line: &[u8]) -> Result<Option<Block>, TooLong> {
        let first = !std::mem::replace(&mut self.begun, true);
        let line = match line.strip_prefix(b"\xEF\xBB\xBF") {
            Some(rest) if first => rest,
            _ => line,
        };
        if line.is_empty() {
            let block = std::mem::take(&mut self.block);
            return Ok((block != Block::default()).then_some(block));
        }
        let line = String::from_utf8_lossy(line);
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => self.add_data(value)?,
            "event" => value.clone_into(&mut self.block.event),
            "id" if !value.contains('\0') => self.block.id = Some(value.to_owned()),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.block.retry = value.parse().ok().map(Duration::from_millis);
            }
            // A comment (its field has no name), or what a later version of the standard knows.
            _ => {}
        }
        Ok(None)
    }

    fn add_data(&mut self, value: &str) -> Result<(), TooLong> {
        let data = match &mut self.block.data {
            Some(data) => {
                data.push('\n');
                data
            }
            none => none.insert(String::new()),
        };
        if data.len() + value.len() > self.most {
            return Err(TooLong);
        }
        data.push_str(value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = "\u{feff}retry: 2000\nid: 7\n\n: ping\nid: 8\r\n\r\nid: 9\rdata: {\"a\":1}\r\rid:10\nevent: gap\ndata:x\ndata: y\n\n: only a comment\n\ndata: cut off";

    fn block(id: Option<&str>, event: &str, data: Option<&str>) -> Block {
        Block {
            id: id.map(str::to_owned),
            event: event.to_owned(),
            data: data.map(str::to_owned),
            retry: None,
        }
    }

    fn expected() -> Vec<Block> {
        let retry = Some(Duration::from_secs(2));
        vec![
            Block {
                retry,
                ..block(Some("7"), "", None)
            },
            block(Some("8"), "", None),
            block(Some("9"), "", Some("{\"a\":1}")),
            block(Some("10"), "gap", Some("x\ny")),
        ]
    }

    #[test]
    fn blocks_end_at_empty_lines_whatever_ends_a_line() {
        assert_eq!(Parser::new().feed(STREAM.as_bytes()), Ok(expected()));
    }

    #[test]
    fn it_does_not_matter_where_the_network_cuts() {
        let bytes = STREAM.as_bytes();
        for cut in 0..bytes.len() {
            let mut parser = Parser::new();
            let mut blocks = parser.feed(&bytes[..cut]).unwrap();
            blocks.extend(parser.feed(&bytes[cut..]).unwrap());
            assert_eq!(blocks, expected(), "cut at {cut}");
        }
        let mut parser = Parser::new();
        let single = bytes.chunks(1);
        let blocks: Vec<Block> = single.flat_map(|byte| parser.feed(byte).unwrap()).collect();
        assert_eq!(blocks, expected());
    }

    #[test]
    fn letters_of_several_bytes_survive_a_cut() {
        let bytes = "data: Ж\n\n".as_bytes();
        let mut parser = Parser::new();
        assert_eq!(parser.feed(&bytes[..7]), Ok(Vec::new()));
        let blocks = parser.feed(&bytes[7..]).unwrap();
        assert_eq!(blocks, [block(None, "", Some("Ж"))]);
    }

    #[test]
    fn what_has_no_meaning_is_passed_over() {
        let odd = "retry: soon\nid: a\0b\nunknown: 1\ndata\n\n";
        let blocks = Parser::new().feed(odd.as_bytes()).unwrap();
        assert_eq!(blocks, [block(None, "", Some(""))]);
    }

    #[test]
    fn a_line_or_an_event_without_end_is_refused() {
        assert!(Parser::bounded(8).feed(b"data: 12\n\n").is_ok());
        assert_eq!(Parser::bounded(8).feed(b"data: 123"), Err(TooLong));
        let mut parser = Parser::bounded(8);
        assert_eq!(parser.feed(b"data: 12"), Ok(Vec::new()));
        assert_eq!(parser.feed(b"3"), Err(TooLong));
        let lines = b"data: 12\n".repeat(5);
        assert_eq!(Parser::bounded(8).feed(&lines), Err(TooLong));
    }
}
