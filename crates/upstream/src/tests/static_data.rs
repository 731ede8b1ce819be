//! The site of CCP's static data export.

use std::path::Path;

use axum::body::Body;
use axum::http::Response;
use futures::StreamExt;
use jiff::Timestamp;
use killwire_clock::Clock;

use super::manual;
use crate::test_server::{Asked, Server, reply, volatile};
use crate::{Build, UpstreamError};

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

#[tokio::test]
async fn the_newest_build_is_read_from_its_line() {
    let server = Server::serving(|asked: Asked| async move {
        assert_eq!(asked.path, "/static-data/tranquility/latest.jsonl");
        reply(
            200,
            "{\"_key\":\"other\"}\n{\"_key\":\"sde\",\"buildNumber\":3503375,\"releaseDate\":\"2026-09-10T11:00:00Z\"}\n",
        )
    })
    .await;
    let site = server.upstreams(&manual(), volatile()).await.static_data;
    let build = Build {
        number: 3_503_375,
        released: "2026-09-10T11:00:00Z".parse().ok(),
    };
    assert_eq!(site.latest().await, Ok(build));

    let server = Server::answering(|_| async { reply(200, "{}") }).await;
    let site = server.upstreams(&manual(), volatile()).await.static_data;
    let error = site.latest().await.unwrap_err();
    assert!(error.to_string().contains("no build"), "{error}");
}

#[tokio::test]
async fn a_build_is_written_whole_with_progress() {
    let server = Server::serving(|asked: Asked| async move {
        assert_eq!(
            asked.path,
            "/static-data/tranquility/eve-online-static-data-7-jsonl.zip"
        );
        reply(200, vec![b'z'; 300_000])
    })
    .await;
    let site = server.upstreams(&manual(), volatile()).await.static_data;
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("sde.zip");
    let mut steps = Vec::new();
    let mut progress = |bytes, whole| steps.push((bytes, whole));
    let bytes = site.download(7, &to, &mut progress).await.unwrap();
    assert_eq!(bytes, 300_000);
    assert_eq!(std::fs::read(&to).unwrap(), vec![b'z'; 300_000]);
    assert_eq!(files(folder.path()), ["sde.zip"]);
    assert_eq!(steps.first(), Some(&(0, Some(300_000))));
    assert_eq!(steps.last(), Some(&(300_000, Some(300_000))));
}

#[tokio::test]
async fn a_download_that_breaks_off_leaves_what_was_there_and_nothing_else() {
    let server = Server::answering(|_| async {
        let pieces = [Ok("half"), Err(std::io::Error::other("gone"))];
        let pieces = futures::stream::iter(pieces);
        Response::new(Body::from_stream(pieces))
    })
    .await;
    // It is repeated, on a clock on which the pauses in between are short.
    let clock = Clock::scaled(Timestamp::now(), 1_000);
    let site = server.upstreams(&clock, volatile()).await.static_data;
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("sde.zip");
    std::fs::write(&to, "the one before").unwrap();
    let error = site.download(7, &to, &mut |_, _| {}).await.unwrap_err();
    assert!(matches!(error, UpstreamError::Broken { .. }), "{error}");
    assert_eq!(std::fs::read(&to).unwrap(), b"the one before");
    assert_eq!(files(folder.path()), ["sde.zip"]);
}

#[tokio::test]
async fn more_than_the_limit_is_not_taken() {
    let server = Server::answering(|_| async {
        let first = futures::stream::iter([Ok::<_, std::io::Error>("x")]);
        let body = first.chain(futures::stream::pending());
        let mut answer = Response::new(Body::from_stream(body));
        answer
            .headers_mut()
            .insert("content-length", (1_u64 << 30).into());
        answer
    })
    .await;
    let site = server.upstreams(&manual(), volatile()).await.static_data;
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("sde.zip");
    let error = site.download(7, &to, &mut |_, _| {}).await.unwrap_err();
    assert!(matches!(error, UpstreamError::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    let server = Server::answering(|_| async { reply(200, "zip") }).await;
    let site = server.upstreams(&manual(), volatile()).await.static_data;
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("missing").join("sde.zip");
    let error = site.download(7, &to, &mut |_, _| {}).await.unwrap_err();
    assert!(
        error.to_string().contains("missing/sde.zip.part"),
        "{error}"
    );
    assert!(!error.is_retryable());
}
