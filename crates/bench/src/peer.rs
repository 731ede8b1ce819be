//! This program again, in a process of its own: what must not share one with what is measured.
//!
//! A peer's first argument is [`MARK`]; its answer is one line on its standard output. Servers
//! answer the port they listen on, and end when their standard input is closed, which happens by
//! itself when the bench ends, however it ends.

mod bare;
mod crowd;
mod live;
mod load;
mod rusqlite;
mod talk;
mod writer;

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::Outcome;

pub(crate) use load::Connection;
pub(crate) use talk::Talk;

/// The first argument of a peer.
pub(crate) const MARK: &str = "peer";

/// Runs as a peer.
pub(crate) fn run(arguments: &[String]) -> Outcome<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["insert-rows", empty, full, batch] => {
            let rate = rusqlite::insert_rows(Path::new(empty), Path::new(full), batch.parse()?)?;
            println!("{rate}");
            Ok(())
        }
        ["read-recent", file, events] => {
            println!(
                "{}",
                rusqlite::read_recent(Path::new(file), events.parse()?)?
            );
            Ok(())
        }
        ["load", address, connections, target] => {
            println!(
                "{}",
                load::run(address.parse()?, connections.parse()?, target)?
            );
            Ok(())
        }
        ["bare-answer", body] => bare::answer(Path::new(body)),
        ["bare-update", body, file] => bare::update(Path::new(body), Path::new(file)),
        ["bare-writer", texts] => writer::run(Path::new(texts)),
        ["crowd"] => crowd::run(),
        ["live", folder, system, clients] => {
            live::run(Path::new(folder), system.parse()?, clients.parse()?)
        }
        _ => Err(format!("no such peer: {arguments:?}").into()),
    }
}

/// Inserts the rows of `full` into a copy of `empty` with rusqlite, in transactions of `batch`
/// killmails; killmails per second.
pub(crate) fn insert_rows(empty: &Path, full: &Path, batch: usize) -> Outcome<f64> {
    figure(&["insert-rows", text(empty)?, text(full)?, &batch.to_string()])
}

/// Opens a store's file with rusqlite and reads what the recent window holds; milliseconds.
pub(crate) fn read_recent(file: &Path, events: usize) -> Outcome<f64> {
    figure(&["read-recent", text(file)?, &events.to_string()])
}

/// Asks a server for `target` over `connections` kept-alive connections for a while; answers per
/// second. `{}` in the target is each connection's number.
pub(crate) fn load(address: SocketAddr, connections: usize, target: &str) -> Outcome<f64> {
    let (address, connections) = (address.to_string(), connections.to_string());
    figure(&["load", &address, &connections, target])
}

fn figure(arguments: &[&str]) -> Outcome<f64> {
    let output = command(arguments)?.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{arguments:?} failed ({})", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn command(arguments: &[&str]) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(MARK).args(arguments);
    Ok(command)
}

pub(crate) fn text(path: &Path) -> Outcome<&str> {
    let refused = || format!("{} is not UTF-8", path.display()).into();
    path.to_str().ok_or_else(refused)
}

/// A bare server on loopback, until this is dropped.
pub(crate) struct Server {
    process: Child,
    /// Closing it ends the peer.
    input: Option<ChildStdin>,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// An axum handler that answers the bytes of `body`, whatever it is asked.
    pub(crate) fn bare_answer(body: &Path) -> Outcome<Self> {
        Self::start(command(&["bare-answer", text(body)?])?)
    }

    /// The same after one durable update of a row in a new database at `file`.
    pub(crate) fn bare_update(body: &Path, file: &Path) -> Outcome<Self> {
        Self::start(command(&["bare-update", text(body)?, text(file)?])?)
    }

    /// Lets channel clients in and writes them the lines of `texts`, and does nothing else.
    pub(crate) fn bare_writer(texts: &Path) -> Outcome<Self> {
        Self::start(command(&["bare-writer", text(texts)?])?)
    }

    fn start(mut command: Command) -> Outcome<Self> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let input = process.stdin.take();
        let mut said = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut said)?;
        }
        let port: u16 = said
            .trim()
            .parse()
            .map_err(|_| format!("{command:?} did not start"))?;
        Ok(Self {
            process,
            input,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        })
    }

    /// The process's number.
    pub(crate) fn process(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.input.take());
        if let Err(error) = self.process.wait() {
            eprintln!("a peer did not end: {error}");
        }
    }
}

/// In a peer that serves: says the port, and waits until the bench closes the peer's input.
async fn say_port_and_wait(port: u16) -> Outcome<()> {
    println!("{port}");
    tokio::task::spawn_blocking(wait_for_end).await?
}

/// Waits until the bench closes the peer's input.
fn wait_for_end() -> Outcome<()> {
    let mut nothing = Vec::new();
    std::io::stdin().lock().read_to_end(&mut nothing)?;
    Ok(())
}
