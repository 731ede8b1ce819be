//! Each service answers in the shape of the real one.

use std::io::Read;

use serde_json::Value;

use crate::client::{FIRST, header, json, send, status, world};

/// The names and kinds of a document's members, without the content.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, v)| (name.clone(), shape(v)))
            .collect(),
        Value::Array(items) => Value::Array(items.first().map(shape).into_iter().collect()),
        Value::Number(number) if number.is_f64() => "float".into(),
        Value::Number(_) => "integer".into(),
        Value::Bool(_) => "bool".into(),
        Value::String(_) => "text".into(),
        Value::Null => Value::Null,
    }
}

#[tokio::test]
async fn an_entry_is_the_killmail_with_zkillboards_block_and_the_feeds_numbers() {
    let world = world(Vec::new()).await;
    world.advance(60);
    let mut entry = json(world.entry(FIRST + 2)).await;
    assert_eq!(entry["sequence_id"], FIRST + 2);
    assert_eq!(entry["hash"], entry["zkb"]["hash"]);
    assert_eq!(entry["killmail_id"], entry["esi"]["killmail_id"]);
    let href = format!(
        "https://esi.evetech.net/killmails/{}/{}/",
        entry["killmail_id"],
        entry["hash"].as_str().unwrap()
    );
    assert_eq!(entry["zkb"]["href"], href);
    entry["esi"] = Value::from("checked elsewhere");
    insta::assert_json_snapshot!(shape(&entry), @r#"
    {
      "esi": "text",
      "hash": "text",
      "killmail_id": "integer",
      "sequence_id": "integer",
      "uploaded_at": "integer",
      "zkb": {
        "attackerCount": "integer",
        "awox": "bool",
        "destroyedValue": "integer",
        "droppedValue": "integer",
        "fittedValue": "integer",
        "hash": "text",
        "href": "text",
        "labels": [
          "text"
        ],
        "locationID": "integer",
        "npc": "bool",
        "points": "integer",
        "solo": "bool",
        "totalDroppableValue": "integer",
        "totalValue": "integer"
      }
    }
    "#);
}

#[tokio::test]
async fn a_killmail_never_changes_for_a_seed() {
    let world = world(Vec::new()).await;
    let text = send(world.entry(FIRST)).await.text().await.unwrap();
    insta::assert_snapshot!(text, @r##"{"killmail_id":134500002,"hash":"ab6732611e986db1f7174278781a8cdbb4b036b0","esi":{"attackers":[{"damage_done":421,"faction_id":500012,"final_blow":true,"security_status":0.0,"ship_type_id":24138},{"damage_done":10,"faction_id":500012,"final_blow":false,"security_status":0.0,"ship_type_id":24138},{"damage_done":56,"faction_id":500012,"final_blow":false,"security_status":0.0,"ship_type_id":24138},{"damage_done":50,"faction_id":500012,"final_blow":false,"security_status":0.0,"ship_type_id":24138},{"damage_done":115,"faction_id":500012,"final_blow":false,"security_status":0.0,"ship_type_id":24138}],"killmail_id":134500002,"killmail_time":"2026-11-20T11:57:12Z","solar_system_id":30000848,"victim":{"character_id":2115486128,"corporation_id":1000167,"damage_taken":652,"items":[{"flag":89,"item_type_id":9899,"quantity_destroyed":1,"singleton":0},{"flag":89,"item_type_id":9941,"quantity_destroyed":1,"singleton":0},{"flag":89,"item_type_id":9942,"quantity_destroyed":1,"singleton":0},{"flag":89,"item_type_id":9943,"quantity_destroyed":1,"singleton":0},{"flag":89,"item_type_id":9956,"quantity_destroyed":1,"singleton":0},{"flag":89,"item_type_id":20121,"quantity_destroyed":1,"singleton":0}],"position":{"x":-397938683841.89233,"y":153287433709.64847,"z":1850374980852.2944},"ship_type_id":670}},"zkb":{"locationID":40235312,"hash":"ab6732611e986db1f7174278781a8cdbb4b036b0","fittedValue":10000,"droppedValue":0,"destroyedValue":127010000,"totalValue":127010000,"totalDroppableValue":127000000,"points":1,"npc":true,"solo":false,"awox":false,"labels":["tz:au","cat:6","#:5+","npc","loc:nullsec"],"attackerCount":5,"href":"https://esi.evetech.net/killmails/134500002/ab6732611e986db1f7174278781a8cdbb4b036b0/"},"uploaded_at":1795176000,"sequence_id":96000000}"##);
}

#[tokio::test]
async fn the_pointer_is_one_number() {
    let world = world(Vec::new()).await;
    let text = send(world.r2z2("ephemeral/sequence.json"))
        .await
        .text()
        .await
        .unwrap();
    insta::assert_snapshot!(text, @r#"{"sequence":96000000}"#);
}

#[tokio::test]
async fn a_number_to_come_is_404_with_a_page_and_without_retry_after() {
    let world = world(Vec::new()).await;
    let response = send(world.entry(FIRST + 500)).await;
    assert_eq!(response.status(), 404);
    assert_eq!(
        header(&response, "content-type"),
        "text/html; charset=UTF-8"
    );
    assert_eq!(header(&response, "retry-after"), "absent");
}

#[tokio::test]
async fn bodies_are_gzip_only_for_who_reads_it() {
    let world = world(Vec::new()).await;
    let raw = reqwest::Client::builder()
        .user_agent("a@b")
        .no_gzip()
        .build()
        .unwrap();
    let url = format!("{}/ephemeral/{FIRST}.json", world.sim.r2z2_url());
    assert_eq!(
        header(&send(raw.get(&url)).await, "content-encoding"),
        "absent"
    );
    let zipped = send(raw.get(&url).header("Accept-Encoding", "br, gzip")).await;
    assert_eq!(header(&zipped, "content-encoding"), "gzip");
    let mut text = String::new();
    let bytes = zipped.bytes().await.unwrap();
    flate2::read::GzDecoder::new(bytes.as_ref())
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text, send(raw.get(&url)).await.text().await.unwrap());
}

#[tokio::test]
async fn history_maps_ids_to_hashes_and_counts_days() {
    let world = world(Vec::new()).await;
    world.advance(400);
    let index = json(world.r2z2("history/20261120.json")).await;
    let offered = world.sim.offered();
    assert_eq!(index.as_object().unwrap().len(), offered.len());
    assert_eq!(index[offered[3].killmail_id.to_string()], offered[3].hash);
    world.advance(1);
    let totals = json(world.r2z2("history/totals.json")).await;
    assert_eq!(totals["20261120"], offered.len());
    assert_eq!(status(world.r2z2("history/20261119.json")).await, 404);
    assert_eq!(status(world.r2z2("history/yesterday.json")).await, 404);
}

#[tokio::test]
async fn esi_serves_the_same_body_with_its_budgets() {
    let world = world(Vec::new()).await;
    let one = world.sim.offered().remove(0);
    let response = send(world.esi(one.killmail_id, &one.hash)).await;
    let seen: Vec<String> = [
        "x-esi-error-limit-remain",
        "x-esi-error-limit-reset",
        "x-ratelimit-group",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-used",
        "expires",
    ]
    .map(|name| format!("{name}: {}", header(&response, name)))
    .into();
    insta::assert_snapshot!(seen.join("\n"), @r"
    x-esi-error-limit-remain: absent
    x-esi-error-limit-reset: absent
    x-ratelimit-group: killmail
    x-ratelimit-limit: 3600/15m
    x-ratelimit-remaining: 3598
    x-ratelimit-used: 2
    expires: Sun, 20 Dec 2026 12:00:00 GMT
    ");
    let etag = header(&response, "etag");
    let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert_eq!(body, json(world.entry(FIRST)).await["esi"]);

    let again = world
        .esi(one.killmail_id, &one.hash)
        .header("If-None-Match", etag);
    let response = send(again).await;
    assert_eq!(response.status(), 304);
    assert_eq!(header(&response, "x-ratelimit-remaining"), "3597");
}

#[tokio::test]
async fn esi_refuses_a_wrong_hash_and_an_unknown_id() {
    let world = world(Vec::new()).await;
    let one = world.sim.offered().remove(0);
    let wrong = send(world.esi(one.killmail_id, &"0".repeat(40))).await;
    assert_eq!(wrong.status(), 422);
    assert_eq!(header(&wrong, "x-ratelimit-remaining"), "3595");
    insta::assert_snapshot!(
        wrong.text().await.unwrap(),
        @r#"{"error":"Invalid killmail_id and/or killmail_hash"}"#
    );
    assert_eq!(status(world.esi(1, &one.hash)).await, 404);
    // A trailing slash is as good.
    assert_eq!(
        status(world.esi(one.killmail_id, &format!("{}/", one.hash))).await,
        200
    );
}

#[tokio::test]
async fn eve_ref_packs_a_day_with_hashes_and_without_zkillboards_block() {
    let world = world(Vec::new()).await;
    world.advance(400);
    let bytes = send(world.everef("2026/killmails-2026-11-20.tar.bz2"))
        .await
        .bytes()
        .await
        .unwrap();
    let mut archive = tar::Archive::new(bzip2::read::BzDecoder::new(bytes.as_ref()));
    let offered = world.sim.offered();
    let mut found = 0;
    for member in archive.entries().unwrap() {
        let mut member = member.unwrap();
        let path = member.path().unwrap().display().to_string();
        let one = &offered[found];
        assert_eq!(path, format!("killmails/{}.json", one.killmail_id));
        let mut text = String::new();
        member.read_to_string(&mut text).unwrap();
        let body: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(body["killmail_hash"], one.hash);
        assert!(body["http_last_modified"].is_string() && body["zkb"].is_null());
        found += 1;
    }
    assert_eq!(found, offered.len());
    world.advance(1);
    assert_eq!(
        json(world.everef("totals.json")).await["20261120"],
        offered.len()
    );
    assert_eq!(
        status(world.everef("2026/killmails-2026-11-19.tar.bz2")).await,
        404
    );
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test]
async fn the_status_tells_how_the_simulator_stands() {
    let world = world(Vec::new()).await;
    world.advance(40);
    status(world.entry(FIRST)).await;
    let url = format!("{}/sim/status", world.sim.base_url());
    let stands = json(world.http.get(url)).await;
    insta::assert_json_snapshot!(stands, @r#"
    {
      "bad_entries": 0,
      "breaches": {},
      "busiest_second": 1,
      "esi_batch_ids": 0,
      "esi_requests": {},
      "faults": {},
      "feed_done": false,
      "head": 96000009,
      "holes": 0,
      "now": "2026-11-20T12:00:40Z",
      "offered": 10,
      "requests": {
        "r2z2": 1
      },
      "sequence_json": 96000000
    }
    "#);
}

#[tokio::test]
async fn stopping_ends_what_hangs_and_closes_the_port() {
    use killwire_sim::{Fault, FaultRule};
    let rule = FaultRule::of_sequence(FIRST, Fault::Hang);
    let world = world(vec![rule]).await;
    let hung = tokio::spawn(world.entry(FIRST).send());
    while world.sim.status().faults.is_empty() {
        tokio::task::yield_now().await;
    }
    let again = world.entry(FIRST);
    world.sim.stop().await;
    assert!(
        hung.await
            .unwrap()
            .is_ok_and(|response| response.status() == 503)
    );
    assert!(again.send().await.is_err());
}
