//! ESI knows everybody that killmails name, and nobody else.

use std::collections::HashMap;

use killwire_sim::{Feed, names, prices};
use serde_json::Value;

use crate::client::{World, header, json, send, status, world, world_with};

/// Somebody on the first killmails whose corporation is a players' one in an alliance.
async fn somebody(world: &World) -> Value {
    for one in world.sim.offered() {
        let body = json(world.esi(one.killmail_id, &one.hash)).await;
        let attackers = body["attackers"].as_array().unwrap().clone();
        let all = attackers.into_iter().chain([body["victim"].clone()]);
        for one in all {
            if one["character_id"].is_i64() && one["alliance_id"].is_i64() {
                return one;
            }
        }
    }
    panic!("nobody has an alliance");
}

#[tokio::test]
async fn names_of_every_kind_come_in_one_batch_in_the_order_of_the_question() {
    let world = world_with(|config| config.backlog = 10).await;
    let one = somebody(&world).await;
    let id = |member: &str| one[member].as_i64().unwrap();
    let (pilot, corporation, alliance) =
        (id("character_id"), id("corporation_id"), id("alliance_id"));
    let ids = [
        alliance,
        587,
        500_021,
        pilot,
        30_000_142,
        20_000_020,
        10_000_002,
        1_000_125,
        corporation,
    ];
    let rows = json(world.esi_post("universe/names", &ids)).await;
    let rows = rows.as_array().unwrap();
    let seen: Vec<(i64, &str)> = rows
        .iter()
        .map(|row| {
            (
                row["id"].as_i64().unwrap(),
                row["category"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (alliance, "alliance"),
            (587, "inventory_type"),
            (500_021, "faction"),
            (pilot, "character"),
            (30_000_142, "solar_system"),
            (20_000_020, "constellation"),
            (10_000_002, "region"),
            (1_000_125, "corporation"),
            (corporation, "corporation"),
        ]
    );
    for row in rows {
        let id = row["id"].as_i64().unwrap();
        assert_eq!(row["name"].as_str(), world.sim.name_of(id).as_deref());
    }
    assert_eq!(world.sim.name_of(587).as_deref(), Some("Rifter"));
    assert_eq!(world.sim.name_of(pilot), Some(names::character(pilot)));
    let status = world.sim.status();
    assert_eq!(status.esi_requests["POST /universe/names"], 1);
    assert_eq!(status.esi_batch_ids, 9);
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test]
async fn one_unknown_id_fails_a_batch_and_so_do_double_ids_and_too_many() {
    let world = world(Vec::new()).await;
    let post = |ids: &[i64]| send(world.esi_post("universe/names", ids));
    let bad = post(&[587, 4]).await;
    assert_eq!(bad.status(), 404);
    assert_eq!(header(&bad, "x-esi-error-limit-remain"), "99");
    insta::assert_snapshot!(
        bad.text().await.unwrap(),
        @r#"{"error":"Ensure all IDs are valid before resolving."}"#
    );
    assert_eq!(post(&[587, 587]).await.status(), 400);
    assert_eq!(post(&[]).await.status(), 400);
    assert_eq!(world.sim.breaches(), []);
    let many: Vec<i64> = (1..=1_001).collect();
    assert_eq!(post(&many).await.status(), 400);
    assert_eq!(world.count("esi-batch-size"), 1);
}

#[tokio::test]
async fn pilots_corporations_and_alliances_agree_with_the_killmail_and_with_each_other() {
    let world = world_with(|config| config.backlog = 10).await;
    let one = somebody(&world).await;
    let id = |member: &str| one[member].as_i64().unwrap();
    let get = |path: String| json(world.esi_get(&path));
    let pilot = get(format!("characters/{}", id("character_id"))).await;
    assert_eq!(pilot["corporation_id"], one["corporation_id"]);
    assert_eq!(pilot["alliance_id"], one["alliance_id"]);
    let history = get(format!(
        "characters/{}/corporationhistory",
        id("character_id")
    ))
    .await;
    let history = history.as_array().unwrap();
    assert_eq!(history[0]["corporation_id"], one["corporation_id"]);
    assert!(history.len() > 1);
    assert!(history.windows(2).all(|pair| pair[0]["record_id"].as_i64()
        > pair[1]["record_id"].as_i64()
        && pair[0]["start_date"].as_str() > pair[1]["start_date"].as_str()));
    for row in history {
        let corporation = row["corporation_id"].as_i64().unwrap();
        assert!(world.sim.name_of(corporation).is_some());
    }
    let corporation = get(format!("corporations/{}", id("corporation_id"))).await;
    assert_eq!(corporation["alliance_id"], one["alliance_id"]);
    assert_eq!(
        corporation["ticker"].as_str(),
        world.sim.ticker_of(id("corporation_id")).as_deref()
    );
    let alliance = get(format!("alliances/{}", id("alliance_id"))).await;
    assert_eq!(
        alliance["name"].as_str(),
        world.sim.name_of(id("alliance_id")).as_deref()
    );
    let place = json(world.esi_post("characters/affiliation", &[id("character_id")])).await;
    assert_eq!(place[0]["corporation_id"], one["corporation_id"]);
    assert_eq!(place[0]["alliance_id"], one["alliance_id"]);
}

#[tokio::test]
async fn an_answer_keeps_until_its_expires_and_comes_back_as_304_when_it_is_known() {
    let mut world = world(Vec::new()).await;
    for (path, keeps) in [
        ("status", "12:00:30"),
        ("corporations/1000125", "13:00:00"),
        ("markets/prices", "13:00:00"),
    ] {
        let response = send(world.esi_get(path)).await;
        let expires = header(&response, "expires");
        assert!(expires.contains(keeps), "{path}: {expires}");
        assert_ne!(header(&response, "last-modified"), "absent");
        let etag = header(&response, "etag");
        world.begin_anew();
        let again = world.esi_get(path).header("If-None-Match", &etag);
        assert_eq!(status(again).await, 304, "{path}");
    }
    assert_eq!(world.sim.breaches(), []);
    world.begin_anew();
    status(world.esi_get("markets/prices")).await;
    assert_eq!(world.sim.breaches(), []);
    status(world.esi_get("markets/prices")).await;
    assert_eq!(world.count("esi-before-expires"), 1);
}

#[tokio::test]
async fn prices_are_those_of_the_tables_or_missing() {
    let world = world(Vec::new()).await;
    let rows = json(world.esi_get("markets/prices")).await;
    let rows: HashMap<i64, Value> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["type_id"].as_i64().unwrap(), row.clone()))
        .collect();
    assert!(rows.len() > 200);
    for id in prices::priced_types() {
        let known = prices::esi(id);
        assert_eq!(rows.contains_key(&id), known.is_some());
        let average = known.and_then(|known| known.average);
        let seen = rows.get(&id).and_then(|row| row["average_price"].as_f64());
        assert_eq!(seen, average.map(|price| price.0 as f64 / 100.0));
    }
}

#[tokio::test]
async fn a_share_of_ids_can_be_unknown() {
    let world = world_with(|config| {
        config.unknown_ids = 0.2;
        config.backlog = 30;
    })
    .await;
    let mut known = 0;
    let mut unknown = 0;
    for one in world.sim.offered() {
        let body = json(world.esi(one.killmail_id, &one.hash)).await;
        for attacker in body["attackers"].as_array().unwrap() {
            let Some(id) = attacker["character_id"].as_i64() else {
                continue;
            };
            match world.sim.name_of(id) {
                Some(_) => known += 1,
                None => unknown += 1,
            }
        }
    }
    let share = unknown * 100 / (known + unknown);
    assert!((10..30).contains(&share), "{share} %");
    assert!(world.sim.name_of(1_000_125).is_some());
}

#[tokio::test]
async fn everybody_in_played_documents_is_known() {
    let document = r#"{"killmail_id": 7,"killmail_time":"2018-05-31T13:31:07Z","solar_system_id":30002183,
        "victim":{"ship_type_id":587,"character_id":null,"corporation_id":98000009,"alliance_id":1354830081,"damage_taken":1},
        "attackers":[{"final_blow":true,"character_id":1234567890.0,"corporation_id":98000007,"faction_id":500099}]}"#;
    let world = world_with(|config| {
        config.feed = Feed::Files {
            documents: vec![document.as_bytes().to_vec()],
            per_hour: 900.0,
        };
    })
    .await;
    let ids = [
        98_000_009,
        1_354_830_081,
        1_234_567_890,
        98_000_007,
        500_099,
    ];
    let rows = json(world.esi_post("universe/names", &ids)).await;
    assert_eq!(rows.as_array().unwrap().len(), 5);
    assert_eq!(rows[2]["category"], "character");
    let pilot = json(world.esi_get("characters/1234567890")).await;
    assert_eq!(pilot["corporation_id"], 98_000_007);
    assert_eq!(status(world.esi_get("characters/90000000")).await, 404);
}
