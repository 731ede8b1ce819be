//! Names and prices that were looked up: kept over a restart, found again, bounded.

use std::time::Duration;

use jiff::Timestamp;
use killwire_killmail::{PriceSource, TypeId};
use killwire_store::{EntityKind, EntityRow, PriceRow, Store};

use crate::arena::Arena;

on_both_backends! {
    entities_come_back_as_they_were_saved,
    an_entity_saved_again_is_the_newer_one,
    a_ticker_stays_when_only_the_name_is_fetched_again,
    the_last_fetched_entities_come_first,
    names_are_found_by_their_beginning_whatever_the_case,
    more_entities_than_fit_one_statement_are_saved_and_forgotten,
    names_that_nobody_refreshed_are_forgotten,
    names_beyond_their_number_go_oldest_first,
    prices_come_back_as_they_were_saved,
    prices_beyond_their_number_go_oldest_first,
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(1_793_500_000 + second).unwrap()
}

fn named(kind: EntityKind, id: i64, name: &str) -> EntityRow {
    EntityRow {
        kind,
        id,
        name: Some(name.to_owned()),
        ticker: None,
        fetched_at: moment(0),
        expires_at: None,
        etag: None,
    }
}

fn pilot(id: i64, name: &str) -> EntityRow {
    named(EntityKind::Character, id, name)
}

fn ids(found: &[EntityRow]) -> Vec<i64> {
    found.iter().map(|entity| entity.id).collect()
}

async fn pilots(store: &Store, ids: &[i64]) -> Vec<EntityRow> {
    let mut found = store.entities(EntityKind::Character, ids).await.unwrap();
    found.sort_by_key(|entity| entity.id);
    found
}

async fn entities_come_back_as_they_were_saved(arena: &Arena) {
    let store = arena.open().await;
    let whole = EntityRow {
        ticker: Some("HUNT".to_owned()),
        expires_at: Some(moment(3_600)),
        etag: Some("\"abc\"".to_owned()),
        ..named(EntityKind::Alliance, 7, "The Hunt")
    };
    let missing = EntityRow {
        name: None,
        ..pilot(8, "")
    };
    let same_id = pilot(7, "Åsa O'Brien \u{1f680}");
    let saved = vec![whole.clone(), missing.clone(), same_id.clone()];
    store.save_entities(saved).await.unwrap();
    store.save_entities(Vec::new()).await.unwrap();
    drop(store);
    let store = arena.open().await;
    assert_eq!(pilots(&store, &[7, 8, 9]).await, [same_id, missing]);
    let alliances = store.entities(EntityKind::Alliance, &[7, 8]).await.unwrap();
    assert_eq!(alliances, [whole]);
    let none = store.entities(EntityKind::Corporation, &[7]).await.unwrap();
    assert!(none.is_empty());
    assert!(pilots(&store, &[]).await.is_empty());
}

async fn an_entity_saved_again_is_the_newer_one(arena: &Arena) {
    let store = arena.open().await;
    let twice = vec![pilot(1, "first"), pilot(2, "other"), pilot(1, "second")];
    store.save_entities(twice).await.unwrap();
    assert_eq!(pilots(&store, &[1]).await, [pilot(1, "second")]);
    let newer = EntityRow {
        fetched_at: moment(5),
        ..pilot(1, "third")
    };
    store.save_entities(vec![newer.clone()]).await.unwrap();
    assert_eq!(
        pilots(&store, &[1, 2]).await,
        [newer.clone(), pilot(2, "other")]
    );
    let gone = EntityRow {
        name: None,
        fetched_at: moment(6),
        ..newer
    };
    store.save_entities(vec![gone.clone()]).await.unwrap();
    assert_eq!(pilots(&store, &[1]).await, [gone]);
    assert!(store.find_entities("third", 9).await.unwrap().is_empty());
}

async fn a_ticker_stays_when_only_the_name_is_fetched_again(arena: &Arena) {
    let store = arena.open().await;
    let corporation = |name: Option<&str>, ticker: Option<&str>| EntityRow {
        name: name.map(str::to_owned),
        ticker: ticker.map(str::to_owned),
        ..named(EntityKind::Corporation, 1, "")
    };
    for (saved, kept) in [
        (corporation(Some("Hunters"), Some("HUNT")), Some("HUNT")),
        (corporation(Some("Hunters Inc"), None), Some("HUNT")),
        (corporation(Some("Hunters Inc"), Some("HNT")), Some("HNT")),
        (corporation(None, None), None),
    ] {
        store.save_entities(vec![saved.clone()]).await.unwrap();
        let found = store.entities(EntityKind::Corporation, &[1]).await.unwrap();
        assert_eq!(found[0].name, saved.name);
        assert_eq!(found[0].ticker.as_deref(), kept);
    }
}

async fn the_last_fetched_entities_come_first(arena: &Arena) {
    let store = arena.open().await;
    let at = |id: i64, second: i64| EntityRow {
        fetched_at: moment(second),
        ..pilot(id, "somebody")
    };
    let saved = vec![at(1, 10), at(2, 30), at(3, 20), at(4, 0)];
    store.save_entities(saved).await.unwrap();
    assert_eq!(ids(&store.recent_entities(3).await.unwrap()), [2, 3, 1]);
    assert_eq!(store.recent_entities(99).await.unwrap().len(), 4);
}

async fn names_are_found_by_their_beginning_whatever_the_case(arena: &Arena) {
    let store = arena.open().await;
    let saved = vec![
        pilot(1, "Anna"),
        pilot(2, "ANNABEL"),
        pilot(3, "Bertha"),
        pilot(4, "annie"),
        pilot(5, "Änna"),
        pilot(6, "An_a%"),
        named(EntityKind::Corporation, 7, "Anna Corp"),
    ];
    store.save_entities(saved).await.unwrap();
    let find = async |prefix: &str, limit: usize| {
        let found = store.find_entities(prefix, limit).await.unwrap();
        ids(&found)
    };
    assert_eq!(find("anna", 9).await, [1, 7, 2]);
    assert_eq!(find("ANNA", 2).await, [1, 7]);
    assert_eq!(find("än", 9).await, [5]);
    assert_eq!(find("an_", 9).await, [6], "no wildcard");
    assert_eq!(find("zz", 9).await, [0_i64; 0]);
    assert_eq!(find("", 99).await.len(), 7);
}

async fn more_entities_than_fit_one_statement_are_saved_and_forgotten(arena: &Arena) {
    let store = arena.open().await;
    let saved = (1..=1_234).map(|id| pilot(id, &format!("Pilot {id}")));
    store.save_entities(saved.collect()).await.unwrap();
    let all: Vec<i64> = (1..=1_234).collect();
    assert_eq!(ids(&pilots(&store, &all).await), all);
    store.forget_entities().await.unwrap();
    assert!(store.recent_entities(10).await.unwrap().is_empty());
}

async fn names_that_nobody_refreshed_are_forgotten(arena: &Arena) {
    let store = arena.open().await;
    let now = |id: i64| EntityRow {
        fetched_at: arena.clock.now(),
        ..pilot(id, "somebody")
    };
    store
        .save_entities((1..=1_100).map(now).collect())
        .await
        .unwrap();
    arena.days_pass(60);
    store.save_entities(vec![now(2)]).await.unwrap();
    arena.days_pass(29);
    store.collect_garbage().await.unwrap();
    assert_eq!(store.recent_entities(5_000).await.unwrap().len(), 1_100);
    arena.days_pass(2);
    store.collect_garbage().await.unwrap();
    assert_eq!(ids(&store.recent_entities(5_000).await.unwrap()), [2]);
}

/// A store that keeps three names and three prices.
async fn small(arena: &Arena) -> Store {
    arena
        .open_with(|config| {
            config.retention.max_entities = 3;
            config.retention.max_prices = 3;
        })
        .await
}

async fn names_beyond_their_number_go_oldest_first(arena: &Arena) {
    let store = small(arena).await;
    let at = |id: i64| EntityRow {
        fetched_at: arena.clock.now() - Duration::from_secs(u64::try_from(id).unwrap()),
        ..pilot(id, "somebody")
    };
    store
        .save_entities((1..=5).map(at).collect())
        .await
        .unwrap();
    store.collect_garbage().await.unwrap();
    assert_eq!(ids(&store.recent_entities(9).await.unwrap()), [1, 2, 3]);
    // They are counted once an hour.
    store.save_entities(vec![at(4), at(0)]).await.unwrap();
    store.collect_garbage().await.unwrap();
    assert_eq!(store.recent_entities(9).await.unwrap().len(), 5);
    arena.clock.advance(Duration::from_secs(3_600));
    store.collect_garbage().await.unwrap();
    assert_eq!(ids(&store.recent_entities(9).await.unwrap()), [0, 1, 2]);
}

fn price(type_id: i64, isk: Option<&str>) -> PriceRow {
    PriceRow {
        source: PriceSource::Janice.name().to_owned(),
        market: 2,
        type_id: TypeId::new(type_id).unwrap(),
        price: isk.map(|isk| isk.parse().unwrap()),
        priced_at: moment(-86_400),
        fetched_at: moment(type_id),
    }
}

async fn prices_come_back_as_they_were_saved(arena: &Arena) {
    let store = arena.open().await;
    let elsewhere = PriceRow {
        market: 3,
        ..price(34, Some("6"))
    };
    let adjusted = PriceRow {
        source: PriceSource::EsiAdjusted.name().to_owned(),
        ..price(34, Some("7"))
    };
    let saved = vec![
        price(587, Some("350000.25")),
        price(34, Some("5.01")),
        price(3_008, None),
        elsewhere.clone(),
        adjusted,
        price(34, Some("5.02")),
    ];
    store.save_prices(saved).await.unwrap();
    store.save_prices(Vec::new()).await.unwrap();
    drop(store);
    let store = arena.open().await;
    let janice = store.prices("janice", 2).await.unwrap();
    let expected = [
        price(34, Some("5.02")),
        price(587, Some("350000.25")),
        price(3_008, None),
    ];
    assert_eq!(janice, expected);
    assert_eq!(store.prices("janice", 3).await.unwrap(), [elsewhere]);
    assert!(store.prices("mutamarket", 2).await.unwrap().is_empty());

    let newer = PriceRow {
        fetched_at: moment(9_999),
        priced_at: moment(9_000),
        ..price(3_008, Some("1"))
    };
    store.save_prices(vec![newer.clone()]).await.unwrap();
    assert_eq!(store.prices("janice", 2).await.unwrap()[2], newer);
    let many = (1..=1_500).map(|type_id| price(type_id, Some("1")));
    store.save_prices(many.collect()).await.unwrap();
    assert_eq!(store.prices("janice", 2).await.unwrap().len(), 1_501);
}

async fn prices_beyond_their_number_go_oldest_first(arena: &Arena) {
    let store = small(arena).await;
    let saved = (1..=5).map(|type_id| price(type_id, Some("1")));
    store.save_prices(saved.collect()).await.unwrap();
    store.collect_garbage().await.unwrap();
    let kept = store.prices("janice", 2).await.unwrap();
    let kept: Vec<i64> = kept.iter().map(|price| price.type_id.get()).collect();
    assert_eq!(kept, [3, 4, 5]);
}
