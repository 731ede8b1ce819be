//! A channel's client: after each crash it joins the stream again from the last seq that it saw.

use std::io;

use futures::future::BoxFuture;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::reader::{Reader, Seen, breathe, http, last_new};

/// `killmails:stream` with `resume_from`.
pub(crate) struct Channel;

/// What one reader has of the log.
#[derive(Default)]
struct Progress {
    seen: Seen,
    last: i64,
}

impl Progress {
    fn message(&mut self, text: &[u8]) {
        let message: Value = serde_json::from_slice(text).expect("JSON");
        let payload = &message[4];
        match message[3].as_str().expect("an event") {
            "phx_reply" => assert_eq!(payload["status"], "ok", "{message}"),
            "connected" => {}
            "new_killmail" => {
                let seq = payload["seq"].as_i64().expect("a seq");
                assert!(seq > self.last, "{seq} came after {}", self.last);
                self.last = seq;
                let id = payload["killmail"]["killmail_id"].as_i64();
                self.seen.note(id.expect("a killmail"));
            }
            other => panic!("{other} is not expected: {message}"),
        }
    }
}

impl Reader for Channel {
    fn name(&self) -> &'static str {
        "channel"
    }

    fn read(&self, base: String, stop: CancellationToken) -> BoxFuture<'static, Seen> {
        Box::pin(async move {
            let address = base.trim_start_matches("http://").to_owned();
            let mut progress = Progress::default();
            let mut up_to = None;
            loop {
                if stop.is_cancelled() && up_to.is_none() {
                    up_to = Some(last_new(&http(), &base, progress.last).await);
                }
                let wants_more = |last| up_to.is_none_or(|target| last < target);
                if !wants_more(progress.last) {
                    return progress.seen;
                }
                let Ok(mut socket) = Socket::join(&address, progress.last).await else {
                    breathe().await;
                    continue;
                };
                while wants_more(progress.last) {
                    let text = tokio::select! {
                        text = socket.text() => text,
                        () = stop.cancelled(), if up_to.is_none() => break,
                    };
                    let Ok(text) = text else { break };
                    progress.message(&text);
                }
            }
        })
    }

    fn verify(&self, seen: &Seen, offered: &[i64]) {
        seen.assert_exactly_once(self.name(), offered);
    }
}

/// As much of a WebSocket as is needed here. A server that is killed drops it.
struct Socket {
    stream: TcpStream,
    input: Vec<u8>,
}

impl Socket {
    async fn join(address: &str, last: i64) -> io::Result<Self> {
        let mut socket = Self {
            stream: TcpStream::connect(address).await?,
            input: Vec::new(),
        };
        let request = format!(
            "GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: {address}\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        socket.stream.write_all(request.as_bytes()).await?;
        let end = |input: &[u8]| input.windows(4).position(|four| four == b"\r\n\r\n");
        let end = loop {
            match end(&socket.input) {
                Some(end) => break end + 4,
                None => socket.read().await?,
            }
        };
        let head: Vec<u8> = socket.input.drain(..end).collect();
        if !head.starts_with(b"HTTP/1.1 101 ") {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        let join = json!(["1", "1", "killmails:stream", "phx_join", { "resume_from": last }]);
        let join = join.to_string();
        let length = u8::try_from(join.len()).expect("a short message");
        assert!(length < 126);
        // A mask of zeros changes nothing.
        let head = [0x81, 0x80 | length, 0, 0, 0, 0];
        socket
            .stream
            .write_all(&[&head[..], join.as_bytes()].concat())
            .await?;
        Ok(socket)
    }

    /// The next text. May be given up at any await and asked again.
    async fn text(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some((head, length)) = frame(&self.input)
                && self.input.len() >= head + length
            {
                let text = self.input[head..head + length].to_vec();
                self.input.drain(..head + length);
                return Ok(text);
            }
            self.read().await?;
        }
    }

    async fn read(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.input).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// The lengths of the first frame's head and payload.
fn frame(input: &[u8]) -> Option<(usize, usize)> {
    let &[first, second, ref rest @ ..] = input else {
        return None;
    };
    assert_eq!(first, 0x81, "a whole text");
    match second {
        126 => Some((4, usize::from(u16::from_be_bytes(*rest.first_chunk()?)))),
        127 => {
            let length = u64::from_be_bytes(*rest.first_chunk()?);
            Some((10, usize::try_from(length).unwrap()))
        }
        short => Some((2, usize::from(short))),
    }
}
