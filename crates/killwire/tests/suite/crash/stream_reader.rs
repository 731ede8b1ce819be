//! The event stream as a browser reads it: it comes back with the last id that it saw.

use futures::future::BoxFuture;
use reqwest::StatusCode;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::reader::{Reader, Seen, breathe, http, last_new};

/// `/api/v1/kills/stream` with `Last-Event-ID`.
pub(crate) struct Stream;

/// What one reader has of the stream.
#[derive(Default)]
struct Progress {
    seen: Seen,
    /// The last id, of whatever block: a keep-alive has one as well.
    last: i64,
}

impl Progress {
    /// Takes whole blocks off the front of `text`; what a crash cut in two has no end.
    fn take(&mut self, text: &mut Vec<u8>) {
        while let Some(end) = text.windows(2).position(|two| two == b"\n\n") {
            let block: Vec<u8> = text.drain(..end + 2).collect();
            self.block(str::from_utf8(&block).expect("UTF-8"));
        }
    }

    fn block(&mut self, block: &str) {
        let line = |name| block.lines().find_map(|line| line.strip_prefix(name));
        assert_eq!(line("event: "), None, "nothing but killmails: {block}");
        let id = line("id: ").expect("every block has an id");
        let id: i64 = id.parse().expect("a number");
        if let Some(data) = line("data: ") {
            assert!(id > self.last, "{id} came after {}", self.last);
            let killmail: Value = serde_json::from_str(data).expect("JSON");
            self.seen.note(killmail["killmail_id"].as_i64().unwrap());
        }
        assert!(id >= self.last, "{id} came after {}", self.last);
        self.last = id;
    }
}

impl Reader for Stream {
    fn name(&self) -> &'static str {
        "event stream"
    }

    fn read(&self, base: String, stop: CancellationToken) -> BoxFuture<'static, Seen> {
        Box::pin(async move {
            let (http, mut progress) = (http(), Progress::default());
            let mut up_to = None;
            loop {
                if stop.is_cancelled() {
                    let target = match up_to {
                        Some(target) => target,
                        None => last_new(&http, &base, progress.last).await,
                    };
                    up_to = Some(target);
                    if progress.last >= target {
                        return progress.seen;
                    }
                }
                let asked = http
                    .get(format!("{base}/api/v1/kills/stream"))
                    .header("last-event-id", progress.last)
                    .send()
                    .await;
                let mut answer = match asked {
                    Ok(answer) if answer.status() == StatusCode::OK => answer,
                    Ok(answer) if answer.status().is_server_error() => {
                        breathe().await;
                        continue;
                    }
                    Ok(answer) => panic!("stream: {}: {:?}", answer.status(), answer.text().await),
                    Err(_) => {
                        breathe().await;
                        continue;
                    }
                };
                let mut text = Vec::new();
                let wants_more = |last| up_to.is_none_or(|target| last < target);
                while wants_more(progress.last) {
                    let chunk = tokio::select! {
                        chunk = answer.chunk() => chunk,
                        () = stop.cancelled(), if up_to.is_none() => break,
                    };
                    let Ok(Some(chunk)) = chunk else { break };
                    text.extend_from_slice(&chunk);
                    progress.take(&mut text);
                }
            }
        })
    }

    fn verify(&self, seen: &Seen, offered: &[i64]) {
        seen.assert_exactly_once(self.name(), offered);
    }
}
