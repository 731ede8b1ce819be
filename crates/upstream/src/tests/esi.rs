//! What ESI is asked, what is made of its answers, and its budgets.

use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_killmail::{CharacterId, Isk, KillmailHash, KillmailId};

use super::manual;
use crate::Priority::{Backfill, Live};
use crate::test_server::{Asked, Server, reply, volatile, with_header};
use crate::{EntityCategory, Fetched, Upstream, UpstreamError, Upstreams};

fn killmail() -> (KillmailId, KillmailHash) {
    let id = KillmailId::new(134_435_757).unwrap();
    (id, KillmailHash::from_bytes([7; 20]))
}

fn pilot(id: i64) -> CharacterId {
    CharacterId::new(id).unwrap()
}

/// A body with the headers that make it last for a while.
fn lasting(body: &'static str, etag: &str, expires: &str) -> Response<Body> {
    Response::builder()
        .header("etag", etag)
        .header("expires", expires)
        .body(Body::from(body))
        .unwrap()
}

/// What is left of one of ESI's budgets, and how much there is.
fn budget(upstreams: &Upstreams, name: &str) -> (u32, u32) {
    let reports = upstreams.report();
    let esi = reports.iter().find(|report| report.name == "esi").unwrap();
    let budget = esi.budgets.iter().find(|budget| budget.name == name);
    let budget = budget.unwrap();
    (budget.remaining, budget.limit)
}

/// Lets ESI's spacing pass.
fn space(clock: &Clock) {
    clock.advance(Duration::from_millis(200));
}

#[tokio::test]
async fn names_are_asked_for_once_each_and_unknown_categories_are_kept() {
    let server = Server::serving(|asked: Asked| async move {
        assert_eq!(asked.method, "POST");
        assert_eq!(asked.path, "/esi/universe/names");
        assert_eq!(asked.headers["content-type"], "application/json");
        assert_eq!(asked.headers["x-compatibility-date"], "2026-08-18");
        assert_eq!(&asked.body[..], b"[95465499,30000142,7]");
        reply(
            200,
            r#"[{"id":95465499,"name":"CCP Bartender","category":"character"},
                {"id":30000142,"name":"Jita","category":"solar_system"},
                {"id":7,"name":"Cradle","category":"spaceport","more":1}]"#,
        )
    })
    .await;
    let esi = server.upstreams(&manual(), volatile()).await.esi;
    let names = esi.names(&[95_465_499, 30_000_142, 7, 30_000_142], Live);
    let names = names.await.unwrap();
    assert_eq!(names[0].name, "CCP Bartender");
    let categories: Vec<_> = names.iter().map(|name| name.category).collect();
    assert_eq!(
        categories,
        [
            EntityCategory::Character,
            EntityCategory::SolarSystem,
            EntityCategory::Unknown
        ]
    );
}

#[tokio::test]
async fn more_than_a_thousand_ids_are_refused_and_none_need_no_call() {
    let server = Server::with_status(200).await;
    let esi = server.upstreams(&manual(), volatile()).await.esi;
    let many: Vec<i64> = (1..=1_001).collect();
    let too_many = UpstreamError::TooMany {
        upstream: Upstream::Esi,
        what: "ids",
        given: 1_001,
        limit: 1_000,
    };
    assert_eq!(esi.names(&many, Live).await, Err(too_many.clone()));
    assert!(!too_many.is_retryable() && too_many.is_unsent());
    let pilots: Vec<CharacterId> = many.iter().map(|id| pilot(*id)).collect();
    assert_eq!(esi.affiliations(&pilots, Live).await, Err(too_many));
    assert_eq!(esi.names(&[], Live).await, Ok(Vec::new()));
    let none = esi.affiliations(&[], Live).await.unwrap();
    assert_eq!(none.value, Some(Vec::new()));
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn a_batch_with_an_id_that_is_none_is_not_found() {
    let server = Server::with_status(404).await;
    let esi = server.upstreams(&manual(), volatile()).await.esi;
    let error = esi.names(&[1, 2], Live).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[tokio::test]
async fn entities_are_read_and_absent_ids_are_none() {
    let server = Server::serving(|asked: Asked| async move {
        match asked.path.as_str() {
            "/esi/characters/affiliation" => reply(
                200,
                r#"[{"character_id":5,"corporation_id":6,"alliance_id":7,"faction_id":0},{"character_id":8,"corporation_id":9}]"#,
            ),
            "/esi/characters/5" => reply(
                200,
                r#"{"name":"A","corporation_id":6,"birthday":"2015-03-24T11:37:00Z","security_status":-9.9,"bloodline_id":4}"#,
            ),
            "/esi/corporations/6" => reply(
                200,
                r#"{"name":"B","ticker":"-B-","member_count":12,"alliance_id":null,"enlisted_faction_id":500001}"#,
            ),
            "/esi/alliances/7" => reply(200, r#"{"name":"C","ticker":"C C"}"#),
            "/esi/characters/5/corporationhistory" => reply(
                200,
                r#"[{"corporation_id":6,"start_date":"2020-01-01T00:00:00Z","record_id":2,"is_deleted":true},{"corporation_id":1000006,"start_date":"2015-03-24T11:37:00Z","record_id":1}]"#,
            ),
            _ => reply(404, ""),
        }
    })
    .await;
    let clock = manual();
    let esi = server.upstreams(&clock, volatile()).await.esi;
    let belongs = esi.affiliations(&[pilot(5), pilot(8)], Live).await.unwrap();
    let belongs = belongs.value.unwrap();
    assert_eq!(belongs[0].alliance_id.map(|id| id.get()), Some(7));
    assert_eq!(belongs[0].faction_id, None);
    space(&clock);
    let character = esi.character(pilot(5), None, Live).await.unwrap();
    let character = character.value.unwrap();
    assert_eq!(character.security_status, Some(-9.9));
    assert_eq!(character.birthday, "2015-03-24T11:37:00Z".parse().ok());
    space(&clock);
    let corporation = esi.corporation(character.corporation_id, None, Live);
    let corporation = corporation.await.unwrap().value.unwrap();
    assert_eq!(corporation.ticker, "-B-");
    assert_eq!(corporation.alliance_id, None);
    assert_eq!(corporation.faction_id.map(|id| id.get()), Some(500_001));
    space(&clock);
    let alliance = esi.alliance(belongs[0].alliance_id.unwrap(), None, Live);
    assert_eq!(alliance.await.unwrap().value.unwrap().ticker, "C C");
    space(&clock);
    let stays = esi.corporation_history(pilot(5), Live).await.unwrap();
    let stays = stays.value.unwrap();
    assert_eq!((stays.len(), stays[0].is_deleted), (2, true));
}

#[tokio::test]
async fn prices_are_exact_and_unknown_ones_are_not_zero() {
    let server = Server::answering(|_| async {
        reply(
            200,
            r#"[{"type_id":34,"adjusted_price":4.0312,"average_price":5.07},{"type_id":35,"adjusted_price":0.0},{"type_id":36,"average_price":90071992547409.93}]"#,
        )
    })
    .await;
    let esi = server.upstreams(&manual(), volatile()).await.esi;
    let prices = esi.market_prices(None, Backfill).await.unwrap();
    let prices: Vec<_> = prices
        .value
        .unwrap()
        .iter()
        .map(|price| (price.adjusted, price.average))
        .collect();
    let isk = |hundredths| Some(Isk::from_hundredths(hundredths));
    assert_eq!(
        prices,
        [
            (isk(403), isk(507)),
            (None, None),
            (None, isk(9_007_199_254_740_993))
        ]
    );
}

#[tokio::test]
async fn what_still_holds_is_not_asked_for_again_and_what_does_not_is_asked_for_by_its_etag() {
    let server = Server::serving(|asked: Asked| async move {
        match asked.headers.get("if-none-match") {
            Some(etag) => {
                assert_eq!(etag, "\"one\"");
                let mut same = lasting("", "\"one\"", "Fri, 20 Nov 2026 14:00:00 GMT");
                *same.status_mut() = axum::http::StatusCode::NOT_MODIFIED;
                same
            }
            None => lasting(
                r#"{"name":"C","ticker":"CC"}"#,
                "\"one\"",
                "Fri, 20 Nov 2026 13:00:00 GMT",
            ),
        }
    })
    .await;
    let clock = manual();
    let esi = server.upstreams(&clock, volatile()).await.esi;
    let id = killwire_killmail::AllianceId::new(99).unwrap();
    let first = esi.alliance(id, None, Live).await.unwrap();
    let expires: Option<Timestamp> = "2026-11-20T13:00:00Z".parse().ok();
    assert_eq!(
        (first.expires, first.etag.as_deref()),
        (expires, Some("\"one\""))
    );
    // One who has it, and one who has lost it.
    let unchanged = Fetched {
        value: None,
        ..first.clone()
    };
    assert_eq!(
        esi.alliance(id, first.etag.as_deref(), Live).await,
        Ok(unchanged)
    );
    assert_eq!(esi.alliance(id, None, Live).await, Ok(first.clone()));
    assert_eq!(server.asked(), 1);
    clock.advance(Duration::from_secs(3_600));
    let later = esi.alliance(id, first.etag.as_deref(), Live).await.unwrap();
    assert_eq!(later.value, None);
    assert_eq!(later.expires, "2026-11-20T14:00:00Z".parse().ok());
    assert_eq!(server.asked(), 2);
    let again = esi.alliance(id, None, Live).await.unwrap();
    assert_eq!((again.value, server.asked()), (first.value, 2));
}

#[tokio::test]
async fn a_route_without_a_group_does_not_pay_into_the_budget_of_killmails() {
    let server = Server::answering(|_| async { reply(200, r#"{"name":"C","ticker":"CC"}"#) }).await;
    let clock = manual();
    let upstreams = server.upstreams(&clock, volatile()).await;
    let id = killwire_killmail::AllianceId::new(99).unwrap();
    upstreams.esi.alliance(id, None, Live).await.unwrap();
    assert_eq!(budget(&upstreams, "killmail"), (3_000, 3_000));
    space(&clock);
    let (id, hash) = killmail();
    upstreams.esi.killmail(id, hash, Live).await.unwrap();
    assert_eq!(budget(&upstreams, "killmail"), (2_998, 3_000));
    assert_eq!(budget(&upstreams, "errors"), (60, 60));
}

#[tokio::test]
async fn the_errors_of_a_minute_close_every_route_before_ccp_does() {
    let server = Server::with_status(404).await;
    let clock = manual();
    let upstreams = server.upstreams(&clock, volatile()).await;
    let esi = &upstreams.esi;
    let mut id = 0;
    let until = loop {
        id += 1;
        match esi.character(pilot(id), None, Live).await.unwrap_err() {
            UpstreamError::NotFound { .. } => space(&clock),
            UpstreamError::Refused { until, .. } => break until,
            other => panic!("{other}"),
        }
    };
    assert_eq!(server.asked(), 60);
    assert!(esi.is_paused());
    let (killmail, hash) = killmail();
    let error = esi.killmail(killmail, hash, Live).await.unwrap_err();
    assert_eq!(
        error.refused_until(),
        Some(until),
        "a route with a budget of its own"
    );
    assert_eq!(server.asked(), 60);
    assert_eq!(until, "2026-11-20T12:01:00Z".parse().unwrap());
    clock.advance(Duration::from_secs(60));
    assert!(!esi.is_paused());
}

#[tokio::test]
async fn spent_errors_and_tokens_are_known_to_the_next_process() {
    let server = Server::with_status(404).await;
    let (clock, memory) = (manual(), volatile());
    let upstreams = server.upstreams(&clock, memory.clone()).await;
    for number in 0..40_u8 {
        let hash = KillmailHash::from_bytes([number; 20]);
        let asked = upstreams.esi.killmail(killmail().0, hash, Backfill);
        assert!(asked.await.unwrap_err().is_not_found());
        space(&clock);
    }
    assert_eq!(budget(&upstreams, "errors").0, 20);
    assert_eq!(budget(&upstreams, "killmail").0, 2_800);
    let next = server.upstreams(&clock, memory).await;
    assert!((10..=20).contains(&budget(&next, "errors").0));
    assert!((2_600..=2_800).contains(&budget(&next, "killmail").0));
}

#[tokio::test]
async fn a_429_pauses_for_as_long_as_it_says_or_for_a_moment() {
    for (retry_after, seconds) in [(Some("30"), 30..35), (None, 15..18)] {
        let server = Server::answering(move |_| async move {
            match retry_after {
                Some(text) => with_header(429, "retry-after", text),
                None => reply(429, ""),
            }
        })
        .await;
        let clock = manual();
        let esi = server.upstreams(&clock, volatile()).await.esi;
        let error = esi.names(&[1], Live).await.unwrap_err();
        let until = error.refused_until().unwrap();
        let pause = until.duration_since(clock.now()).as_secs();
        assert!(seconds.contains(&pause), "{pause}");
        assert!(error.is_retryable() && esi.is_paused());
        let (id, hash) = killmail();
        assert!(esi.killmail(id, hash, Live).await.is_err());
        assert_eq!(server.asked(), 1);
    }
}

#[tokio::test]
async fn an_answer_beyond_its_limit_or_of_another_shape_is_an_error_that_says_so() {
    let long = format!(r#"{{"name":"{}","ticker":"X"}}"#, "x".repeat(300_000));
    for (body, says) in [
        (long, "larger than 262144 bytes"),
        (
            "<html>Bad gateway</html>".to_owned(),
            "an HTML page instead of JSON",
        ),
        (r#"{"name":"C"}"#.to_owned(), "missing field `ticker`"),
        (r#"{"name":"C","ticker":"#.to_owned(), "EOF"),
    ] {
        let server = Server::answering(move |_| {
            let body = body.clone();
            async move { reply(200, body) }
        })
        .await;
        let esi = server.upstreams(&manual(), volatile()).await.esi;
        let id = killwire_killmail::AllianceId::new(99).unwrap();
        let error = esi.alliance(id, None, Live).await.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[tokio::test]
async fn esi_gets_the_compatibility_date_and_a_420_pauses_it_until_the_window_turns() {
    let server =
        Server::answering(|_| async { with_header(420, "x-esi-error-limit-reset", "40") }).await;
    let clock = manual();
    let esi = server.upstreams(&clock, volatile()).await.esi;
    let (id, hash) = killmail();
    let until = esi
        .killmail(id, hash, Backfill)
        .await
        .unwrap_err()
        .refused_until()
        .unwrap();
    let pause = until.duration_since(clock.now()).as_secs();
    assert!((40..46).contains(&pause), "{pause}");
    assert!(esi.killmail(id, hash, Backfill).await.is_err());
    assert_eq!(server.asked(), 1);
    let seen = server.seen();
    assert_eq!(seen[0].headers["x-compatibility-date"], "2026-08-18");
    assert_eq!(seen[0].path, format!("/esi/killmails/{id}/{hash}"));
}

#[tokio::test]
async fn esi_is_left_alone_while_few_errors_are_left() {
    let server =
        Server::answering(|_| async { with_header(200, "x-esi-error-limit-remain", "5") }).await;
    let esi = server.upstreams(&manual(), volatile()).await.esi;
    let (id, hash) = killmail();
    assert!(
        esi.killmail(id, hash, Backfill).await.is_ok(),
        "the answer itself is good"
    );
    assert!(
        esi.killmail(id, hash, Backfill)
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
    let esi = server.upstreams(&clock, volatile()).await.esi;
    let (id, hash) = killmail();
    let first = esi.killmail(id, hash, Backfill).await.unwrap_err();
    assert_eq!(esi.killmail(id, hash, Backfill).await.unwrap_err(), first);
    assert_eq!(server.asked(), 1);
    clock.advance(Duration::from_secs(301));
    assert!(esi.killmail(id, hash, Backfill).await.is_err());
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn a_spent_token_budget_is_remembered() {
    let server =
        Server::answering(|_| async { with_header(200, "x-ratelimit-remaining", "10") }).await;
    let (clock, memory) = (manual(), volatile());
    let esi = server.upstreams(&clock, memory.clone()).await.esi;
    let (id, hash) = killmail();
    assert!(esi.killmail(id, hash, Backfill).await.is_ok());
    assert!(
        esi.killmail(id, hash, Backfill)
            .await
            .unwrap_err()
            .refused_until()
            .is_some()
    );
    assert_eq!(server.asked(), 1);
    clock.advance(Duration::from_secs(901));
    assert!(esi.killmail(id, hash, Backfill).await.is_ok());
}
