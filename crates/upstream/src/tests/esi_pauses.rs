//! When ESI is not asked, and how Killwire finds out that it may be asked again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_killmail::AllianceId;

use crate::Priority::Live;
use crate::test_server::{Asked, Server, reply, volatile};
use crate::{BreakerState, Esi, Pause, UpstreamError, UpstreamReport, Upstreams};

/// How the server of a test behaves.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Mood {
    Fine,
    /// Started yesterday.
    Old,
    /// For CCP only.
    Vip,
    /// Pages instead of answers. They are not repeated, so no time has to pass for them.
    Nonsense,
}

/// A server whose mood can be changed.
async fn moody(mood: Mood) -> (Server, Arc<AtomicU8>) {
    let current = Arc::new(AtomicU8::new(mood as u8));
    let server = Server::serving({
        let current = current.clone();
        move |asked: Asked| {
            let mood = current.load(Ordering::SeqCst);
            let body = match asked.path.as_str() {
                _ if mood == Mood::Nonsense as u8 => "<html>".to_owned(),
                "/esi/status" => {
                    let day = if mood == Mood::Old as u8 { 19 } else { 20 };
                    let vip = mood == Mood::Vip as u8;
                    format!(
                        r#"{{"players":9,"server_version":"1","start_time":"2026-11-{day}T11:04:00Z","vip":{vip}}}"#
                    )
                }
                _ => r#"{"name":"C","ticker":"CC"}"#.to_owned(),
            };
            async move { reply(200, body) }
        }
    })
    .await;
    (server, current)
}

fn at(time: &str) -> Clock {
    Clock::manual(format!("2026-11-20T{time}Z").parse().unwrap())
}

async fn ask(esi: &Esi, clock: &Clock, id: i64) -> Result<(), UpstreamError> {
    clock.advance(Duration::from_millis(200));
    let id = AllianceId::new(id).unwrap();
    esi.alliance(id, None, Live).await.map(|_| ())
}

fn looks(server: &Server) -> usize {
    let paths = server.paths();
    paths.iter().filter(|path| *path == "/esi/status").count()
}

/// Waits for a look that a call has set going, and for what it has shown.
async fn looked(server: &Server, upstreams: &Upstreams, times: usize) {
    while looks(server) < times || report(upstreams).in_flight > 0 {
        tokio::task::yield_now().await;
    }
}

fn report(upstreams: &Upstreams) -> UpstreamReport {
    let reports = upstreams.report();
    reports.into_iter().find(|one| one.name == "esi").unwrap()
}

fn paused(outcome: &Result<(), UpstreamError>) -> Option<(Pause, Timestamp)> {
    match outcome {
        Err(UpstreamError::Paused { why, until, .. }) => Some((*why, *until)),
        _ => None,
    }
}

#[tokio::test]
async fn at_eleven_calls_stop_at_once_and_one_question_at_a_time_finds_out_when_they_may_go_on() {
    let (server, mood) = moody(Mood::Old).await;
    let clock = at("10:59:59");
    let upstreams = server.upstreams(&clock, volatile()).await;
    let esi = upstreams.esi.clone();
    ask(&esi, &clock, 1).await.unwrap();
    assert!(!esi.is_paused());

    clock.advance(Duration::from_secs(1));
    assert!(esi.is_paused());
    let outcome = ask(&esi, &clock, 2).await;
    assert_eq!(paused(&outcome).unwrap().0, Pause::Downtime);
    looked(&server, &upstreams, 1).await;
    for id in 3..9 {
        let (_, until) = paused(&ask(&esi, &clock, id).await).unwrap();
        let wait = until.duration_since(clock.now()).as_secs();
        assert!((20..=33).contains(&wait), "{wait}");
    }
    assert_eq!((looks(&server), server.asked()), (1, 2));
    let breaker = report(&upstreams).breaker;
    assert_eq!(breaker.state, BreakerState::Open);
    assert_eq!(breaker.reason.as_deref(), Some("EVE's downtime"));

    // Somebody waits. A look every half minute, until the server was started since eleven.
    let waiting = tokio::spawn({
        let esi = esi.clone();
        async move { esi.until_open().await }
    });
    while looks(&server) < 2 {
        clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    mood.store(Mood::Vip as u8, Ordering::SeqCst);
    while looks(&server) < 3 {
        clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished() && esi.is_paused());
    mood.store(Mood::Fine as u8, Ordering::SeqCst);
    while !waiting.is_finished() {
        clock.advance(Duration::from_millis(100));
        tokio::task::yield_now().await;
    }
    assert_eq!(looks(&server), 4);
    ask(&esi, &clock, 9).await.unwrap();
    assert_eq!(report(&upstreams).breaker.state, BreakerState::Closed);
}

#[tokio::test]
async fn a_day_without_a_restart_goes_on_at_twenty_past() {
    let (server, _mood) = moody(Mood::Old).await;
    let clock = at("11:19:00");
    let esi = server.upstreams(&clock, volatile()).await.esi;
    assert!(esi.is_paused(), "a program started in the downtime");
    assert!(esi.status().await.is_ok(), "its state may be asked for");
    assert!(esi.is_paused());
    let waiting = tokio::spawn({
        let esi = esi.clone();
        async move { esi.until_open().await }
    });
    while !waiting.is_finished() {
        clock.advance(Duration::from_millis(200));
        tokio::task::yield_now().await;
    }
    assert!(clock.now() >= "2026-11-20T11:20:00Z".parse().unwrap());
    ask(&esi, &clock, 1).await.unwrap();
}

#[tokio::test]
async fn an_esi_that_answers_nonsense_is_left_alone_until_its_status_is_fine() {
    let (server, mood) = moody(Mood::Nonsense).await;
    let clock = at("15:00:00");
    let upstreams = server.upstreams(&clock, volatile()).await;
    let esi = &upstreams.esi;
    for id in 1..=3 {
        let error = ask(esi, &clock, id).await.unwrap_err();
        assert!(matches!(error, UpstreamError::Unreadable { .. }), "{error}");
    }
    assert!(esi.is_paused());
    let outcome = ask(esi, &clock, 6).await;
    let (why, until) = paused(&outcome).unwrap();
    assert_eq!((why, server.asked()), (Pause::Failing, 3));
    let pause = until.duration_since(clock.now()).as_secs();
    assert!((23..=30).contains(&pause), "{pause}");

    // The first look fails as well: the next pause is longer.
    clock.advance(Duration::from_secs(30));
    let outcome = ask(esi, &clock, 6).await;
    assert!(paused(&outcome).is_some(), "no call takes the look's place");
    looked(&server, &upstreams, 1).await;
    let (_, until) = paused(&ask(esi, &clock, 6).await).unwrap();
    let pause = until.duration_since(clock.now()).as_secs();
    assert!((47..=60).contains(&pause), "{pause}");

    mood.store(Mood::Fine as u8, Ordering::SeqCst);
    clock.advance(Duration::from_secs(60));
    esi.until_open().await;
    assert_eq!((looks(&server), server.asked()), (2, 5));
    ask(esi, &clock, 6).await.unwrap();
}
