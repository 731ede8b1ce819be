//! Entering: connecting and subscribing, a few at a time, each waiting for the server's word.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::wire;
use crate::Outcome;
use crate::crowd::{Order, SUBJECT, Speech};

/// How long a server may take to let someone in.
const PATIENCE: Duration = Duration::from_secs(60);

/// A stalled subscriber's buffer, in bytes: the system makes it as small as it may be.
const STALLED_BUFFER: usize = 2_048;

/// The most that is read before an answer is complete.
const ANSWER_BYTES: usize = 1 << 20;

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAA==";

/// One who has entered.
pub(super) struct Entered {
    pub(super) stream: TcpStream,
    /// What came after the server's word.
    pub(super) early: Vec<u8>,
    /// Whether it never reads again.
    pub(super) stalled: bool,
}

/// Connects and subscribes the subscriber of this number.
pub(super) fn enter(order: &Order, number: usize) -> Outcome<Entered> {
    let stream = TcpStream::connect(order.address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let stalled = number < order.stalled;
    if stalled {
        rustix::net::sockopt::set_socket_recv_buffer_size(&stream, STALLED_BUFFER)?;
    }
    let mut door = Door {
        stream,
        came: Vec::new(),
    };
    match order.speech {
        Speech::Channel => {
            let empty = "{}".to_owned();
            let join = order.joins.get(number % order.joins.len().max(1));
            door.channel(order, join.unwrap_or(&empty))?;
        }
        Speech::Nats => door.nats()?,
        Speech::Redis => door.redis()?,
        Speech::Http => door.http()?,
    }
    door.stream.set_nonblocking(true)?;
    Ok(Entered {
        stream: door.stream,
        early: door.came,
        stalled,
    })
}

struct Door {
    stream: TcpStream,
    came: Vec<u8>,
}

impl Door {
    fn channel(&mut self, order: &Order, join: &str) -> Outcome<()> {
        let request = format!(
            "GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n",
            order.address
        );
        self.stream.write_all(request.as_bytes())?;
        let head = self.until(|came| {
            let end = came.windows(4).position(|window| window == b"\r\n\r\n")?;
            Some(end + 4)
        })?;
        if !head.starts_with(b"HTTP/1.1 101") {
            return Err(refused(&head));
        }
        let join = format!(r#"["1","1","killmails:lobby","phx_join",{join}]"#);
        self.stream.write_all(&wire::text_frame(&join))?;
        let reply = self.message(Speech::Channel)?;
        let ok = br#""status":"ok""#;
        if !reply.windows(ok.len()).any(|window| window == ok) {
            return Err(refused(&reply));
        }
        Ok(())
    }

    fn nats(&mut self) -> Outcome<()> {
        let hello = format!(
            "CONNECT {{\"verbose\":false,\"pedantic\":false}}\r\nSUB {SUBJECT} 1\r\nPING\r\n"
        );
        self.stream.write_all(hello.as_bytes())?;
        loop {
            let line = self.message(Speech::Nats)?;
            if line.starts_with(b"PONG") {
                return Ok(());
            }
            if line.starts_with(b"-ERR") {
                return Err(refused(&line));
            }
        }
    }

    fn redis(&mut self) -> Outcome<()> {
        let subscribe = format!(
            "*2\r\n$9\r\nSUBSCRIBE\r\n${}\r\n{SUBJECT}\r\n",
            SUBJECT.len()
        );
        self.stream.write_all(subscribe.as_bytes())?;
        let answer = self.message(Speech::Redis)?;
        if answer.starts_with(b"*3\r\n$9\r\nsubscribe") {
            Ok(())
        } else {
            Err(refused(&answer))
        }
    }

    /// One request, whose answer is short.
    fn http(&mut self) -> Outcome<()> {
        self.stream
            .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
        let head = self.message(Speech::Http)?;
        if head.starts_with(b"HTTP/1.1 200") {
            Ok(())
        } else {
            Err(refused(&head))
        }
    }

    fn message(&mut self, speech: Speech) -> Outcome<Vec<u8>> {
        self.until(|came| wire::length(speech, came).filter(|length| *length <= came.len()))
    }

    /// Reads until `end` finds one.
    fn until(&mut self, end: impl Fn(&[u8]) -> Option<usize>) -> Outcome<Vec<u8>> {
        let mut chunk = [0; 4_096];
        loop {
            if let Some(end) = end(&self.came) {
                let rest = self.came.split_off(end);
                return Ok(std::mem::replace(&mut self.came, rest));
            }
            let count = self.stream.read(&mut chunk)?;
            if count == 0 || self.came.len() > ANSWER_BYTES {
                return Err(refused(&self.came));
            }
            self.came.extend_from_slice(&chunk[..count]);
        }
    }
}

fn refused(answer: &[u8]) -> Box<dyn std::error::Error + Send + Sync> {
    let shown = &answer[..answer.len().min(300)];
    format!(
        "a subscriber was not let in: {:?}",
        String::from_utf8_lossy(shown)
    )
    .into()
}
