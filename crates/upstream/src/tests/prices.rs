//! Janice and MutaMarket.

use axum::body::Body;
use axum::http::Response;
use killwire_killmail::{Isk, TypeId};

use super::manual;
use crate::Priority::{Backfill, Live};
use crate::test_server::{Asked, KEY, Server, reply, volatile};
use crate::{TypeEstimate, UpstreamError};

fn item(id: i64) -> TypeId {
    TypeId::new(id).unwrap()
}

fn isk(hundredths: i64) -> Option<Isk> {
    Some(Isk::from_hundredths(hundredths))
}

#[tokio::test]
async fn janice_is_asked_by_type_with_the_key_and_its_zeros_are_unknown() {
    let server = Server::serving(|asked: Asked| async move {
        assert_eq!(asked.path, "/janice/pricer?market=2");
        assert_eq!(asked.headers["x-apikey"], KEY);
        assert_eq!(asked.headers["content-type"], "text/plain");
        assert_eq!(&asked.body[..], b"34\n35\n");
        reply(
            200,
            r#"[{"date":"2026-11-20T00:00:00","market":{"id":2},"itemType":{"eid":34,"name":"Tritanium"},
                 "immediatePrices":{"buyPrice":4.5,"splitPrice":4.755,"sellPrice":5.01,"buyPrice5DayMedian":4.4,"splitPrice5DayMedian":null,"sellPrice5DayMedian":5},
                 "top5AveragePrices":{}},
                {"itemType":{"eid":35},"immediatePrices":{"buyPrice":0,"splitPrice":0.0}},
                {"itemType":{"eid":99},"immediatePrices":{}}]"#,
        )
    })
    .await;
    let janice = server
        .upstreams(&manual(), volatile())
        .await
        .janice
        .unwrap();
    let prices = janice
        .prices(&[item(34), item(35), item(34)], 2, Live)
        .await;
    let prices = prices.unwrap();
    assert_eq!(prices.len(), 2, "what was not asked for is left out");
    let tritanium = prices[0];
    assert_eq!(tritanium.date, "2026-11-20T00:00:00Z".parse().ok());
    assert_eq!(tritanium.immediate.split, isk(476));
    assert_eq!(tritanium.median_5_days.sell, isk(500));
    assert_eq!(tritanium.median_5_days.split, None);
    assert_eq!(
        (prices[1].immediate.buy, prices[1].immediate.split),
        (None, None)
    );
}

#[tokio::test]
async fn a_key_that_janice_does_not_accept_is_named_by_its_setting_and_not_shown() {
    let server = Server::with_status(401).await;
    let janice = server
        .upstreams(&manual(), volatile())
        .await
        .janice
        .unwrap();
    let error = janice.prices(&[item(34)], 2, Live).await.unwrap_err();
    assert!(error.to_string().contains("upstream.janice_key"), "{error}");
    assert!(!format!("{error} {error:?}").contains(KEY));
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn more_than_a_hundred_types_are_refused_and_none_need_no_call() {
    let server = Server::with_status(200).await;
    let janice = server
        .upstreams(&manual(), volatile())
        .await
        .janice
        .unwrap();
    let many: Vec<TypeId> = (1..=101).map(item).collect();
    let error = janice.prices(&many, 2, Backfill).await.unwrap_err();
    assert!(matches!(error, UpstreamError::TooMany { limit: 100, .. }));
    assert_eq!(janice.prices(&[], 2, Backfill).await, Ok(Vec::new()));
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn mutamarket_gives_a_median_whatever_envelope_it_comes_in() {
    let median = |hundredths, count| {
        Some(TypeEstimate {
            median: Isk::from_hundredths(hundredths),
            count,
        })
    };
    for (status, body, estimate) in [
        (
            200,
            r#"{"data":[{"id":1,"estimated_value":30},{"id":2,"estimated_value":10},{"id":3,"estimated_value":null},{"id":4,"estimated_value":20.5}],"links":{},"meta":{}}"#,
            median(2_050, 3),
        ),
        (
            200,
            r#"[{"estimated_value":10},{"estimated_value":20}]"#,
            median(1_500, 2),
        ),
        (
            200,
            r#"{"data":[{"data":{"estimated_value":7}}]}"#,
            median(700, 1),
        ),
        (200, r#"{"data":[]}"#, None),
        (200, r#"[{"estimated_value":0}]"#, None),
        (404, "", None),
    ] {
        let server = Server::serving(move |asked: Asked| async move {
            assert_eq!(asked.path, "/mutamarket/modules/type/47702");
            reply(status, body)
        })
        .await;
        let mutamarket = server.upstreams(&manual(), volatile()).await.mutamarket;
        assert_eq!(
            mutamarket.type_estimate(item(47_702), Backfill).await,
            Ok(estimate),
            "{body}"
        );
    }
}

#[tokio::test]
async fn being_turned_away_pauses_every_upstream_not_only_those_of_killmails() {
    let blocked = |_| async { Response::builder().status(403).body(Body::empty()).unwrap() };
    let server = Server::answering(blocked).await;
    let upstreams = server.upstreams(&manual(), volatile()).await;
    for _ in 0..2 {
        let error = upstreams.mutamarket.type_estimate(item(1), Live).await;
        assert!(error.unwrap_err().refused_until().is_some());
        let error = upstreams.everef.totals().await;
        assert!(error.unwrap_err().refused_until().is_some());
    }
    assert_eq!(server.asked(), 2);
}
