//! The past that a client is sent when it begins to follow a system.

use std::time::Duration;

use serde_json::{Value, json};

use crate::channel::{Client, LOBBY, Message, Server};
use crate::world::{AMARR, JITA, PILOT, killmail, killmail_at};

/// A server in whose log Jita has a kill in each of the last `hours` hours; the oldest has id 1.
async fn with_a_past(hours: i64) -> Server {
    let server = Server::start().await;
    let start: jiff::Timestamp = "2026-11-20T11:30:00Z".parse().unwrap();
    for id in 1..=hours {
        let time = start - Duration::from_secs(3_600 * u64::try_from(hours - id).unwrap());
        let parsed = killmail_at(id, JITA, PILOT, &time.to_string());
        server.world.append(parsed).await;
    }
    server
}

fn preloading(preload: &Value) -> Value {
    json!({ "systems": [JITA], "preload": preload })
}

/// The messages up to the count that ends a preload.
async fn preloaded(client: &mut Client) -> Vec<Message> {
    let mut messages = Vec::new();
    loop {
        let message = client.message().await;
        if message.event == "kill_count_update" {
            return messages;
        }
        messages.push(message);
    }
}

fn batches(messages: &[Message]) -> Vec<Vec<i64>> {
    let updates = messages.iter().filter(|one| one.event == "killmail_update");
    updates
        .map(|update| {
            assert_eq!(update.payload["preload"], true);
            assert!(update.payload.get("seq").is_none());
            update.ids()
        })
        .collect()
}

#[tokio::test]
async fn without_a_word_the_five_newest_of_a_day_come_in_one_message() {
    let server = with_a_past(7).await;
    let mut client = server.joined(LOBBY, json!({ "systems": [JITA] })).await;
    let messages = preloaded(&mut client).await;
    assert_eq!(batches(&messages), [[7, 6, 5, 4, 3]]);
    let complete = messages.last().unwrap();
    assert_eq!(complete.event, "preload_complete");
    let expected = json!({ "total_kills": 5, "systems_processed": 1, "errors": [] });
    assert_eq!(complete.payload, expected);
}

#[tokio::test]
async fn the_count_that_follows_is_of_all_kills_of_a_day() {
    let server = with_a_past(30).await;
    let mut client = server.joined(LOBBY, json!({ "systems": [JITA] })).await;
    let count = client.next("kill_count_update").await.payload;
    assert_eq!(
        (&count["system_id"], &count["count"]),
        (&json!(JITA), &json!(24))
    );
}

#[tokio::test]
async fn a_client_says_how_many_it_wants_and_how_old() {
    let server = with_a_past(30).await;
    for (preload, ids) in [
        (json!({ "limit_per_system": 2 }), vec![30, 29]),
        (
            json!({ "limit_per_system": 99, "since_hours": 3 }),
            vec![30, 29, 28],
        ),
        (
            json!({ "limit_per_system": 2, "enabled": true }),
            vec![30, 29],
        ),
        (json!(true), vec![30, 29, 28, 27, 26]),
    ] {
        let mut client = server.joined(LOBBY, preloading(&preload)).await;
        let messages = preloaded(&mut client).await;
        assert_eq!(batches(&messages), [ids], "{preload}");
    }
    let older = json!({ "limit_per_system": 200, "since_hours": 168 });
    let mut client = server.joined(LOBBY, preloading(&older)).await;
    let ids: Vec<i64> = batches(&preloaded(&mut client).await).concat();
    assert_eq!(ids, (1..=30).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_client_that_wants_none_gets_none() {
    let server = with_a_past(3).await;
    for preload in [
        json!(false),
        json!({ "enabled": false }),
        json!({ "limit_per_system": 0 }),
    ] {
        let mut client = server.joined(LOBBY, preloading(&preload)).await;
        assert!(preloaded(&mut client).await.is_empty());
    }
    let resumed = json!({ "systems": [JITA], "resume_from": 3 });
    let mut client = server.joined(LOBBY, resumed).await;
    assert!(preloaded(&mut client).await.is_empty());
}

#[tokio::test]
async fn between_two_messages_lies_the_pause_that_a_client_asks_for() {
    let server = with_a_past(5).await;
    let preload = json!({
        "limit_per_system": 5, "delivery_batch_size": 2, "delivery_interval_ms": 5_000
    });
    let mut client = server.joined(LOBBY, preloading(&preload)).await;
    assert_eq!(client.killmails(2).await, [5, 4]);
    for ids in [&[3, 2][..], &[1]] {
        server.pass(Duration::from_secs(4)).await;
        assert!(client.heartbeat().await.is_empty(), "it comes too early");
        server.pass(Duration::from_secs(1)).await;
        assert_eq!(client.message().await.ids(), ids);
    }
}

#[tokio::test]
async fn without_a_pause_the_messages_follow_each_other() {
    let server = with_a_past(5).await;
    let preload = json!({ "delivery_batch_size": 2 });
    let mut client = server.joined(LOBBY, preloading(&preload)).await;
    let messages = preloaded(&mut client).await;
    assert_eq!(batches(&messages), [vec![5, 4], vec![3, 2], vec![1]]);
}

#[tokio::test]
async fn live_kills_do_not_wait_for_a_preload_and_are_not_in_it() {
    let server = with_a_past(4).await;
    let preload = json!({
        "limit_per_system": 50, "delivery_batch_size": 2, "delivery_interval_ms": 60_000
    });
    let mut client = server.joined(LOBBY, preloading(&preload)).await;
    assert_eq!(client.killmails(2).await, [4, 3]);
    server.world.kill(100, JITA).await;
    let live = client.message().await;
    assert_eq!(live.ids(), [100]);
    assert_eq!(live.payload["preload"], false);
    server.pass(Duration::from_secs(50)).await;
    client.ping().await;
    server.pass(Duration::from_secs(10)).await;
    assert_eq!(batches(&preloaded(&mut client).await), [[2, 1]]);
}

#[tokio::test]
async fn what_a_client_has_of_a_character_is_not_in_the_past_of_a_system() {
    let server = Server::start().await;
    let mut client = server
        .joined(LOBBY, json!({ "character_ids": [PILOT] }))
        .await;
    server.world.append(killmail(1, AMARR, 1)).await;
    server.world.append(killmail(2, AMARR, PILOT)).await;
    assert_eq!(client.killmails(1).await, [2]);
    let amarr = json!({ "systems": [AMARR] });
    client.ask("subscribe_systems", amarr).await;
    assert_eq!(batches(&preloaded(&mut client).await), [[1]]);
}

#[tokio::test]
async fn only_new_systems_have_a_past() {
    let server = with_a_past(2).await;
    let mut client = server.joined(LOBBY, json!({ "systems": [JITA] })).await;
    assert_eq!(batches(&preloaded(&mut client).await), [[2, 1]]);
    let both = json!({ "systems": [JITA, AMARR] });
    client.ask("subscribe_systems", both).await;
    let complete = client.message().await;
    assert_eq!(complete.event, "preload_complete");
    assert_eq!(complete.payload["systems_processed"], 1);
}

#[tokio::test]
async fn who_leaves_gets_no_more_of_the_past() {
    let server = with_a_past(4).await;
    let preload = json!({ "delivery_batch_size": 2, "delivery_interval_ms": 1_000 });
    let mut client = server.joined(LOBBY, preloading(&preload)).await;
    assert_eq!(client.killmails(2).await, [4, 3]);
    client.ask("phx_leave", json!({})).await;
    assert_eq!(client.message().await.event, "phx_close");
    server.pass(Duration::from_secs(5)).await;
    assert!(client.heartbeat().await.is_empty());
}
