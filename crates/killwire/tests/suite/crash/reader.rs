//! Readers as plug-ins: each follows the feed in its own protocol while the server is killed under
//! it, and says in the end what it saw.

use std::collections::HashMap;
use std::time::Duration;

use futures::future::BoxFuture;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::channel_reader::Channel;
use super::stream_reader::Stream;

/// What a reader saw: how often each killmail reached it.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    times: HashMap<i64, u32>,
}

impl Seen {
    pub(super) fn note(&mut self, killmail_id: i64) {
        *self.times.entry(killmail_id).or_default() += 1;
    }

    /// How many killmails reached the reader at all.
    pub(crate) fn len(&self) -> usize {
        self.times.len()
    }

    fn more_than_once(&self) -> Vec<i64> {
        self.times
            .iter()
            .filter(|(_, times)| **times > 1)
            .map(|(id, _)| *id)
            .collect()
    }

    /// Fails where a killmail reached `reader` twice.
    pub(crate) fn assert_at_most_once(&self, reader: &str) {
        let doubled = self.more_than_once();
        assert!(
            doubled.is_empty(),
            "{reader}: {} killmails came twice: {doubled:?}",
            doubled.len()
        );
    }

    /// Fails where one of `offered` did not reach `reader`, or reached it twice.
    pub(crate) fn assert_exactly_once(&self, reader: &str, offered: &[i64]) {
        self.assert_at_most_once(reader);
        let missing: Vec<_> = offered
            .iter()
            .filter(|id| !self.times.contains_key(id))
            .collect();
        assert!(
            missing.is_empty(),
            "{reader}: {} killmails never came: {missing:?}",
            missing.len()
        );
        assert_eq!(
            self.len(),
            offered.len(),
            "{reader}: killmails came that were never offered"
        );
    }
}

/// A client of some protocol. It must go on through every crash, and stop once `stop` is called
/// and the log has nothing more for it.
pub(crate) trait Reader: Send + Sync {
    /// Its name in failures.
    fn name(&self) -> &'static str;
    /// Reads until told to stop; afterwards drains what is left.
    fn read(&self, base: String, stop: CancellationToken) -> BoxFuture<'static, Seen>;
    /// Holds what it saw against what the feed offered.
    fn verify(&self, seen: &Seen, offered: &[i64]);
}

/// Every reader there is.
pub(crate) fn all(systems: &[i64]) -> Vec<Box<dyn Reader>> {
    vec![
        Box::new(Events),
        Box::new(KillfeedOnFetch {
            systems: systems.to_vec(),
        }),
        Box::new(KillfeedManual {
            systems: systems.to_vec(),
        }),
        Box::new(Channel),
        Box::new(Stream),
    ]
}

/// The last event of the log that tells of a new killmail; `after` where there is none after it.
/// For who is told of events only: nothing else says that there is no more.
pub(super) async fn last_new(http: &reqwest::Client, base: &str, mut after: i64) -> i64 {
    let mut last = after;
    loop {
        let url = format!("{base}/api/v1/events?after={after}&limit=1000&kinds=new");
        let page: Value = http.get(url).send().await.unwrap().json().await.unwrap();
        let events = page["events"].as_array().expect("a page has events");
        last = events
            .last()
            .map_or(last, |event| event["seq"].as_i64().expect("a seq"));
        let next = page["next"].as_i64().expect("a next position");
        if next == after {
            return last;
        }
        after = next;
    }
}

/// One client for all requests of a reader, with a timeout longer than any long poll.
pub(crate) fn http() -> reqwest::Client {
    // Whoever comes second finds the TLS provider installed, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .timeout(Duration::from_secs(15))
        .build()
        .unwrap()
}

/// A crashed server refuses connections for a moment; asking it in a tight loop would only heat
/// the machine.
pub(super) async fn breathe() {
    tokio::time::sleep(Duration::from_millis(5)).await;
}

fn killmail_id(event: &Value) -> i64 {
    event["killmail"]["killmail_id"]
        .as_i64()
        .expect("an event with a killmail")
}

/// `/api/v1/events` with a position of its own.
struct Events;

impl Reader for Events {
    fn name(&self) -> &'static str {
        "events"
    }

    fn read(&self, base: String, stop: CancellationToken) -> BoxFuture<'static, Seen> {
        Box::pin(async move {
            let (http, mut seen, mut after, mut last) = (http(), Seen::default(), 0, 0);
            loop {
                let stopping = stop.is_cancelled();
                let wait = if stopping { 0 } else { 2 };
                let url =
                    format!("{base}/api/v1/events?after={after}&limit=500&wait={wait}&kinds=all");
                let page: Value = match http.get(url).send().await {
                    Ok(answer) if answer.status() == StatusCode::OK => match answer.json().await {
                        Ok(page) => page,
                        Err(_) => continue,
                    },
                    Ok(answer) if answer.status().is_server_error() => {
                        breathe().await;
                        continue;
                    }
                    Ok(answer) => panic!("events: {}: {:?}", answer.status(), answer.text().await),
                    Err(_) => {
                        breathe().await;
                        continue;
                    }
                };
                let events = page["events"].as_array().expect("a page has events");
                for event in events {
                    let seq = event["seq"].as_i64().expect("an event has a seq");
                    assert_eq!(seq, last + 1, "the log is dense");
                    last = seq;
                    if event["kind"] == "new" {
                        seen.note(killmail_id(event));
                    }
                }
                after = page["next"].as_i64().expect("a page has a next position");
                if stopping && events.is_empty() {
                    return seen;
                }
            }
        })
    }

    fn verify(&self, seen: &Seen, offered: &[i64]) {
        seen.assert_exactly_once(self.name(), offered);
    }
}

fn systems_query(systems: &[i64]) -> String {
    let systems: Vec<_> = systems.iter().map(ToString::to_string).collect();
    systems.join(",")
}

/// The killfeed as its old clients use it: the offset moves at fetch.
struct KillfeedOnFetch {
    systems: Vec<i64>,
}

impl Reader for KillfeedOnFetch {
    fn name(&self) -> &'static str {
        "killfeed"
    }

    fn read(&self, base: String, stop: CancellationToken) -> BoxFuture<'static, Seen> {
        let systems = systems_query(&self.systems);
        Box::pin(async move {
            let (http, mut seen) = (http(), Seen::default());
            loop {
                let stopping = stop.is_cancelled();
                let wait = if stopping { 0 } else { 2 };
                let url = format!(
                    "{base}/api/killfeed?client_id=on-fetch&systems={systems}&limit=100&wait={wait}"
                );
                match http.get(url).send().await {
                    Ok(answer) if answer.status() == StatusCode::OK => {
                        // An answer cut short by a crash is lost to this client: at most once.
                        if let Ok(page) = answer.json::<Value>().await {
                            for event in page["events"].as_array().expect("events") {
                                seen.note(killmail_id(event));
                            }
                        }
                    }
                    Ok(answer) if answer.status() == StatusCode::NO_CONTENT && stopping => {
                        return seen;
                    }
                    Ok(answer) if answer.status() == StatusCode::NO_CONTENT => {}
                    Ok(answer) if answer.status().is_server_error() => breathe().await,
                    Ok(answer) => {
                        panic!("killfeed: {}: {:?}", answer.status(), answer.text().await)
                    }
                    Err(_) => breathe().await,
                }
            }
        })
    }

    fn verify(&self, seen: &Seen, offered: &[i64]) {
        seen.assert_at_most_once(self.name());
        assert!(
            seen.len() * 2 > offered.len(),
            "killfeed: only {} of {}",
            seen.len(),
            offered.len()
        );
    }
}

/// The killfeed with `ack=manual`: what is not acknowledged is offered again.
struct KillfeedManual {
    systems: Vec<i64>,
}

impl Reader for KillfeedManual {
    fn name(&self) -> &'static str {
        "killfeed with ack=manual"
    }

    fn read(&self, base: String, stop: CancellationToken) -> BoxFuture<'static, Seen> {
        let (systems, ids) = (systems_query(&self.systems), self.systems.clone());
        Box::pin(async move {
            let (http, mut acknowledged) = (http(), Seen::default());
            // An acknowledgement whose answer a crash swallowed: did it count? What is offered
            // next tells.
            let mut in_doubt: Option<(i64, Vec<i64>)> = None;
            loop {
                let stopping = stop.is_cancelled();
                let wait = if stopping { 0 } else { 2 };
                let url = format!(
                    "{base}/api/killfeed?client_id=manual&systems={systems}&limit=100&wait={wait}&ack=manual"
                );
                let answer = match http.get(url).send().await {
                    Ok(answer) => answer,
                    Err(_) => {
                        breathe().await;
                        continue;
                    }
                };
                let events = match answer.status() {
                    StatusCode::OK => match answer.json::<Value>().await {
                        Ok(mut page) => match page["events"].take() {
                            Value::Array(events) => events,
                            other => panic!("no events in the page: {other}"),
                        },
                        Err(_) => continue,
                    },
                    StatusCode::NO_CONTENT => Vec::new(),
                    status if status.is_server_error() => {
                        breathe().await;
                        continue;
                    }
                    status => panic!("killfeed: {status}: {:?}", answer.text().await),
                };
                let first = events.first().and_then(|event| event["event_id"].as_i64());
                if let Some((up_to, killmails)) = in_doubt.take()
                    && first.is_none_or(|first| first > up_to)
                {
                    killmails.into_iter().for_each(|id| acknowledged.note(id));
                }
                let Some(last) = events.last().and_then(|event| event["event_id"].as_i64()) else {
                    if stopping {
                        return acknowledged;
                    }
                    continue;
                };
                let killmails: Vec<_> = events.iter().map(killmail_id).collect();
                let ack = json!({"client_id": "manual", "event_id": last, "systems": ids});
                match http
                    .post(format!("{base}/api/killfeed/ack"))
                    .json(&ack)
                    .send()
                    .await
                {
                    Ok(answer) if answer.status().is_success() => {
                        killmails.into_iter().for_each(|id| acknowledged.note(id));
                    }
                    _ => in_doubt = Some((last, killmails)),
                }
            }
        })
    }

    fn verify(&self, seen: &Seen, offered: &[i64]) {
        seen.assert_exactly_once(self.name(), offered);
    }
}
