//! The control socket: how commands reach a running server. HTTP over a Unix socket that only the
//! server's user can open.

mod client;
mod error;
mod profile_client;
mod profile_server;
mod said;
mod server;
mod socket;

pub(crate) use client::ControlClient;
pub(crate) use error::ControlError;
pub(crate) use server::{Control, serve};
pub(crate) use socket::ControlSocket;

/// The largest request: a batch of documents, each of which may be as large as a single document
/// may be, after JSON has escaped its quotes.
const MAX_REQUEST_BYTES: usize = 64 << 20;
/// The largest answer: a list of entries or one entry with its bytes.
const MAX_ANSWER_BYTES: usize = 64 << 20;
