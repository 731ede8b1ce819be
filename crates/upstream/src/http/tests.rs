//! The stack against a server that misbehaves.

use std::io::Write;
use std::time::{Duration, Instant};

use axum::body::Body as AxumBody;
use axum::http::Response;
use futures::StreamExt;
use jiff::Timestamp;
use reqwest::Method;

use super::Request;
use crate::UpstreamError;
use crate::policy::{Breaker, Policy, Retry};
use crate::test_server::{Server, reply, with_header};

const LIMIT: u64 = 10_000;

/// Everything in milliseconds, and a breaker that stays out of the way.
pub(super) fn quick() -> Policy {
    Policy {
        concurrency: 4,
        queue: 16,
        breaker: Breaker {
            failures: 1_000,
            first: Duration::from_millis(50),
            longest: Duration::from_secs(1),
            own_probe: false,
        },
        budgets: &[],
        spacing: Duration::ZERO,
        retry: None,
        connect: Duration::from_millis(300),
        read: Duration::from_millis(300),
        total: Duration::from_millis(600),
    }
}

pub(super) fn retrying() -> Policy {
    Policy {
        retry: Some(Retry {
            attempts: 3,
            first: Duration::from_millis(2),
            longest: Duration::from_millis(5),
            timeouts: true,
        }),
        ..quick()
    }
}

pub(super) fn get(server: &Server) -> Request {
    Request::get(server.url(), LIMIT)
}

#[tokio::test]
async fn every_request_says_who_asks_and_reads_gzip() {
    let server = Server::with_status(200).await;
    server
        .http(quick())
        .await
        .send(&get(&server))
        .await
        .unwrap();
    let headers = &server.seen()[0].headers;
    let agent = headers["user-agent"].to_str().unwrap();
    assert!(agent.starts_with("Killwire/") && agent.contains("tests@killwire.space"));
    assert!(
        headers["accept-encoding"]
            .to_str()
            .unwrap()
            .contains("gzip")
    );
    assert!(!headers.contains_key("if-none-match"));
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_in_time() {
    let server = Server::answering(|_| std::future::pending()).await;
    let started = Instant::now();
    let error = server
        .http(quick())
        .await
        .send(&get(&server))
        .await
        .unwrap_err();
    assert!(matches!(error, UpstreamError::Timeout { .. }), "{error}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_body_that_stops_coming_is_given_up_in_time() {
    let server = Server::answering(|_| async {
        let first = futures::stream::iter([Ok::<_, std::io::Error>("half")]);
        let body = first.chain(futures::stream::pending());
        Response::new(AxumBody::from_stream(body))
    })
    .await;
    let error = server
        .http(quick())
        .await
        .send(&get(&server))
        .await
        .unwrap_err();
    assert!(matches!(error, UpstreamError::Timeout { .. }), "{error}");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_error_never_half_a_document() {
    let server = Server::answering(|_| async {
        let pieces = [Ok("half"), Err(std::io::Error::other("gone"))];
        Response::new(AxumBody::from_stream(futures::stream::iter(pieces)))
    })
    .await;
    let error = server
        .http(quick())
        .await
        .send(&get(&server))
        .await
        .unwrap_err();
    assert!(matches!(error, UpstreamError::Broken { .. }), "{error}");
}

#[tokio::test]
async fn nobody_there_is_a_connect_error_that_names_the_url() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let free = listener.local_addr().unwrap();
    drop(listener);
    let server = Server::with_status(200).await;
    let request = Request::get(format!("http://{free}/x"), LIMIT);
    let error = server.http(quick()).await.send(&request).await.unwrap_err();
    assert!(matches!(error, UpstreamError::Connect { .. }), "{error}");
    assert!(error.to_string().contains(&free.to_string()));
}

#[tokio::test]
async fn more_bytes_than_the_limit_are_not_taken() {
    let server = Server::answering(|_| async {
        let endless = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 4_096]));
        Response::new(AxumBody::from_stream(endless))
    })
    .await;
    let error = server
        .http(quick())
        .await
        .send(&get(&server))
        .await
        .unwrap_err();
    assert!(
        matches!(error, UpstreamError::TooLarge { limit: LIMIT, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_gzip_bomb_is_cut_off_at_the_limit() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..256 {
        encoder.write_all(&[0; 65_536]).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 64_000, "{}", bomb.len());
    let server = Server::answering(move |_| {
        let bomb = bomb.clone();
        async move {
            Response::builder()
                .header("content-encoding", "gzip")
                .body(AxumBody::from(bomb))
                .unwrap()
        }
    })
    .await;
    let request = Request::get(server.url(), 1 << 20);
    let error = server.http(quick()).await.send(&request).await.unwrap_err();
    assert!(matches!(error, UpstreamError::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn passing_failures_are_repeated_as_often_as_the_policy_says() {
    for status in [500, 502, 503, 504] {
        let server = Server::with_status(status).await;
        let answer = server
            .http(retrying())
            .await
            .send(&get(&server))
            .await
            .unwrap();
        assert_eq!((answer.status.as_u16(), server.asked()), (status, 3));
    }
    let server =
        Server::answering(
            |number| async move { reply(if number < 2 { 503 } else { 200 }, "fine") },
        )
        .await;
    let answer = server
        .http(retrying())
        .await
        .send(&get(&server))
        .await
        .unwrap();
    assert_eq!((answer.status.as_u16(), server.asked()), (200, 3));
}

#[tokio::test]
async fn refusals_and_plain_noes_are_not_repeated() {
    for status in [400, 403, 404, 420, 422, 429] {
        let server = Server::with_status(status).await;
        let answer = server
            .http(retrying())
            .await
            .send(&get(&server))
            .await
            .unwrap();
        assert_eq!((answer.status.as_u16(), server.asked()), (status, 1));
    }
}

#[tokio::test]
async fn what_has_an_effect_is_not_repeated() {
    let server = Server::with_status(503).await;
    let mut request = get(&server);
    request.method = Method::POST;
    request.safe = false;
    server.http(retrying()).await.send(&request).await.unwrap();
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn redirects_stay_on_the_host() {
    let other = Server::with_status(200).await;
    let away = other.url().replace("127.0.0.1", "localhost");
    let server = Server::answering(move |_| {
        let away = away.clone();
        async move { with_header(302, "location", &away) }
    })
    .await;
    let answer = server
        .http(quick())
        .await
        .send(&get(&server))
        .await
        .unwrap();
    assert_eq!((answer.status.as_u16(), other.asked()), (302, 0));

    let server = Server::answering(|number| async move {
        match number {
            0 => with_header(302, "location", "/elsewhere"),
            _ => reply(200, "here"),
        }
    })
    .await;
    let answer = server
        .http(quick())
        .await
        .send(&get(&server))
        .await
        .unwrap();
    assert_eq!(answer.status.as_u16(), 200);
}

#[tokio::test]
async fn requests_keep_their_distance_also_side_by_side() {
    let server = Server::with_status(200).await;
    let http = server
        .http(Policy {
            spacing: Duration::from_millis(40),
            ..quick()
        })
        .await;
    let started = Instant::now();
    let request = get(&server);
    let four = futures::future::join_all((0..4).map(|_| http.send(&request)));
    assert!(four.await.into_iter().all(|answer| answer.is_ok()));
    assert!(started.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn retry_after_is_read_as_seconds_and_as_a_date_and_capped() {
    let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    for (text, seconds) in [
        ("7", Some(7)),
        ("Fri, 20 Nov 2026 12:01:00 GMT", Some(60)),
        ("999999", Some(3_600)),
        ("soon", None),
    ] {
        let server =
            Server::answering(move |_| async move { with_header(429, "retry-after", text) }).await;
        let answer = server
            .http(quick())
            .await
            .send(&get(&server))
            .await
            .unwrap();
        assert_eq!(
            answer.retry_after(now).map(|wait| wait.as_secs()),
            seconds,
            "{text}"
        );
    }
}
