//! One stream through any number of connections: after an interruption it goes on behind the last
//! event that was shown.

use std::io::Write;
use std::ops::ControlFlow;
use std::time::Duration;

use http::StatusCode;
use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, Url};
use serde::Deserialize;

use super::address::{Server, is_local};
use super::sse::{Block, Parser, TooLong};
use super::view::View;
use crate::output;

const PATH: [&str; 4] = ["api", "v1", "kills", "stream"];
const LAST_EVENT_ID: &str = "last-event-id";

/// How long a server may take until it accepts a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A server sends something every ten seconds; after this much silence it is gone.
const SILENCE: Duration = Duration::from_secs(35);
/// The pause before another attempt: the first, which doubles, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// The most that is read of an answer that is an error.
const MOST_COMPLAINT_BYTES: usize = 64 << 10;

/// Why a feed is not followed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TailError {
    /// Nobody answers at all.
    #[error(
        "no server answers at {url}: {reason}; start one with `killwire serve` or `killwire demo`, or name another with --server"
    )]
    Unreachable {
        /// The server.
        url: String,
        /// What the system said.
        reason: String,
    },
    /// The server lets nobody read without a token.
    #[error(
        "{url} says: {said}; give a token with --token or KILLWIRE_TOKEN, `killwire token create` makes one"
    )]
    Token {
        /// The server.
        url: String,
        /// Its words.
        said: String,
    },
    /// The server refuses what was asked for.
    #[error("{url} says: {said}")]
    Refused {
        /// The server.
        url: String,
        /// Its words.
        said: String,
    },
    /// What answers is something else.
    #[error("{url} answers {what}; is it a Killwire server, of a version that has streams?")]
    NoStream {
        /// The server.
        url: String,
        /// What came.
        what: String,
    },
    /// What the server sends has no end.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// The address cannot be used.
    #[error("{0} is no address of a server: write http://127.0.0.1:4004")]
    Address(String),
    /// Requests cannot be made here.
    #[error("cannot set up requests: {0}")]
    Client(String),
    /// What is shown cannot be written.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] std::io::Error),
}

/// What is asked for.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) server: Server,
    pub(super) token: Option<String>,
    /// Filters and where to begin, as parameters.
    pub(super) parameters: Vec<(&'static str, String)>,
}

/// Why one connection was of no use.
enum Interruption {
    /// Another attempt may do, after this pause where the server asked for one.
    Passing(String, Option<Duration>),
    /// None will.
    Final(TailError),
}

impl<E: Into<TailError>> From<E> for Interruption {
    fn from(error: E) -> Self {
        Self::Final(error.into())
    }
}

/// Follows what is `wanted`.
pub(super) struct Follower {
    wanted: Wanted,
    /// Behind which event to go on; none before the server has said where it began.
    last: Option<String>,
    /// The pause after a connection that was of use, as the server wants it.
    first_pause: Duration,
    /// The next one.
    pause: Duration,
    /// Whether an interruption was told that is not over.
    interrupted: bool,
}

impl Follower {
    pub(super) fn new(wanted: Wanted) -> Self {
        Self {
            wanted,
            last: None,
            first_pause: FIRST_PAUSE,
            pause: FIRST_PAUSE,
            interrupted: false,
        }
    }

    /// Shows events until `view` has enough. A server that does not answer at first is an error; one
    /// that has answered before is waited for.
    pub(super) async fn follow(mut self, view: &mut View<impl Write>) -> Result<(), TailError> {
        let mut answered = false;
        loop {
            let url = self.wanted.server.url();
            let (reason, asked) = match self.connect(&url, view, &mut answered).await {
                Ok(()) => return Ok(()),
                Err(Interruption::Final(error)) => return Err(error),
                Err(Interruption::Passing(reason, _)) if !answered => {
                    return Err(TailError::Unreachable { url, reason });
                }
                Err(Interruption::Passing(reason, asked)) => (reason, asked),
            };
            let pause = asked
                .unwrap_or(self.pause)
                .clamp(FIRST_PAUSE, LONGEST_PAUSE);
            if !std::mem::replace(&mut self.interrupted, true) {
                output::remark(format_args!(
                    "interrupted: {reason}; trying again every {} to {} seconds",
                    FIRST_PAUSE.as_secs(),
                    LONGEST_PAUSE.as_secs()
                ));
            }
            tokio::time::sleep(pause).await;
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// One connection. Ends well when `view` has enough.
    async fn connect(
        &mut self,
        server: &str,
        view: &mut View<impl Write>,
        answered: &mut bool,
    ) -> Result<(), Interruption> {
        let passing = |error: reqwest::Error| Interruption::Passing(innermost(&error), None);
        let url = self.url(server)?;
        let client = client(&url)?;
        let mut request = client.get(url).header(ACCEPT, "text/event-stream");
        if let Some(last) = &self.last {
            request = request.header(LAST_EVENT_ID, last);
        }
        if let Some(token) = &self.wanted.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.map_err(passing)?;
        *answered = true;
        let mut response = accepted(server, response).await?;
        let mut parser = Parser::new();
        while let Some(bytes) = response.chunk().await.map_err(passing)? {
            for block in parser.feed(&bytes)? {
                if self.take(block, view)?.is_break() {
                    return Ok(());
                }
            }
            if view.flush()?.is_break() {
                return Ok(());
            }
        }
        let reason = "the server ended the connection".to_owned();
        Err(Interruption::Passing(reason, None))
    }

    fn url(&self, server: &str) -> Result<Url, TailError> {
        let wrong = || TailError::Address(server.to_owned());
        let mut url = Url::parse(server).map_err(|_| wrong())?;
        let mut path = url.path_segments_mut().map_err(|()| wrong())?;
        path.pop_if_empty().extend(PATH);
        drop(path);
        url.query_pairs_mut().extend_pairs(&self.wanted.parameters);
        Ok(url)
    }

    fn take(
        &mut self,
        block: Block,
        view: &mut View<impl Write>,
    ) -> Result<ControlFlow<()>, TailError> {
        if let Some(pause) = block.retry {
            self.first_pause = pause.clamp(FIRST_PAUSE, LONGEST_PAUSE);
        }
        self.pause = self.first_pause;
        if std::mem::take(&mut self.interrupted) {
            output::remark("connected again");
        }
        let flow = match &block.data {
            Some(data) => view.show(&block.event, data)?,
            None => ControlFlow::Continue(()),
        };
        if block.id.is_some() {
            self.last = block.id;
        }
        Ok(flow)
    }
}

fn client(url: &Url) -> Result<Client, TailError> {
    let mut client = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(SILENCE)
        // Compressed events would be held back until a block is full.
        .no_gzip();
    if is_local(url) {
        client = client.no_proxy();
    }
    client
        .build()
        .map_err(|error| TailError::Client(innermost(&error)))
}

/// The stream, where the server grants it.
async fn accepted(server: &str, mut response: Response) -> Result<Response, Interruption> {
    let url = server.trim_end_matches('/').to_owned();
    let status = response.status();
    if status.is_success() {
        let kind = response.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("text/event-stream") {
            return Ok(response);
        }
        let what = format!("with {kind:?} instead of events");
        return Err(TailError::NoStream { url, what }.into());
    }
    let pause = response.headers().get(RETRY_AFTER);
    let pause = pause.and_then(|seconds| seconds.to_str().ok()?.parse().ok());
    let pause = pause.map(Duration::from_secs);
    let said = complaint(&mut response).await;
    let what = format!("{status}");
    Err(match (status, said) {
        (StatusCode::TOO_MANY_REQUESTS, said) => Interruption::Passing(said.unwrap_or(what), pause),
        (status, said) if status.is_server_error() => {
            Interruption::Passing(said.unwrap_or(what), pause)
        }
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, Some(said)) => {
            TailError::Token { url, said }.into()
        }
        (StatusCode::NOT_FOUND, _) | (_, None) => TailError::NoStream { url, what }.into(),
        (_, Some(said)) => TailError::Refused { url, said }.into(),
    })
}

/// The server's words.
async fn complaint(response: &mut Response) -> Option<String> {
    #[derive(Deserialize)]
    struct Complaint {
        error: String,
    }
    let mut body = Vec::new();
    while let Ok(Some(part)) = response.chunk().await {
        if body.len() + part.len() > MOST_COMPLAINT_BYTES {
            return None;
        }
        body.extend_from_slice(&part);
    }
    let complaint: Complaint = serde_json::from_slice(&body).ok()?;
    Some(complaint.error)
}

/// The innermost reason: the outer ones only say that a request failed.
fn innermost(error: &reqwest::Error) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(inner) = reason.source() {
        reason = inner;
    }
    reason.to_string()
}

#[cfg(test)]
mod tests;
