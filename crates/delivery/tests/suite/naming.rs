//! Names for killmails that were stored without: those of an archive.

use std::sync::Arc;

use killwire_killmail::{CharacterId, Enrichment, Named, Progress};
use killwire_store::{Offer, Origin, SourceName};
use serde_json::Value;

use crate::world::{JITA, PILOT, World, killmail};

/// The killmail as each of the older routes shows it; it is the only one in Jita.
async fn shown(world: &World, id: i64) -> [Value; 3] {
    let [bare, listed, wrapped] = [
        format!("/killmail/{id}"),
        format!("/system_killmails/{JITA}"),
        format!("/system/{JITA}/killmails"),
    ];
    [
        world.get(&bare).await.json(),
        world.get(&listed).await.json()[0].clone(),
        world.get(&wrapped).await.json()["killmails"][0].clone(),
    ]
}

#[tokio::test]
async fn an_archives_killmail_is_named_when_it_is_read() {
    let world = World::new().await;
    let archive = vec![killmail(900, JITA, PILOT)];
    world.store.import(archive).await.unwrap();
    for killmail in shown(&world, 900).await {
        assert_eq!(killmail["enrichment"], "partial");
        assert_eq!(killmail["attackers"][0]["character_name"], "Anna Attacker");
    }
}

#[tokio::test]
async fn what_is_not_in_memory_stays_without_a_name() {
    let world = World::new().await;
    let archive = vec![killmail(900, JITA, PILOT + 1)];
    world.store.import(archive).await.unwrap();
    for killmail in shown(&world, 900).await {
        assert_eq!(killmail["enrichment"], "partial");
        assert_eq!(killmail["attackers"][0]["character_id"], PILOT + 1);
        assert!(killmail["attackers"][0]["character_name"].is_null());
    }
}

#[tokio::test]
async fn a_killmail_that_was_stored_with_names_keeps_them() {
    let world = World::new().await;
    let named = Enrichment {
        progress: Progress::Complete,
        characters: vec![Named {
            id: CharacterId::new(PILOT).unwrap(),
            name: "Anna Before".to_owned(),
        }],
        ..Enrichment::default()
    };
    let offer = Offer {
        parsed: Arc::new(killmail(101, JITA, PILOT)),
        source: SourceName("r2z2".to_owned()),
        origin: Origin::Live,
        trace: None,
        enrichment: Some(Arc::new(named)),
    };
    world.store.insert_event(offer).await.unwrap();
    for killmail in shown(&world, 101).await {
        assert_eq!(killmail["enrichment"], "complete");
        assert_eq!(killmail["attackers"][0]["character_name"], "Anna Before");
    }
}
