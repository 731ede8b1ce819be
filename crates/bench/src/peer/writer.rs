//! A bare writer of channels: lets everyone in, and sends each the same frames as fast as the system
//! takes them. No hub, no protocol, no allocation: what is left is what the bytes cost.

use std::io::{self, IoSlice, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use mio::{Events, Interest, Poll, Token, Waker};
use rustix::net::sockopt::set_socket_send_buffer_size;

use super::wait_for_end;
use crate::Outcome;

/// Frames in one system call.
const BATCH: usize = 64;
/// System calls until it is another client's turn.
const TURN: usize = 4;
/// What the system keeps for each client: more only fills its caches.
const BUFFER: usize = 128 << 10;
/// The longest request and join.
const REQUEST_BYTES: usize = 64 << 10;

const NEWCOMER: Token = Token(usize::MAX);

/// The answer to the key that all subscribers of a crowd send; they do not look at it.
const UPGRADED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\
    Upgrade: websocket\r\nSec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n\r\n";
const JOINED: &str = r#"["1","1","killmails:lobby","phx_reply",{"status":"ok","response":{}}]"#;

/// Serves the lines of a file, each as one text frame, until the bench ends.
pub(super) fn run(file: &Path) -> Outcome<()> {
    let text = std::fs::read_to_string(file)?;
    let frames: Arc<[Vec<u8>]> = text.lines().map(frame).collect();
    let threads = std::thread::available_parallelism()?.get();
    let mut desks = Vec::new();
    for _ in 0..threads {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), NEWCOMER)?;
        let (sender, newcomers) = channel();
        let frames = Arc::clone(&frames);
        std::thread::spawn(move || write_to_all(&frames, poll, &newcomers));
        desks.push((sender, waker));
    }
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    std::thread::spawn(move || let_in(&listener, &desks));
    wait_for_end()
}

fn let_in(listener: &TcpListener, desks: &[(Sender<TcpStream>, Waker)]) -> Outcome<()> {
    for (sender, waker) in desks.iter().cycle() {
        let (mut stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        set_socket_send_buffer_size(&stream, BUFFER)?;
        until(&mut stream, |came| came.ends_with(b"\r\n\r\n"))?;
        stream.write_all(UPGRADED)?;
        // A join ends with its object, in zeros as mask.
        until(&mut stream, |came| came.ends_with(b"}]"))?;
        stream.write_all(&frame(JOINED))?;
        stream.set_nonblocking(true)?;
        sender.send(stream)?;
        waker.wake()?;
    }
    Ok(())
}

fn until(stream: &mut TcpStream, complete: impl Fn(&[u8]) -> bool) -> Outcome<()> {
    let mut came = Vec::new();
    let mut chunk = [0; 4_096];
    while !complete(&came) {
        let count = stream.read(&mut chunk)?;
        if count == 0 || came.len() > REQUEST_BYTES {
            return Err("a subscriber does not ask as expected".into());
        }
        came.extend_from_slice(&chunk[..count]);
    }
    Ok(())
}

/// One who is sent everything, and how far that is.
struct Client {
    stream: mio::net::TcpStream,
    frame: usize,
    /// Bytes of that frame which have been sent.
    sent: usize,
}

fn write_to_all(
    frames: &[Vec<u8>],
    mut poll: Poll,
    newcomers: &Receiver<TcpStream>,
) -> Outcome<()> {
    let mut clients: Vec<Client> = Vec::new();
    let mut ready: Vec<usize> = Vec::new();
    let mut events = Events::with_capacity(1_024);
    loop {
        let patience = (!ready.is_empty()).then_some(std::time::Duration::ZERO);
        match poll.poll(&mut events, patience) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            polled => polled?,
        }
        ready.extend(
            events
                .iter()
                .filter(|event| event.is_writable())
                .map(|event| event.token().0),
        );
        for stream in newcomers.try_iter() {
            let mut stream = mio::net::TcpStream::from_std(stream);
            let token = Token(clients.len());
            // It is told at once that there is room.
            poll.registry()
                .register(&mut stream, token, Interest::WRITABLE)?;
            clients.push(Client {
                stream,
                frame: 0,
                sent: 0,
            });
        }
        ready.sort_unstable();
        ready.dedup();
        ready.retain(|place| {
            let client = clients.get_mut(*place);
            client.is_some_and(|client| client.write(frames).unwrap_or(false))
        });
    }
}

impl Client {
    /// A turn. True: there is more to write, and room for it.
    fn write(&mut self, frames: &[Vec<u8>]) -> io::Result<bool> {
        for _ in 0..TURN {
            let left = frames.get(self.frame..).unwrap_or_default();
            let batch = &left[..left.len().min(BATCH)];
            if batch.is_empty() {
                return Ok(false);
            }
            let begun = std::mem::take(&mut self.sent);
            let slices: Vec<IoSlice<'_>> = batch
                .iter()
                .enumerate()
                .map(|(place, frame)| match place {
                    0 => IoSlice::new(&frame[begun..]),
                    _ => IoSlice::new(frame),
                })
                .collect();
            let written = match self.stream.write_vectored(&slices) {
                Ok(written) => written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.sent = begun;
                    return Ok(false);
                }
                Err(error) => return Err(error),
            };
            self.sent = begun + written;
            for frame in batch {
                if self.sent < frame.len() {
                    break;
                }
                self.sent -= frame.len();
                self.frame += 1;
            }
        }
        Ok(true)
    }
}

/// A server's text frame.
fn frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match (u8::try_from(text.len()), u16::try_from(text.len())) {
        (Ok(short @ ..=125), _) => frame.push(short),
        (_, Ok(length)) => {
            frame.push(126);
            frame.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            frame.push(127);
            frame.extend_from_slice(&(text.len() as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(text.as_bytes());
    frame
}
