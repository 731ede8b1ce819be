//! The adapters against a server that misbehaves.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use jiff::Timestamp;
use killwire_clock::Clock;

use crate::http::tests::{Server, with_header};
use crate::{
    Contact, Memory, Priority, Refusal, UpstreamConfig, UpstreamError, Upstreams, Volatile,
};

fn manual() -> Clock {
    Clock::manual("2026-11-20T12:00:00Z".parse().unwrap())
}

fn memory() -> Arc<dyn Memory> {
    Arc::new(Volatile::default())
}

#[tokio::test]
async fn a_403_blocks_the_whole_host_for_minutes_also_in_the_next_process() {
    let server = Server::with_status(403).await;
    let (clock, memory) = (manual(), memory());
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
    let upstreams = server.upstreams(&clock, memory()).await;
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
    let upstreams = server.upstreams(&clock, memory()).await;
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

#[tokio::test]
async fn esi_gets_the_compatibility_date_and_a_420_pauses_it_until_the_window_turns() {
    let server =
        Server::answering(|_| async { with_header(420, "x-esi-error-limit-reset", "40") }).await;
    let clock = manual();
    let esi = server.upstreams(&clock, memory()).await.esi;
    let (id, hash) = killmail();
    let until = esi
        .killmail(id, hash, Priority::Backfill)
        .await
        .unwrap_err()
        .refused_until()
        .unwrap();
    let pause = until.duration_since(clock.now()).as_secs();
    assert!((40..46).contains(&pause), "{pause}");
    assert!(esi.killmail(id, hash, Priority::Backfill).await.is_err());
    assert_eq!(server.asked(), 1);
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen[0].1["x-compatibility-date"], "2026-08-18");
    assert_eq!(seen[0].0, format!("/esi/killmails/{id}/{hash}"));
}

#[tokio::test]
async fn esi_is_left_alone_while_few_errors_are_left() {
    let server =
        Server::answering(|_| async { with_header(200, "x-esi-error-limit-remain", "5") }).await;
    let esi = server.upstreams(&manual(), memory()).await.esi;
    let (id, hash) = killmail();
    assert!(
        esi.killmail(id, hash, Priority::Backfill).await.is_ok(),
        "the answer itself is good"
    );
    assert!(
        esi.killmail(id, hash, Priority::Backfill)
            .await
            .unwrap_err()
            .refused_until()
            .is_some()
    );
}

#[tokio::test]
async fn esi_is_not_asked_again_for_a_wrong_hash_before_that_answer_expires() {
    let server = Server::answering(|_| async {
        with_header(422, "expires", "Fri, 20 Nov 2026 12:05:00 GMT")
    })
    .await;
    let clock = manual();
    let esi = server.upstreams(&clock, memory()).await.esi;
    let (id, hash) = killmail();
    let first = esi
        .killmail(id, hash, Priority::Backfill)
        .await
        .unwrap_err();
    assert_eq!(
        esi.killmail(id, hash, Priority::Backfill)
            .await
            .unwrap_err(),
        first
    );
    assert_eq!(server.asked(), 1);
    clock.advance(Duration::from_secs(301));
    assert!(esi.killmail(id, hash, Priority::Backfill).await.is_err());
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn a_spent_token_budget_is_remembered() {
    let server =
        Server::answering(|_| async { with_header(200, "x-ratelimit-remaining", "10") }).await;
    let (clock, memory) = (manual(), memory());
    let esi = server.upstreams(&clock, memory.clone()).await.esi;
    let (id, hash) = killmail();
    assert!(esi.killmail(id, hash, Priority::Backfill).await.is_ok());
    assert!(
        esi.killmail(id, hash, Priority::Backfill)
            .await
            .unwrap_err()
            .refused_until()
            .is_some()
    );
    assert_eq!(server.asked(), 1);
    clock.advance(Duration::from_secs(901));
    assert!(esi.killmail(id, hash, Priority::Backfill).await.is_ok());
}

fn killmail() -> (
    killwire_killmail::KillmailId,
    killwire_killmail::KillmailHash,
) {
    let id = killwire_killmail::KillmailId::new(134_435_757).unwrap();
    (id, killwire_killmail::KillmailHash::from_bytes([7; 20]))
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
    let everef = server.upstreams(&Clock::system(), memory()).await.everef;
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
    let path = server.seen.lock().unwrap()[0].0.clone();
    assert_eq!(path, "/everef/killmails/2026/killmails-2026-11-18.tar.bz2");
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
    let refused = Upstreams::open(config, memory()).await.err().unwrap();
    assert!(
        matches!(refused, UpstreamError::ScaledClock { .. }),
        "{refused}"
    );
}
