//! Profiles over HTTP, through the program: from the request of a client with a token to what the
//! feed brings it.

mod channel;
mod client;
mod finding;
mod keeping;
mod lists;
mod rights;
mod trying;
