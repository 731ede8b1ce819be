//! What the layers do together: who goes first, who pays, when calls stop, what is logged.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_killmail::TypeId;
use tokio::sync::Semaphore;
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

use super::tests::{get, quick, retrying};
use super::{Http, Request};
use crate::policy::{Breaker, Budget, Payer, Policy, Price, policy};
use crate::test_server::{Asked, KEY, Server, reply, volatile, with_header};
use crate::{BreakerState, Pause, Priority, Upstream, UpstreamError};

fn manual() -> Clock {
    Clock::manual("2026-11-20T12:00:00Z".parse().unwrap())
}

/// Opens after three failures, for ten seconds.
fn breaking() -> Policy {
    Policy {
        breaker: Breaker {
            failures: 3,
            first: Duration::from_secs(10),
            longest: Duration::from_secs(60),
            own_probe: false,
        },
        ..quick()
    }
}

fn state(http: &Http) -> BreakerState {
    http.report().breaker.state
}

/// A server that fails until it is told to stop.
async fn failing() -> (Server, Arc<AtomicBool>) {
    let fine = Arc::new(AtomicBool::new(false));
    let server = Server::answering({
        let fine = fine.clone();
        move |_| {
            let status = if fine.load(Ordering::SeqCst) {
                200
            } else {
                503
            };
            async move { reply(status, "") }
        }
    })
    .await;
    (server, fine)
}

#[tokio::test]
async fn an_upstream_that_fails_again_and_again_is_left_alone_and_found_again_by_one_call() {
    let (server, fine) = failing().await;
    let clock = manual();
    let http = server.http_at(breaking(), &clock).await;
    for _ in 0..3 {
        assert_eq!(http.send(&get(&server)).await.unwrap().status, 503);
    }
    assert_eq!(state(&http), BreakerState::Open);
    let error = http.send(&get(&server)).await.unwrap_err();
    assert!(
        matches!(
            error,
            UpstreamError::Paused {
                why: Pause::Failing,
                ..
            }
        ),
        "{error}"
    );
    let until = error.refused_until().unwrap();
    let pause = until.duration_since(clock.now()).as_secs();
    assert!((7..=10).contains(&pause), "{pause}");
    assert_eq!(server.asked(), 3);

    // The probe fails: a longer pause.
    clock.advance(Duration::from_secs(10));
    assert_eq!(http.send(&get(&server)).await.unwrap().status, 503);
    let until = http.send(&get(&server)).await.unwrap_err().refused_until();
    let pause = until.unwrap().duration_since(clock.now()).as_secs();
    assert!((15..=20).contains(&pause), "{pause}");

    fine.store(true, Ordering::SeqCst);
    clock.advance(Duration::from_secs(20));
    assert_eq!(http.send(&get(&server)).await.unwrap().status, 200);
    assert_eq!(state(&http), BreakerState::Closed);
    assert_eq!(server.asked(), 5);
}

#[tokio::test]
async fn a_probe_that_is_given_up_leaves_its_place_to_the_next() {
    let server = Server::answering(|number| async move {
        if number == 3 {
            std::future::pending::<()>().await;
        }
        reply(if number < 3 { 503 } else { 200 }, "")
    })
    .await;
    let clock = manual();
    let http = server.http_at(breaking(), &clock).await;
    for _ in 0..3 {
        http.send(&get(&server)).await.unwrap();
    }
    clock.advance(Duration::from_secs(10));
    let request = get(&server);
    let mut probe = Box::pin(http.send(&request));
    while server.asked() < 4 {
        let _ = futures::poll!(&mut probe);
        tokio::task::yield_now().await;
    }
    assert_eq!(state(&http), BreakerState::HalfOpen);
    assert!(http.send(&request).await.is_err(), "one at a time");
    drop(probe);
    assert_eq!(http.send(&request).await.unwrap().status, 200);
}

#[tokio::test]
async fn whatever_shows_that_an_upstream_does_not_work_opens_the_breaker() {
    let hanging = Server::answering(|_| std::future::pending()).await;
    let paging = Server::answering(|_| async { reply(200, " <html>") }).await;
    for server in [hanging, paging] {
        let http = server.http_at(breaking(), &manual()).await;
        let mut request = get(&server);
        request.json = true;
        for _ in 0..3 {
            http.send(&request).await.unwrap_err();
        }
        assert_eq!(state(&http), BreakerState::Open);
        assert_eq!(server.asked(), 3);
    }
}

#[tokio::test]
async fn being_turned_away_and_plain_noes_do_not_open_the_breaker() {
    for status in [400, 403, 404, 420, 422, 429] {
        let server = Server::with_status(status).await;
        let clock = manual();
        let http = server.http_at(breaking(), &clock).await;
        for _ in 0..5 {
            assert_eq!(http.send(&get(&server)).await.unwrap().status, status);
            // Beyond every pause.
            clock.advance(Duration::from_secs(7_200));
        }
        assert_eq!(state(&http), BreakerState::Closed);
    }
}

#[tokio::test]
async fn each_repeat_needs_a_permission_of_its_own() {
    const TWO_ERRORS: &[Budget] = &[Budget {
        name: "errors",
        payer: Payer::All,
        limit: 4,
        ours: 2,
        window: Duration::from_secs(60),
        price: Price::Errors,
        ahead: 0,
        remaining: None,
    }];
    let server = Server::with_status(503).await;
    let http = server.http(Policy {
        budgets: TWO_ERRORS,
        ..retrying()
    });
    let http = http.await;
    // Three attempts are allowed, but only two can be paid.
    assert_eq!(http.send(&get(&server)).await.unwrap().status, 503);
    assert_eq!((server.asked(), http.report().requests), (2, 2));
    let error = http.send(&get(&server)).await.unwrap_err();
    assert!(error.refused_until().is_some());
    assert_eq!(server.asked(), 2);
    assert_eq!(http.report().budgets[0].remaining, 0);
}

#[tokio::test]
async fn a_repeat_is_not_made_into_a_pause_that_has_begun_meanwhile() {
    let server = Server::serving(|asked: Asked| async move {
        if asked.path == "/refused" {
            with_header(429, "retry-after", "60")
        } else {
            reply(503, "")
        }
    })
    .await;
    let mut policy = retrying();
    policy.retry.as_mut().unwrap().first = Duration::from_secs(1);
    policy.retry.as_mut().unwrap().longest = Duration::from_secs(1);
    let clock = manual();
    let http = server.http_at(policy, &clock).await;
    let (first, second) = (
        Request::get(format!("{}/failing", server.url()), 100),
        Request::get(format!("{}/refused", server.url()), 100),
    );
    let mut repeating = Box::pin(http.send(&first));
    while server.asked() < 1 || futures::poll!(&mut repeating).is_ready() {
        let _ = futures::poll!(&mut repeating);
        tokio::task::yield_now().await;
    }
    assert_eq!(http.send(&second).await.unwrap().status, 429);
    while futures::poll!(&mut repeating).is_pending() {
        clock.advance(Duration::from_millis(100));
        tokio::task::yield_now().await;
    }
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn an_upstream_that_goes_down_is_asked_few_times_although_calls_are_repeated() {
    let server = Server::with_status(503).await;
    let clock = Clock::scaled(Timestamp::now(), 1_000);
    let http = server.http_at(policy(Upstream::Esi), &clock).await;
    let request = get(&server);
    let calls = futures::future::join_all((0..40).map(|_| http.send(&request)));
    let ended = calls.await;
    let answers = ended.iter().filter(|outcome| outcome.is_ok()).count();
    let refused = ended
        .iter()
        .filter(|outcome| matches!(outcome, Err(UpstreamError::Paused { .. })));
    assert_eq!(answers + refused.count(), 40);
    // Four calls at once; the second that fails for good ends it for all others.
    assert!(server.asked() <= 10, "{}", server.asked());
    assert_eq!(state(&http), BreakerState::Open);
}

#[tokio::test]
async fn live_calls_pass_waiting_backfill_ones_and_a_full_queue_says_so() {
    let answers = Arc::new(Semaphore::new(0));
    let server = Server::answering({
        let answers = answers.clone();
        move |_| {
            let answers = answers.clone();
            async move {
                answers.acquire().await.unwrap().forget();
                reply(200, "")
            }
        }
    })
    .await;
    let http = server.http(Policy {
        concurrency: 1,
        queue: 2,
        total: Duration::from_secs(60),
        read: Duration::from_secs(60),
        ..quick()
    });
    let http = Arc::new(http.await);
    let mut calls = Vec::new();
    for (path, priority) in [
        ("first", Priority::Backfill),
        ("old-1", Priority::Backfill),
        ("old-2", Priority::Backfill),
        ("live-1", Priority::Live),
        ("live-2", Priority::Live),
    ] {
        let mut request = Request::get(format!("{}/{path}", server.url()), 100);
        request.priority = priority;
        let http_of_call = http.clone();
        let call = async move { http_of_call.send(&request).await };
        calls.push(tokio::spawn(call));
        let expected = calls.len() as u64 - 1;
        while http.report().in_flight < 1 || http.report().waiting < expected {
            tokio::task::yield_now().await;
        }
    }
    for priority in [Priority::Live, Priority::Backfill] {
        let mut request = get(&server);
        request.priority = priority;
        let error = http.send(&request).await.unwrap_err();
        assert!(matches!(error, UpstreamError::Busy { waiting: 2, .. }));
    }
    answers.add_permits(5);
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(
        server.paths(),
        ["/first", "/live-1", "/live-2", "/old-1", "/old-2"]
    );
    assert_eq!((http.report().in_flight, http.report().waiting), (0, 0));
}

/// What was logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn requests_and_answers_are_logged_without_the_key() {
    let server = Server::answering(|_| async { reply(401, "") }).await;
    let janice = server.upstreams(&manual(), volatile()).await.janice;
    let config = format!("{:?}", server.config(&manual()));
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_ansi(false)
        .with_writer(lines.clone())
        .finish();
    // While there is only one, tracing asks the thread that comes by a line first whether anybody
    // wants it; that may be another test's.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(subscriber);
    let types = [TypeId::new(34).unwrap()];
    let asked = janice.unwrap().prices(&types, 2, Priority::Live).await;
    assert!(asked.is_err());
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for says in [
        "POST",
        "/janice/pricer?market=2",
        "status=401",
        "bytes=0",
        "duration=",
    ] {
        assert!(log.contains(says), "{says} in {log}");
    }
    assert!(!log.contains(KEY), "{log}");
    assert!(config.contains("janice_key") && !config.contains(KEY));
}

#[tokio::test]
async fn the_report_shows_everything_a_person_wants_to_know() {
    let (server, _) = failing().await;
    let clock = manual();
    let http = server.http_at(breaking(), &clock).await;
    for _ in 0..3 {
        http.send(&get(&server)).await.unwrap();
    }
    http.send(&get(&server)).await.unwrap_err();
    let mut report = http.report();
    // The pause is jittered, the port is the system's.
    report.breaker.until = report.breaker.until.map(|_| Timestamp::UNIX_EPOCH);
    if let Some(error) = &mut report.last_error {
        error.text = error.text.replace(&server.url(), "http://server");
    }
    insta::assert_json_snapshot!(report, @r#"
    {
      "name": "r2z2",
      "requests": 3,
      "errors": 3,
      "in_flight": 0,
      "waiting": 0,
      "breaker": {
        "state": "open",
        "until": "1970-01-01T00:00:00Z",
        "reason": "it has failed several times in a row"
      },
      "refused_until": null,
      "budgets": [],
      "last_error": {
        "at": "2026-11-20T12:00:00Z",
        "text": "zKillboard (R2Z2) answered http://server with status 503"
      }
    }
    "#);
}
