//! The adapters against a server that misbehaves.

use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use jiff::Timestamp;
use killwire_clock::Clock;

use crate::test_server::{Server, volatile};
use crate::{Contact, Refusal, UpstreamConfig, UpstreamError, Upstreams};

mod esi;
mod esi_ids;
mod esi_pauses;
mod prices;
mod static_data;
mod zkillboard;

/// A clock that stands at noon, after the downtime.
fn manual() -> Clock {
    Clock::manual("2026-11-20T12:00:00Z".parse().unwrap())
}

#[tokio::test]
async fn a_403_blocks_the_whole_host_for_minutes_also_in_the_next_process() {
    let server = Server::with_status(403).await;
    let (clock, memory) = (manual(), volatile());
    let upstreams = server.upstreams(&clock, memory.clone()).await;
    let error = upstreams.r2z2.entry(1).await.unwrap_err();
    let until = error.refused_until().unwrap();
    let pause = until.duration_since(clock.now()).as_secs();
    assert!((300..340).contains(&pause), "{pause}");
    assert!(matches!(
        error,
        UpstreamError::Refused {
            why: Refusal::Blocked,
            ..
        }
    ));
    let next = server.upstreams(&clock, memory).await;
    for r2z2 in [&upstreams.r2z2, &next.r2z2] {
        assert_eq!(r2z2.head().await.unwrap_err().refused_until(), Some(until));
        assert_eq!(
            r2z2.entry(2).await.unwrap_err().refused_until(),
            Some(until)
        );
    }
    assert_eq!(server.asked(), 1, "nothing is asked inside the block");
}

#[tokio::test]
async fn two_looks_at_the_archive_lie_two_seconds_apart() {
    let server = Server::with_status(404).await;
    let clock = manual();
    let upstreams = server.upstreams(&clock, volatile()).await;
    assert!(upstreams.r2z2.history_totals().await.is_err());
    let next = tokio::spawn({
        let r2z2 = upstreams.r2z2.clone();
        async move { r2z2.history_totals().await }
    });
    clock.advance(Duration::from_millis(1_800));
    // The feed does not wait for the archive.
    assert!(upstreams.r2z2.head().await.is_err());
    assert_eq!(server.asked(), 2, "the second look has to wait");
    clock.advance(Duration::from_millis(200));
    assert!(next.await.unwrap().is_err());
    assert_eq!(server.asked(), 3);
}

#[tokio::test]
async fn a_missing_number_is_asked_for_again_after_six_seconds_whoever_asks() {
    let server = Server::with_status(404).await;
    let clock = manual();
    let upstreams = server.upstreams(&clock, volatile()).await;
    assert!(upstreams.r2z2.entry(1).await.unwrap_err().is_not_found());
    clock.advance(Duration::from_millis(200));
    let again = tokio::spawn({
        let r2z2 = upstreams.r2z2.clone();
        async move { r2z2.entry(1).await }
    });
    assert!(upstreams.r2z2.entry(2).await.unwrap_err().is_not_found());
    clock.advance(Duration::from_millis(5_700));
    tokio::task::yield_now().await;
    assert_eq!(server.asked(), 2, "one for each number");
    clock.advance(Duration::from_millis(300));
    assert!(again.await.unwrap().unwrap_err().is_not_found());
    assert_eq!(server.asked(), 3);
}

/// A day's archive with `members` killmails.
fn archive(members: u32) -> Vec<u8> {
    let encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    let mut tar = tar::Builder::new(encoder);
    for number in 1..=members {
        let body = format!(r#"{{"killmail_id":{number}}}"#);
        let mut header = tar::Header::new_ustar();
        header.set_size(body.len() as u64);
        header.set_mode(0o644);
        let name = format!("killmails/{number}.json");
        tar.append_data(&mut header, name, body.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

async fn members(server: &Server) -> (u32, bool) {
    let everef = server.upstreams(&Clock::system(), volatile()).await.everef;
    let day = jiff::civil::date(2026, 11, 18);
    let mut archive = everef.day(day).await.unwrap();
    let mut read = 0;
    while let Some(member) = archive.next().await {
        match member {
            Ok(member) => {
                read += 1;
                assert_eq!(member.killmail_id().unwrap().get(), i64::from(read));
            }
            Err(_) => return (read, true),
        }
    }
    (read, false)
}

#[tokio::test]
async fn a_day_archive_gives_its_members_one_by_one() {
    let bytes = archive(500);
    let server = Server::answering(move |_| {
        let bytes = bytes.clone();
        async move { Response::new(Body::from(bytes)) }
    })
    .await;
    assert_eq!(members(&server).await, (500, false));
    assert_eq!(
        server.paths()[0],
        "/everef/killmails/2026/killmails-2026-11-18.tar.bz2"
    );
}

#[tokio::test]
async fn a_day_archive_that_breaks_off_says_so() {
    let bytes = archive(500);
    let half = bytes[..bytes.len() / 2].to_vec();
    let server = Server::answering(move |_| {
        let half = half.clone();
        async move { Response::new(Body::from(half)) }
    })
    .await;
    assert!(members(&server).await.1);
}

#[tokio::test]
async fn a_scaled_clock_is_refused_for_the_real_world() {
    let contact = Contact::new("tests@killwire.space").unwrap();
    let mut config = UpstreamConfig::new(contact).unwrap();
    config.clock = Clock::scaled(Timestamp::now(), 100);
    let refused = Upstreams::open(config, volatile()).await.err().unwrap();
    assert!(
        matches!(refused, UpstreamError::ScaledClock { .. }),
        "{refused}"
    );
}
