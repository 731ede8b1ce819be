//! The other end of a WebSocket: a client that believes nothing, and holds every byte it gets
//! against RFC 6455.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::world::PATIENCE;

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// What belongs to that key, by the RFC.
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// A frame of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    Text(String),
    Pong(Vec<u8>),
    Close(u16),
}

/// The TCP connection, and what came on it.
pub(crate) struct Socket {
    stream: TcpStream,
    input: Vec<u8>,
    /// Since the last whole frame.
    taken: usize,
}

impl Socket {
    /// A connection on which nothing was sent yet. `room` is the size of the receive buffer, where
    /// it is not the system's.
    pub(crate) async fn connect(address: SocketAddr, room: Option<u32>) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(room) = room {
            socket.set_recv_buffer_size(room).unwrap();
        }
        Self {
            stream: socket.connect(address).await.unwrap(),
            input: Vec::new(),
            taken: 0,
        }
    }

    /// Asks for a WebSocket as the mapper does, and answers the head of what comes back.
    pub(crate) async fn ask(&mut self, path: &str, more: &str) -> String {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\nUpgrade: websocket\r\n{more}\r\n"
        );
        self.write(request.as_bytes()).await;
        self.head().await
    }

    /// The head of an HTTP answer.
    pub(crate) async fn head(&mut self) -> String {
        const END: &[u8] = b"\r\n\r\n";
        loop {
            let found = self.input.windows(4).position(|four| four == END);
            if let Some(end) = found {
                let head = self.input.drain(..end + 4).collect();
                return String::from_utf8(head).unwrap();
            }
            assert!(self.read().await, "the connection ended in an HTTP head");
        }
    }

    /// Asks for a WebSocket and gets it.
    pub(crate) async fn upgrade(&mut self, path: &str) {
        let head = self.ask(path, "").await;
        assert_upgraded(&head);
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Sends a text in one frame.
    pub(crate) async fn text(&mut self, text: &str) {
        self.write(&masked(0x81, text.as_bytes())).await;
    }

    pub(crate) async fn ping(&mut self, payload: &[u8]) {
        self.write(&masked(0x89, payload)).await;
    }

    pub(crate) async fn close(&mut self, code: u16) {
        self.write(&masked(0x88, &code.to_be_bytes())).await;
    }

    /// The next frame; none where the connection has ended.
    pub(crate) async fn frame(&mut self) -> Option<Frame> {
        loop {
            if let Some((frame, length)) = take(&self.input[self.taken..]) {
                self.taken += length;
                // Moving what is left for each frame would make long tests slow.
                if self.taken > 1 << 20 {
                    self.input.drain(..self.taken);
                    self.taken = 0;
                }
                return Some(frame);
            }
            if !self.read().await {
                assert_eq!(self.input.len(), self.taken, "it ends inside a frame");
                return None;
            }
        }
    }

    /// The next frame, a text.
    pub(crate) async fn next_text(&mut self) -> String {
        match self.frame().await {
            Some(Frame::Text(text)) => text,
            other => panic!("a text was to come, not {other:?}"),
        }
    }

    /// Reads until the connection ends, which it must do without a close frame; the texts that came
    /// before.
    pub(crate) async fn ended(&mut self) -> Vec<String> {
        let mut texts = Vec::new();
        while let Some(frame) = self.frame().await {
            match frame {
                Frame::Text(text) => texts.push(text),
                other => panic!("the end was to come, not {other:?}"),
            }
        }
        texts
    }

    /// Reads until the connection ends, wherever in a frame.
    pub(crate) async fn broken_off(&mut self) {
        while self.read().await {}
    }

    /// Reads what there is; false at the end, and after a reset.
    async fn read(&mut self) -> bool {
        let mut chunk = vec![0; 64 << 10];
        let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut chunk)).await;
        match read.expect("something comes, or the connection's end") {
            Ok(0) => false,
            Ok(count) => {
                self.input.extend_from_slice(&chunk[..count]);
                true
            }
            Err(error) => {
                assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
                false
            }
        }
    }
}

/// Checks the head of an answer that opens a WebSocket, without an extension.
pub(crate) fn assert_upgraded(head: &str) {
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    let head = head.to_ascii_lowercase();
    let accept = format!("sec-websocket-accept: {}", ACCEPT.to_ascii_lowercase());
    assert!(head.contains(&accept), "{head}");
    assert!(!head.contains("sec-websocket-extensions"), "{head}");
}

/// A client's frame, masked as it must be.
pub(crate) fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
    let mut frame = vec![first];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ ..=125), _) => frame.push(0x80 | short),
        (_, Ok(length)) => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    let mask = MASK.iter().cycle();
    frame.extend(payload.iter().zip(mask).map(|(byte, mask)| byte ^ mask));
    frame
}

/// The frame at the beginning of `bytes`, if it is whole, and its length.
fn take(bytes: &[u8]) -> Option<(Frame, usize)> {
    let &[first, second, ref rest @ ..] = bytes else {
        return None;
    };
    assert!(second & 0x80 == 0, "a frame of the server is masked");
    let (head, length) = match second {
        126 => {
            let length = u16::from_be_bytes(*rest.first_chunk()?);
            assert!(length > 125, "a length is not in its shortest form");
            (4, usize::from(length))
        }
        127 => {
            let length = u64::from_be_bytes(*rest.first_chunk()?);
            assert!(length > 0xffff, "a length is not in its shortest form");
            (10, usize::try_from(length).unwrap())
        }
        short => (2, usize::from(short)),
    };
    let payload = bytes.get(head..head + length)?;
    let frame = match first {
        0x81 => Frame::Text(String::from_utf8(payload.to_vec()).unwrap()),
        0x8a => Frame::Pong(payload.to_vec()),
        0x88 => Frame::Close(u16::from_be_bytes([payload[0], payload[1]])),
        other => panic!("a frame that the mapper cannot read begins with {other:#x}"),
    };
    Some((frame, head + length))
}
