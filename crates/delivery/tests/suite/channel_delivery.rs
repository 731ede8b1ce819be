//! Which killmails a channel's client gets, and how often.

use killwire_store::Origin;
use serde_json::{Value, json};

use crate::channel::{LOBBY, STREAM, Server};
use crate::world::{AMARR, JITA, PILOT, World, killmail, killmail_at, killmail_worth};

/// Someone who is not watched.
const NOBODY: i64 = 1;

fn watching(systems: &[i64], characters: &[i64]) -> Value {
    json!({ "systems": systems, "character_ids": characters })
}

#[tokio::test]
async fn systems_and_characters_are_a_union_and_a_killmail_of_both_comes_once() {
    let server = Server::start().await;
    let mut client = server.joined(LOBBY, watching(&[JITA], &[PILOT])).await;
    server.world.append(killmail(1, JITA, NOBODY)).await;
    server.world.append(killmail(2, AMARR, PILOT)).await;
    server.world.append(killmail(3, AMARR, NOBODY)).await;
    server.world.append(killmail(4, JITA, PILOT)).await;
    server.world.append(killmail(5, JITA, NOBODY)).await;
    assert_eq!(client.killmails(4).await, [1, 2, 4, 5]);
}

#[tokio::test]
async fn an_empty_join_gets_nothing_and_subscribes_later() {
    let server = Server::start().await;
    let mut client = server.joined(LOBBY, json!({})).await;
    let mut all = server.joined(STREAM, json!({})).await;
    server.world.kill(1, JITA).await;
    server.world.kill(2, JITA).await;
    // The second shows that the first has been dealt with for everyone.
    assert_eq!(all.killmails(2).await, [1, 2]);
    assert!(client.heartbeat().await.is_empty());

    let characters = json!({ "character_ids": [PILOT] });
    client.ask("subscribe_characters", characters).await;
    server.world.kill(3, JITA).await;
    assert_eq!(client.killmails(1).await, [3]);
}

#[tokio::test]
async fn a_subscription_holds_from_its_answer_and_ends_with_the_answer_to_its_end() {
    let server = Server::start().await;
    let mut client = server.joined(LOBBY, watching(&[JITA], &[])).await;
    server.world.append(killmail(1, AMARR, NOBODY)).await;
    let amarr = json!({ "systems": [AMARR] });
    client.ask("subscribe_systems", amarr.clone()).await;
    // The past of a new system comes first.
    server.world.append(killmail(2, AMARR, NOBODY)).await;
    assert_eq!(client.killmails(2).await, [1, 2]);
    client.ask("unsubscribe_systems", amarr).await;
    server.world.append(killmail(3, AMARR, NOBODY)).await;
    server.world.append(killmail(4, JITA, NOBODY)).await;
    assert_eq!(client.killmails(1).await, [4]);
}

#[tokio::test]
async fn a_killmail_comes_at_its_first_match_and_not_at_a_later_one() {
    let server = Server::start().await;
    let wanted = json!({ "systems": [JITA], "min_value": "5m" });
    let mut client = server.joined(LOBBY, wanted).await;
    server.world.append(killmail_worth(1, JITA, 1)).await;
    server.world.append(killmail_worth(1, JITA, 6)).await;
    server.world.append(killmail_worth(1, JITA, 7)).await;
    server.world.append(killmail_worth(2, JITA, 9)).await;
    let first = client.next("killmail_update").await;
    assert_eq!(first.ids(), [1]);
    assert_eq!(first.payload["seq"], 2);
    assert_eq!(
        first.payload["killmails"][0]["zkb"]["total_value"],
        6_000_000
    );
    assert!(first.payload.get("updated").is_none());
    assert_eq!(client.killmails(1).await, [2]);
}

#[tokio::test]
async fn updates_come_to_who_asks_for_them() {
    let server = Server::start().await;
    let wanted = json!({ "systems": [JITA], "updates": true });
    let mut client = server.joined(LOBBY, wanted).await;
    server.world.append(killmail(1, JITA, PILOT)).await;
    server.world.append(killmail_worth(1, JITA, 7)).await;
    assert_eq!(client.next("killmail_update").await.payload["seq"], 1);
    let update = client.next("killmail_update").await;
    assert_eq!(update.ids(), [1]);
    assert_eq!(update.payload["updated"], true);
    assert_eq!(update.payload["seq"], 2);
}

#[tokio::test]
async fn kills_older_than_a_day_come_to_who_asks_for_them() {
    let server = Server::start().await;
    let mut plain = server.joined(LOBBY, watching(&[JITA], &[])).await;
    let longer = json!({ "systems": [JITA], "max_age_hours": 48 });
    let mut longer = server.joined(LOBBY, longer).await;
    let mut stream = server.joined(STREAM, json!({})).await;
    for (id, time) in [
        (1, "2026-11-18T11:59:59Z"),
        (2, "2026-11-19T11:59:59Z"),
        (3, "2026-11-19T12:00:01Z"),
    ] {
        server
            .world
            .append(killmail_at(id, JITA, PILOT, time))
            .await;
    }
    assert_eq!(plain.killmails(1).await, [3]);
    assert_eq!(longer.killmails(2).await, [2, 3]);
    assert_eq!(stream.killmails(3).await, [1, 2, 3]);
}

#[tokio::test]
async fn what_turned_up_late_comes_to_who_asks_for_it() {
    let server = Server::start().await;
    let mut plain = server.joined(LOBBY, watching(&[JITA], &[])).await;
    let any = json!({ "systems": [JITA], "origin": "any" });
    let mut any = server.joined(LOBBY, any).await;
    let late = killmail(1, JITA, PILOT);
    server.world.append_as(late, Origin::Late).await;
    server.world.kill(2, JITA).await;
    assert_eq!(plain.killmails(1).await, [2]);
    assert_eq!(any.killmails(2).await, [1, 2]);
}

#[tokio::test]
async fn a_client_that_resumes_misses_nothing_and_gets_nothing_twice() {
    let server = Server::start().await;
    let mut client = server.joined(LOBBY, watching(&[JITA], &[])).await;
    server.world.kill(1, JITA).await;
    assert_eq!(client.next("killmail_update").await.payload["seq"], 1);
    drop(client);
    server.world.kill(2, JITA).await;
    server.world.append(killmail(3, AMARR, NOBODY)).await;
    let wanted = json!({ "systems": [JITA], "resume_from": 1 });
    let mut client = server.joined(LOBBY, wanted).await;
    server.world.kill(4, JITA).await;
    assert_eq!(client.killmails(2).await, [2, 4]);
}

#[tokio::test]
async fn a_position_that_is_not_from_this_log_is_refused_and_the_connection_goes_on() {
    let server = Server::start().await;
    let mut client = server.connect().await;
    let frame = r#"["1","1","killmails:lobby","phx_join",{"resume_from":7}]"#;
    client.socket.text(frame).await;
    let reply = client.message().await.payload;
    assert_eq!(reply["status"], "error");
    assert_eq!(
        reply["response"]["reason"],
        "resume_from 7 lies beyond the log's end 0; it is not from this log"
    );
    client.join(LOBBY, watching(&[JITA], &[])).await;
    server.world.kill(1, JITA).await;
    assert_eq!(client.killmails(1).await, [1]);
}

#[tokio::test]
async fn who_resumes_from_before_the_logs_beginning_is_told_of_the_gap() {
    let server = Server::of(World::with_a_gap().await).await;
    let wanted = json!({ "resume_from": 0 });
    let mut client = server.joined(STREAM, wanted).await;
    let gap = client.next("gap").await;
    assert_eq!(gap.payload["after"], 0);
    assert_eq!(gap.payload["oldest"], 2);
    assert_eq!(client.killmails(1).await, [2]);
}

#[tokio::test]
async fn a_second_join_goes_on_where_the_first_stood() {
    let server = Server::start().await;
    let mut client = server.joined(LOBBY, watching(&[JITA], &[])).await;
    server.world.kill(1, JITA).await;
    server.world.kill(2, JITA).await;
    assert_eq!(client.killmails(1).await, [1]);
    // Whether the second has been sent already or not, it comes once; and the past that comes with
    // the join leaves out what was sent.
    let own = r#"["9","9","killmails:lobby","phx_join",{"systems":[30000142,30002187]}]"#;
    client.socket.text(own).await;
    server.world.kill(3, AMARR).await;
    server.world.kill(4, JITA).await;
    assert_eq!(client.killmails(3).await, [2, 3, 4]);
}

#[tokio::test]
async fn each_topic_of_a_connection_has_its_own_events() {
    let server = Server::start().await;
    let mut client = server.joined(LOBBY, watching(&[JITA], &[])).await;
    client.join(&format!("system:{AMARR}"), json!({})).await;
    client.join(STREAM, json!({ "systems": [AMARR] })).await;
    server.world.kill(1, JITA).await;
    server.world.kill(2, AMARR).await;
    let mut came = Vec::new();
    while came.len() < 3 {
        let message = client.message().await;
        came.extend(
            message
                .ids()
                .into_iter()
                .map(|id| (id, message.topic.clone())),
        );
    }
    came.sort();
    let topics: Vec<(i64, &str)> = came.iter().map(|(id, topic)| (*id, &topic[..])).collect();
    assert_eq!(topics, [(1, LOBBY), (2, STREAM), (2, "system:30002187")]);
}

#[tokio::test]
async fn filters_narrow_what_is_watched_and_those_that_are_wrong_are_named() {
    let server = Server::start().await;
    let wanted = json!({ "systems": [JITA], "min_value": 5_000_000, "npc": false });
    let mut client = server.joined(LOBBY, wanted).await;
    server.world.append(killmail_worth(1, JITA, 1)).await;
    server.world.append(killmail_worth(2, AMARR, 9)).await;
    server.world.append(killmail_worth(3, JITA, 9)).await;
    assert_eq!(client.killmails(1).await, [3]);

    let wrong = r#"["7","7","killmails:stream","phx_join",{"min_value":"lots"}]"#;
    client.socket.text(wrong).await;
    let reply = client.message().await.payload;
    assert_eq!(reply["status"], "error");
    let reason = reply["response"]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with(r#"min_value is "lots": expected"#),
        "{reason}"
    );
}
