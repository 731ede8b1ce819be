//! Follows kills over the event stream (SSE), and goes on where it stopped.
//!
//! ```console
//! cargo run -p killwire --example sse -- [SERVER [POSITION_FILE [FILTER=VALUE ...]]]
//! cargo run -p killwire --example sse -- http://127.0.0.1:4004 last-seq min_value=100m npc=false
//! ```
//!
//! In a crate of your own it needs `reqwest`, `serde_json` and `tokio`.

use std::error::Error;
use std::fs;
use std::time::Duration;

use serde_json::Value;

/// The server sends something every ten seconds; after this long without, the connection is dead.
const SILENCE: Duration = Duration::from_secs(35);

struct Follower {
    http: reqwest::Client,
    url: reqwest::Url,
    position: String,
}

/// One event: each part is absent where the event has none.
#[derive(Default)]
struct Event {
    id: Option<String>,
    kind: String,
    data: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Only because this workspace builds reqwest without a TLS provider; yours need not.
    let _ = rustls::crypto::ring::default_provider().install_default();

    let mut arguments = std::env::args().skip(1);
    let server = arguments.next();
    let server = server.unwrap_or_else(|| "http://127.0.0.1:4004".to_owned());
    let position = arguments.next().unwrap_or_else(|| "last-seq".to_owned());
    let mut url = reqwest::Url::parse(&format!("{server}/api/v1/kills/stream"))?;
    for filter in arguments {
        let (name, value) = filter.split_once('=').ok_or("filters are NAME=VALUE")?;
        url.query_pairs_mut().append_pair(name, value);
    }
    let http = reqwest::Client::builder().read_timeout(SILENCE).build()?;
    let follower = Follower {
        http,
        url,
        position,
    };
    loop {
        match follower.follow().await {
            Ok(()) => eprintln!("the server ended the stream; connecting again"),
            Err(error) if error.is::<reqwest::Error>() => eprintln!("{error}; connecting again"),
            Err(error) => return Err(error),
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

impl Follower {
    /// One connection, until it breaks.
    async fn follow(&self) -> Result<(), Box<dyn Error>> {
        let mut request = self.http.get(self.url.clone());
        // No file: the first time.
        if let Ok(seq) = fs::read_to_string(&self.position) {
            request = request.header("Last-Event-ID", seq.trim());
        }
        if let Ok(token) = std::env::var("KILLWIRE_TOKEN") {
            request = request.bearer_auth(token);
        }
        let mut response = request.send().await?;
        let status = response.status();
        // 429 and 5xx pass; what else the server refuses, it says why.
        if status.is_client_error() && status.as_u16() != 429 {
            return Err(response.text().await?.into());
        }
        response = response.error_for_status()?;

        let mut bytes = Vec::new();
        let mut event = Event::default();
        while let Some(part) = response.chunk().await? {
            bytes.extend_from_slice(&part);
            while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = bytes.drain(..=end).collect();
                let line = std::str::from_utf8(&line)?.trim_end_matches(['\r', '\n']);
                if line.is_empty() {
                    self.take(std::mem::take(&mut event))?;
                } else {
                    event.add(line);
                }
            }
        }
        Ok(())
    }

    fn take(&self, event: Event) -> Result<(), Box<dyn Error>> {
        match (event.kind.as_str(), &event.data) {
            ("gap", data) => eprintln!("missed: the server no longer keeps some events: {data:?}"),
            (_, Some(data)) => show(event.id.as_deref(), &serde_json::from_str(data)?),
            (_, None) => {}
        }
        // Events without data move the position, too: past what the filter did not want.
        if let Some(seq) = event.id {
            // Written beside the file and moved over it: a crash leaves the old or the new one.
            let beside = format!("{}.new", self.position);
            fs::write(&beside, seq)?;
            fs::rename(&beside, &self.position)?;
        }
        Ok(())
    }
}

impl Event {
    fn add(&mut self, line: &str) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match (field, &mut self.data) {
            ("id", _) => self.id = Some(value.to_owned()),
            ("event", _) => self.kind = value.to_owned(),
            ("data", Some(data)) => {
                data.push('\n');
                data.push_str(value);
            }
            ("data", none) => *none = Some(value.to_owned()),
            // A comment (": ping"), which only keeps the connection open, or `retry`.
            _ => {}
        }
    }
}

fn show(seq: Option<&str>, killmail: &Value) {
    let system = match killmail["solar_system_name"].as_str() {
        Some(name) => name.to_owned(),
        None => killmail["solar_system_id"].to_string(),
    };
    let seq = seq.unwrap_or("-");
    println!(
        "{seq} {} {system} {}",
        killmail["killmail_id"], killmail["total_value"]
    );
}
