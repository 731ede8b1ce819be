use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use http::HeaderMap;

use super::*;

/// A server that gives prepared answers, one for each connection, and notes from where each of them
/// was to go on.
#[derive(Clone)]
struct Script {
    answers: Arc<Vec<(StatusCode, &'static str, String)>>,
    asked: Arc<Mutex<Vec<Option<String>>>>,
}

impl Script {
    fn new(answers: Vec<(StatusCode, &'static str, String)>) -> Self {
        Self {
            answers: Arc::new(answers),
            asked: Arc::default(),
        }
    }

    async fn answer(State(script): State<Self>, headers: HeaderMap) -> impl IntoResponse {
        let mut asked = script.asked.lock().unwrap();
        let last = headers.get(LAST_EVENT_ID);
        asked.push(last.map(|last| last.to_str().unwrap().to_owned()));
        let (status, kind, body) = script.answers[asked.len() - 1].clone();
        (status, [(CONTENT_TYPE, kind)], body)
    }

    /// What is written by a tail that follows this server for `limit` kills, and how it ends.
    async fn tail(&self, limit: u64) -> (String, Result<(), TailError>) {
        // An error means that it is there already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/api/v1/kills/stream", get(Self::answer));
        let router = router.with_state(self.clone());
        let serving = tokio::spawn(axum::serve(listener, router).into_future());
        let wanted = Wanted {
            server: Server::At(url.parse().unwrap()),
            token: None,
            parameters: vec![("last_event_id", "3".to_owned())],
        };
        let mut out = Vec::new();
        let mut view = View::to(&mut out, false, Some(limit));
        let ended = Follower::new(wanted).follow(&mut view).await;
        serving.abort();
        (String::from_utf8(out).unwrap(), ended)
    }
}

fn events(body: String) -> (StatusCode, &'static str, String) {
    (StatusCode::OK, "text/event-stream; charset=utf-8", body)
}

fn kill(id: i64) -> String {
    format!(
        r#"{{"killmail_id":{id},"killmail_time":"2026-11-20T18:04:31Z","solar_system_id":30000142,"victim":{{}}}}"#
    )
}

#[tokio::test]
async fn half_an_event_is_not_shown_and_comes_again_and_a_gap_is_told() {
    let refused = r#"{"error":"too many clients"}"#.to_owned();
    let script = Script::new(vec![
        events(format!(
            "retry: 1\nid: 4\n\nid: 5\ndata: {}\n\nid: 6\ndata: {{\"killm",
            kill(71)
        )),
        (StatusCode::SERVICE_UNAVAILABLE, "application/json", refused),
        events(format!(
            "id: 8\nevent: gap\ndata: {{\"after\":5,\"oldest\":9}}\n\nid: 9\ndata: {}\n\n",
            kill(72)
        )),
    ]);
    let (shown, ended) = script.tail(2).await;
    ended.unwrap();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 3, "{shown}");
    assert!(lines[0].contains("/kill/71/"));
    assert!(lines[1].contains("events 6 to 8 are no longer kept"));
    assert!(lines[2].contains("/kill/72/"));
    let five = || Some("5".to_owned());
    assert_eq!(*script.asked.lock().unwrap(), [None, five(), five()]);
}

#[tokio::test]
async fn what_is_no_stream_and_what_is_refused_ends_with_the_reason() {
    let told = |error: &str| format!(r#"{{"error":"{error}"}}"#);
    for (status, kind, body, reason) in [
        (
            StatusCode::OK,
            "text/html",
            "<html>".to_owned(),
            "is it a Killwire server",
        ),
        (
            StatusCode::NOT_FOUND,
            "application/json",
            told("no such route"),
            "is it a Killwire",
        ),
        (
            StatusCode::BAD_REQUEST,
            "application/json",
            told("npc is what?"),
            "npc is what?",
        ),
        (
            StatusCode::UNAUTHORIZED,
            "application/json",
            told("a token"),
            "--token",
        ),
    ] {
        let script = Script::new(vec![(status, kind, body)]);
        let (shown, ended) = script.tail(1).await;
        let said = ended.unwrap_err().to_string();
        assert!(said.contains(reason), "{reason} in {said}");
        assert_eq!(shown, "");
    }
}
