//! A client of the Phoenix channels, as small as can be.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::client::Client;
use crate::server::PATIENCE;

/// A connection.
pub(crate) struct Channel {
    stream: TcpStream,
    input: Vec<u8>,
}

impl Channel {
    /// A connection with a client's token.
    pub(crate) async fn connect(client: &Client<'_>) -> Self {
        let url = client.server.url("");
        let address = url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "GET /socket/websocket?vsn=2.0.0&token={} HTTP/1.1\r\nHost: {address}\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            client.secret()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut channel = Self {
            stream,
            input: Vec::new(),
        };
        let head = loop {
            let end = channel
                .input
                .windows(4)
                .position(|four| four == b"\r\n\r\n");
            match end {
                Some(end) => break channel.input.drain(..end + 4).collect::<Vec<u8>>(),
                None => channel.read().await,
            }
        };
        assert!(head.starts_with(b"HTTP/1.1 101 "), "{head:?}");
        channel
    }

    async fn read(&mut self) {
        let mut chunk = vec![0; 64 << 10];
        let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut chunk)).await;
        let count = read.expect("something comes").unwrap();
        assert!(count > 0, "the connection has ended");
        self.input.extend_from_slice(&chunk[..count]);
    }

    /// Joins a topic; the reply's payload.
    pub(crate) async fn join(&mut self, topic: &str, payload: Value) -> Value {
        let text = json!(["1", "1", topic, "phx_join", payload]).to_string();
        let length = u8::try_from(text.len()).ok().filter(|length| *length < 126);
        let mut frame = vec![0x81, 0x80 | length.unwrap()];
        // A mask that changes nothing is one.
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.stream.write_all(&frame).await.unwrap();
        self.next(topic, "phx_reply").await
    }

    /// The payload of the next message, which must be this event of this topic.
    pub(crate) async fn next(&mut self, topic: &str, event: &str) -> Value {
        let message: Value = serde_json::from_str(&self.text().await).unwrap();
        assert_eq!(
            (&message[2], &message[3]),
            (&json!(topic), &json!(event)),
            "{message}"
        );
        message[4].clone()
    }

    async fn text(&mut self) -> String {
        loop {
            if let Some((text, length)) = text_in(&self.input) {
                self.input.drain(..length);
                return text;
            }
            self.read().await;
        }
    }
}

/// The text frame at the beginning of `bytes`, if it is whole, and its length.
fn text_in(bytes: &[u8]) -> Option<(String, usize)> {
    let &[first, second, ref rest @ ..] = bytes else {
        return None;
    };
    assert_eq!(first, 0x81, "a whole text was to come");
    let (head, length) = match second {
        126 => (4, usize::from(u16::from_be_bytes(*rest.first_chunk()?))),
        127 => {
            let length = u64::from_be_bytes(*rest.first_chunk()?);
            (10, usize::try_from(length).unwrap())
        }
        short => (2, usize::from(short)),
    };
    let payload = bytes.get(head..head + length)?;
    Some((String::from_utf8(payload.to_vec()).unwrap(), head + length))
}
