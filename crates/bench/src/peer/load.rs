//! Load: kept-alive HTTP/1.1 connections that ask again as soon as they have an answer. Written by
//! hand, so that the client costs as little as it can of the cores it shares with the server.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::Outcome;

/// Asked before the measuring starts.
const WARM_UP: Duration = Duration::from_millis(200);
/// Measured.
const SPAN: Duration = Duration::from_millis(1_500);

/// Answers per second over `connections` connections. `{}` in the target is the connection's
/// number.
pub(super) fn run(address: SocketAddr, connections: usize, target: &str) -> Outcome<f64> {
    let begin = Instant::now() + WARM_UP;
    let end = begin + SPAN;
    let threads: Vec<_> = (0..connections)
        .map(|number| {
            let target = target.replace("{}", &number.to_string());
            std::thread::spawn(move || ask_until(address, &target, begin, end))
        })
        .collect();
    let mut answers = 0_u32;
    for thread in threads {
        let asked = thread.join().map_err(|_| "a connection panicked")?;
        answers += asked?;
    }
    Ok(f64::from(answers) / SPAN.as_secs_f64())
}

/// Asks until `end`; how many answers came after `begin`.
fn ask_until(address: SocketAddr, target: &str, begin: Instant, end: Instant) -> Outcome<u32> {
    let mut connection = Connection::open(address)?;
    let mut answers = 0;
    loop {
        let status = connection.get(target)?.0;
        if status != 200 {
            return Err(format!("{target} was answered with {status}").into());
        }
        let now = Instant::now();
        if now >= end {
            return Ok(answers);
        }
        answers += u32::from(now >= begin);
    }
}

/// One kept-alive connection.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    body: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub(crate) fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            stream: BufReader::with_capacity(64 << 10, stream),
            address,
            body: Vec::new(),
        })
    }

    /// One request; its status and its body. The server must say how long the body is.
    pub(crate) fn get(&mut self, target: &str) -> Outcome<(u16, &[u8])> {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).unwrap_or_default().parse()?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse()?;
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        Ok((status, &self.body))
    }
}
