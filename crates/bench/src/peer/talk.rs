//! Talking with a peer: a line of JSON each way, over its standard input and output.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::command;
use crate::Outcome;

/// A peer that can be asked. It ends when this is dropped.
pub(crate) struct Talk {
    process: Child,
    /// Closing it ends the peer.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Talk {
    /// Starts a peer.
    pub(crate) fn start(arguments: &[&str]) -> Outcome<Self> {
        let mut process = command(arguments)?
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let input = process.stdin.take();
        let output = process.stdout.take().ok_or("a peer has no output")?;
        Ok(Self {
            process,
            input,
            output: BufReader::new(output),
        })
    }

    /// The process's number.
    pub(crate) fn process(&self) -> u32 {
        self.process.id()
    }

    /// Tells it something.
    pub(crate) fn say(&mut self, what: &impl Serialize) -> Outcome<()> {
        let mut line = serde_json::to_vec(what)?;
        line.push(b'\n');
        let input = self.input.as_mut().ok_or("a peer has no input")?;
        Ok(input.write_all(&line)?)
    }

    /// Waits for what it says.
    pub(crate) fn hear<T: DeserializeOwned>(&mut self) -> Outcome<T> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err("a peer ended before its time; what it said stands above".into());
        }
        Ok(serde_json::from_str(&line)?)
    }

    /// Tells it something and waits for the answer.
    pub(crate) fn ask<T: DeserializeOwned>(&mut self, what: &impl Serialize) -> Outcome<T> {
        self.say(what)?;
        self.hear()
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        drop(self.input.take());
        if let Err(error) = self.process.wait() {
            eprintln!("a peer did not end: {error}");
        }
    }
}
