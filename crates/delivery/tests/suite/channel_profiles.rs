//! Topics of profiles.

use std::time::Duration;

use insta::assert_snapshot;
use killwire_store::{ProfileId, Scope};
use serde_json::{Value, json};

use crate::channel::{Client, Message, STREAM, Server, V2};
use crate::watcher::Watcher;
use crate::websocket::Socket;
use crate::world::{JITA, World};

/// A server, somebody with a token, and a profile of theirs.
async fn watched() -> (Server, Watcher, ProfileId) {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let profile = world.profile(Some(&owner), "mine").await;
    (Server::of(world).await, owner, profile)
}

/// A connection with somebody's token.
async fn connect(server: &Server, watcher: &Watcher) -> Client {
    let path = format!("{V2}&token={}", watcher.secret.reveal());
    server.connect_at(&path).await
}

fn topic(profile: ProfileId) -> String {
    format!("profiles:{profile}")
}

/// The numbers of the next matches.
async fn matches(client: &mut Client, count: usize) -> Vec<i64> {
    let mut numbers = Vec::new();
    while numbers.len() < count {
        let found = client.next("match").await;
        numbers.push(found.payload["match_seq"].as_i64().unwrap());
    }
    numbers
}

/// Joins, and answers why that is refused.
async fn refused(client: &mut Client, topic: &str, payload: Value) -> String {
    let join = json!(["1", "1", topic, "phx_join", payload]);
    client.socket.text(&join.to_string()).await;
    let reply = client.next("phx_reply").await;
    assert_eq!(reply.payload["status"], "error", "{reply:?}");
    let reason = reply.payload["response"]["reason"].as_str();
    reason.unwrap().to_owned()
}

#[tokio::test]
async fn a_profiles_topic_over_the_wire() {
    let (server, owner, profile) = watched().await;
    let mut socket = Socket::connect(server.address, None).await;
    let path = format!("{V2}&token={}", owner.secret.reveal());
    socket.upgrade(&path).await;
    let mut text = String::new();
    let mut hear = async |socket: &mut Socket| {
        text.push_str(&socket.next_text().await);
        text.push('\n');
    };
    let topic = topic(profile);
    socket
        .text(&format!(r#"["1","1","{topic}","phx_join",{{}}]"#))
        .await;
    hear(&mut socket).await;
    server.world.match_of(profile, 101).await;
    hear(&mut socket).await;
    socket
        .text(&format!(r#"["1","2","{topic}","phx_leave",{{}}]"#))
        .await;
    hear(&mut socket).await;
    hear(&mut socket).await;
    assert_snapshot!(text, @r#"
    ["1","1","profiles:1","phx_reply",{"status":"ok","response":{"status":"connected","profile_id":1,"match_seq":0,"head":0}}]
    [null,null,"profiles:1","match",{"match_seq":1,"profile_id":1,"profile_version":1,"killmail_id":101,"seq":1,"matched_at":"2026-11-20T12:00:00Z","reason":{"true":["solo"]},"killmail":{"killmail_id":101,"killmail_time":"2026-11-20T11:59:00Z","kill_time":"2026-11-20T11:59:00Z","solar_system_id":30000142,"system_id":30000142,"attacker_count":1,"victim":{"ship_type_id":670,"damage_taken":440,"items":[]},"attackers":[{"character_id":90000001,"damage_done":440,"final_blow":true}],"final_blow_attacker":{"character_id":90000001,"damage_done":440,"final_blow":true}}}]
    ["1","2","profiles:1","phx_reply",{"status":"ok","response":{}}]
    ["1","1","profiles:1","phx_close",{}]
    "#);
}

#[tokio::test]
async fn a_client_that_comes_back_misses_nothing_and_gets_nothing_twice() {
    let (server, owner, profile) = watched().await;
    let other = server.world.profile(Some(&owner), "other").await;
    let mut client = connect(&server, &owner).await;
    let joined = client.join(&topic(profile), json!({})).await;
    assert_eq!(
        (&joined["match_seq"], &joined["head"]),
        (&json!(0), &json!(0))
    );
    server.world.match_of(other, 1).await;
    server.world.match_of(profile, 2).await;
    assert_eq!(matches(&mut client, 1).await, [2]);
    drop(client);
    for killmail in 3..=50 {
        server.world.match_of(profile, killmail).await;
    }
    let mut client = connect(&server, &owner).await;
    let from = json!({ "resume_from": 2 });
    let joined = client.join(&topic(profile), from).await;
    assert_eq!(
        (&joined["match_seq"], &joined["head"]),
        (&json!(2), &json!(50))
    );
    server.world.match_of(profile, 51).await;
    let rest: Vec<i64> = (3..=51).collect();
    assert_eq!(matches(&mut client, 49).await, rest);
    // A second join goes on where the first stood.
    let joined = client.join(&topic(profile), json!({})).await;
    assert_eq!(joined["match_seq"], 51);
    server.world.match_of(profile, 52).await;
    assert_eq!(matches(&mut client, 1).await, [52]);
}

#[tokio::test]
async fn topics_of_profiles_and_of_killmails_live_on_one_connection() {
    let (server, owner, profile) = watched().await;
    let other = server.world.profile(Some(&owner), "other").await;
    let mut client = connect(&server, &owner).await;
    for topic in [topic(profile), topic(other), STREAM.to_owned()] {
        client.join(&topic, json!({})).await;
    }
    let seq = server.world.kill(1, JITA).await;
    server.world.found(profile, 1, seq).await;
    server.world.found(other, 1, seq).await;
    let mut heard = Vec::new();
    while heard.len() < 3 {
        let Message { topic, event, .. } = client.message().await;
        if event != "connected" {
            heard.push((topic, event));
        }
    }
    heard.sort();
    let expected = [
        (STREAM, "new_killmail"),
        ("profiles:1", "match"),
        ("profiles:2", "match"),
    ];
    let heard: Vec<_> = heard
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(heard, expected);
    server.until(|report| report.readers == 3).await;
    drop(client);
    server.until(|report| report.readers == 0).await;
}

#[tokio::test]
async fn who_may_not_join_is_told_why() {
    let (server, owner, profile) = watched().await;
    let other = server.world.watcher("other", Scope::Write).await;
    let admin = server.world.watcher("admin", Scope::Admin).await;
    let topic = topic(profile);
    let mut nobody = server.connect().await;
    assert_snapshot!(refused(&mut nobody, &topic, json!({})).await, @r#"a profile's topic needs a token: connect with ?token=kw_…, or with the header "Authorization: Bearer kw_…""#);
    let mut client = connect(&server, &other).await;
    assert_snapshot!(refused(&mut client, &topic, json!({})).await, @"profile 1 belongs to another token");
    assert_snapshot!(refused(&mut client, "profiles:99", json!({})).await, @"there is no profile 99");
    let mut client = connect(&server, &owner).await;
    let ahead = json!({ "resume_from": 7 });
    assert_snapshot!(refused(&mut client, &topic, ahead).await, @"resume_from 7 lies beyond the last match 0; it is not from this database");
    let wrong = json!({ "resume_from": "soon" });
    assert_snapshot!(refused(&mut client, &topic, wrong).await, @"[validation:invalid_resume_from] resume_from must be the match_seq of a match");
    let mut client = connect(&server, &admin).await;
    client.join(&topic, json!({})).await;
    server.world.match_of(profile, 1).await;
    assert_eq!(matches(&mut client, 1).await, [1]);
}

#[tokio::test]
async fn a_topic_ends_with_its_profile_and_the_others_go_on() {
    let (server, owner, profile) = watched().await;
    let other = server.world.profile(Some(&owner), "other").await;
    let mut client = connect(&server, &owner).await;
    client.join(&topic(profile), json!({})).await;
    client.join(&topic(other), json!({})).await;
    // No time passes: the connection is woken by the deletion itself.
    assert!(server.world.store.delete_profile(profile).await.unwrap());
    let mut end = Vec::new();
    for _ in 0..2 {
        end.push(client.socket.next_text().await);
    }
    assert_snapshot!(end.join("\n"), @r#"
    [null,null,"profiles:1","deleted",{"profile_id":1}]
    ["1","1","profiles:1","phx_close",{}]
    "#);
    server.world.match_of(other, 1).await;
    assert_eq!(matches(&mut client, 1).await, [1]);
    let why = refused(&mut client, &topic(profile), json!({})).await;
    assert_eq!(why, "there is no profile 1");
}

#[tokio::test]
async fn a_topic_ends_when_its_profile_is_turned_off_after_what_it_had_found() {
    let (server, owner, profile) = watched().await;
    let mut client = connect(&server, &owner).await;
    client.join(&topic(profile), json!({})).await;
    for killmail in 1..=3 {
        server.world.match_of(profile, killmail).await;
    }
    let disabled = server.world.store.set_profile_enabled(profile, false).await;
    assert!(!disabled.unwrap().unwrap().enabled);
    assert_eq!(matches(&mut client, 3).await, [1, 2, 3]);
    let mut end = Vec::new();
    for _ in 0..2 {
        end.push(client.socket.next_text().await);
    }
    assert_snapshot!(end.join("\n"), @r#"
    [null,null,"profiles:1","disabled",{"profile_id":1}]
    ["1","1","profiles:1","phx_close",{}]
    "#);
    // It may be joined again, and goes on once it is turned on.
    let joined = client
        .join(&topic(profile), json!({ "resume_from": 3 }))
        .await;
    assert_eq!(joined["match_seq"], 3);
    let enabled = server.world.store.set_profile_enabled(profile, true).await;
    assert!(enabled.unwrap().unwrap().enabled);
    server.world.match_of(profile, 4).await;
    assert_eq!(matches(&mut client, 1).await, [4]);
}

#[tokio::test]
async fn a_revoked_token_ends_the_connection_without_a_word_of_the_client() {
    let (server, owner, profile) = watched().await;
    let mut client = connect(&server, &owner).await;
    client.join(&topic(profile), json!({})).await;
    server.world.revoke(&owner).await;
    server.pass(Duration::from_secs(40)).await;
    client.socket.ended().await;
}

#[tokio::test]
async fn a_client_that_reads_slowly_gets_every_match_once() {
    let server = Server::with_small_buffers().await;
    let owner = server.world.watcher("owner", Scope::Read).await;
    let profile = server.world.profile(Some(&owner), "mine").await;
    let path = format!("{V2}&token={}", owner.secret.reveal());
    let mut client = server.connect_in(&path, Some(16 << 10)).await;
    client.join(&topic(profile), json!({})).await;
    for killmail in 1..=60 {
        let parsed = crate::world::fleet_fight(killmail, JITA, 200);
        let seq = server.world.append(parsed).await;
        server.world.found(profile, killmail, seq).await;
    }
    server
        .until(|report| report.list.iter().any(|reader| reader.lag > 0))
        .await;
    let all: Vec<i64> = (1..=60).collect();
    assert_eq!(matches(&mut client, 60).await, all);
    server
        .until(|report| report.list.iter().all(|reader| reader.lag == 0))
        .await;
}
