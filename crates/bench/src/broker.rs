//! `nats-server` and `redis-server`, where they are installed: started on loopback, and published to
//! over their plain protocols.

use std::ffi::OsString;
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::crowd::{Order, SUBJECT, Speech};
use crate::process::nanoseconds;
use crate::publisher::{Published, Publisher};

/// How long one may take to listen.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where Debian keeps servers, which is not in everybody's PATH.
const BESIDE_PATH: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];

/// Which broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nats,
    Redis,
}

impl Kind {
    /// The program, which is also the name of Debian's package.
    pub(crate) const fn program(self) -> &'static str {
        match self {
            Self::Nats => "nats-server",
            Self::Redis => "redis-server",
        }
    }

    /// Where the program is; none where it is not installed.
    pub(crate) fn find(self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let beside = BESIDE_PATH.iter().map(PathBuf::from);
        let mut files = std::env::split_paths(&path)
            .chain(beside)
            .map(|folder| folder.join(self.program()));
        files.find(|file| file.is_file())
    }

    fn arguments(self, port: u16, folder: &Path) -> Vec<OsString> {
        let port = port.to_string();
        let mut arguments: Vec<OsString> = match self {
            Self::Nats => vec!["--addr", "127.0.0.1", "--port", &port],
            // Nothing is kept; as many connections as a crowd has.
            Self::Redis => vec![
                "--bind",
                "127.0.0.1",
                "--port",
                &port,
                "--save",
                "",
                "--appendonly",
                "no",
                "--maxclients",
                "12000",
                "--dir",
            ],
        }
        .into_iter()
        .map(OsString::from)
        .collect();
        if self == Self::Redis {
            arguments.push(folder.into());
        }
        arguments
    }

    /// What a publisher says first.
    const fn hello(self) -> &'static [u8] {
        match self {
            Self::Nats => b"CONNECT {\"verbose\":false,\"pedantic\":false}\r\n",
            Self::Redis => b"",
        }
    }

    fn message(self, text: &[u8]) -> Vec<u8> {
        let length = text.len();
        let head = match self {
            Self::Nats => format!("PUB {SUBJECT} {length}\r\n"),
            Self::Redis => {
                let subject = SUBJECT.len();
                format!("*3\r\n$7\r\nPUBLISH\r\n${subject}\r\n{SUBJECT}\r\n${length}\r\n")
            }
        };
        [head.as_bytes(), text, b"\r\n"].concat()
    }
}

/// A broker at work, with a publisher; it is killed when this is dropped.
pub(crate) struct Broker {
    kind: Kind,
    process: Child,
    address: SocketAddr,
    publisher: TcpStream,
    /// What is left to publish.
    messages: std::vec::IntoIter<Vec<u8>>,
    /// The seq of the next.
    next: i64,
    _folder: tempfile::TempDir,
}

impl Broker {
    /// Starts the program. What is published are the lines of `texts`, whose seqs begin with 1.
    pub(crate) fn start(kind: Kind, program: &Path, texts: &Path) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut process = Command::new(program)
            .args(kind.arguments(port, folder.path()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let publisher = match connect(address) {
            Ok(publisher) => publisher,
            Err(error) => {
                process.kill()?;
                process.wait()?;
                return Err(format!("{} does not listen: {error}", program.display()).into());
            }
        };
        let texts = std::fs::read(texts)?;
        let messages: Vec<Vec<u8>> = texts
            .split(|byte| *byte == b'\n')
            .filter(|text| !text.is_empty())
            .map(|text| kind.message(text))
            .collect();
        let mut broker = Self {
            kind,
            process,
            address,
            publisher,
            messages: messages.into_iter(),
            next: 1,
            _folder: folder,
        };
        broker.publisher.write_all(kind.hello())?;
        Ok(broker)
    }
}

fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let give_up = Instant::now() + PATIENCE;
    loop {
        match TcpStream::connect(address) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) if Instant::now() >= give_up => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

impl Publisher for Broker {
    fn process(&self) -> u32 {
        self.process.id()
    }

    fn subscribers(&self, clients: usize) -> Order {
        let speech = match self.kind {
            Kind::Nats => Speech::Nats,
            Kind::Redis => Speech::Redis,
        };
        Order::new(speech, self.address, clients)
    }

    /// They are ready.
    fn prepare(&mut self, _killmails: usize) -> Outcome<()> {
        Ok(())
    }

    fn publish(&mut self, killmails: usize, every: Duration) -> Outcome<Published> {
        let (first, mut due) = (self.next, Instant::now());
        let mut stamps = Vec::with_capacity(killmails);
        for message in self.messages.by_ref().take(killmails) {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            due += every;
            stamps.push(nanoseconds());
            self.publisher.write_all(&message)?;
            self.next += 1;
        }
        if stamps.len() < killmails {
            return Err("too few killmails were copied".into());
        }
        Ok(Published { first, stamps })
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let ended = self.process.kill().and_then(|()| self.process.wait());
        if let Err(error) = ended {
            eprintln!("{} did not end: {error}", self.kind.program());
        }
    }
}
