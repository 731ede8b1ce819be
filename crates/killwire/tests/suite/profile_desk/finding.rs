//! What profiles find in the feed: stored, streamed, and sent on a channel.

use serde_json::{Value, json};

use super::channel::Channel;
use super::client::{Client, PROFILES};
use crate::server::{Server, World};

/// Enough for the feed to last while a test begins.
const KILLMAILS: u64 = 150;

/// The matches of an answer, each as its number, profile and killmail.
fn matches(of: &Value) -> Vec<(i64, i64, i64)> {
    let number = |found: &Value, name: &str| found[name].as_i64().unwrap();
    let found = of["matches"].as_array().unwrap().iter();
    found
        .map(|found| {
            let id = number(found, "killmail_id");
            (number(found, "match_seq"), number(found, "profile_id"), id)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_feed_brings_reaches_pages_streams_and_channels_alike() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let world = World::unhurried(KILLMAILS).await;
    let server = Server::serve(home, &world);
    let client = Client::with_token(&server, home, "mapper", "write");
    let all = client.profile("all", "attackers.count >= 1").await;
    let npcs = client.profile("npcs", "npc").await;
    let asleep = json!({ "name": "asleep", "condition": "id >= 1", "enabled": false });
    let asleep = client.post(PROFILES, &asleep).await.is(201);

    let mut stream = client
        .stream(&format!("{PROFILES}/{all}/stream?last_event_id=0"))
        .await;
    let mut both = client
        .stream(&format!("{PROFILES}/stream?last_event_id=0"))
        .await;
    let mut channel = Channel::connect(&client).await;
    let topic = format!("profiles:{all}");
    let joined = channel.join(&topic, json!({ "resume_from": 0 })).await;
    assert_eq!(joined["status"], "ok", "{joined}");

    let mut streamed = Vec::new();
    for _ in 0..5 {
        let (event, found) = stream.next().await.unwrap();
        assert_eq!(event, "match");
        assert_eq!(found["profile_id"], all);
        assert_eq!(found["killmail"]["killmail_id"], found["killmail_id"]);
        assert!(
            found["reason"]["because"][0]
                .as_str()
                .unwrap()
                .starts_with("attackers.count >= 1"),
            "{found}"
        );
        assert_eq!(
            channel.next(&topic, "match").await,
            found,
            "channels say the same"
        );
        streamed.push((
            found["match_seq"].as_i64().unwrap(),
            all,
            found["killmail_id"].as_i64().unwrap(),
        ));
    }
    let status = server
        .until("/status", |status| {
            status["feed"]["counts"]["new"] == KILLMAILS
                && status["surveillance"]["reader"]["lag"] == 0
        })
        .await;

    let path = format!("{PROFILES}/{all}/matches");
    let page = client.get(&format!("{path}?limit=5")).await.ok();
    assert_eq!(matches(&page), streamed);
    let next = &page["next"];
    let rest = client
        .get(&format!("{path}?after={next}&limit=1000"))
        .await
        .ok();
    let mut found = matches(&page);
    found.extend(matches(&rest));
    let killmails: Vec<i64> = found.iter().map(|found| found.2).collect();
    let log = server
        .json("/api/v1/events?after=0&limit=1000&kinds=new")
        .await;
    let after: Vec<i64> = (log["events"].as_array().unwrap().iter())
        .map(|event| event["killmail_id"].as_i64().unwrap())
        .skip_while(|id| *id != killmails[0])
        .collect();
    assert_eq!(
        killmails, after,
        "everything from when it was made, in the order of the log"
    );
    let newest = client
        .get(&format!("{path}?order=newest&limit=1&killmails=true"))
        .await
        .ok();
    assert_eq!(matches(&newest), [*found.last().unwrap()]);
    assert_eq!(
        newest["matches"][0]["killmail"]["killmail_id"],
        *after.last().unwrap()
    );

    // All of one's profiles on one stream, in the order of their numbers.
    let head = status["surveillance"]["matches"]["head"].as_i64().unwrap();
    let mut seen = Vec::new();
    for _ in 0..head {
        let (_, found) = both.next().await.unwrap();
        seen.push(found["match_seq"].as_i64().unwrap());
    }
    assert_eq!(seen, (1..=head).collect::<Vec<i64>>());

    // Which profiles have found a killmail.
    let found_npcs = client
        .get(&format!("{PROFILES}/{npcs}/matches?limit=1000"))
        .await
        .ok();
    let npc_kills = matches(&found_npcs);
    assert!(!npc_kills.is_empty() && npc_kills.len() < killmails.len());
    let killmail = npc_kills[0].2;
    let by = client
        .get(&format!("/api/v1/kills/{killmail}/profiles"))
        .await
        .ok();
    assert_eq!(by["killmail_id"], killmail);
    let by: Vec<&Value> = (by["matches"].as_array().unwrap().iter())
        .map(|found| &found["profile_name"])
        .collect();
    assert!(by.contains(&&json!("npcs")) && by.len() <= 2, "{by:?}");
    let none = client.get("/api/v1/kills/999/profiles").await.ok();
    assert_eq!(none, json!({ "killmail_id": 999, "matches": [] }));
    let none = client
        .get(&format!("{PROFILES}/{}/matches", asleep["id"]))
        .await
        .ok();
    assert_eq!(none["matches"], json!([]));
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_finds_by_its_new_condition_and_nothing_while_it_rests() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let world = World::unhurried(KILLMAILS).await;
    let server = Server::serve(home, &world);
    let client = Client::with_token(&server, home, "mapper", "write");
    let id = client.profile("all", "attackers.count >= 1").await;
    let one = format!("{PROFILES}/{id}");
    let mut stream = client
        .stream(&format!("{one}/stream?last_event_id=0"))
        .await;
    stream.next().await.unwrap();
    let replaced = json!({ "condition": "id >= 1" });
    client.put(&one, &replaced).await.ok();
    let found = loop {
        let (_, found) = stream.next().await.unwrap();
        if found["profile_version"] == 2 {
            break found;
        }
    };
    assert!(
        found["reason"]["because"][0]
            .as_str()
            .unwrap()
            .starts_with("id >= 1"),
        "{found}"
    );
    client
        .post(&format!("{one}/disable"), &json!({}))
        .await
        .ok();
    let status = server
        .until("/status", |status| {
            status["feed"]["counts"]["new"] == KILLMAILS
                && status["surveillance"]["reader"]["lag"] == 0
        })
        .await;
    let head = status["surveillance"]["matches"]["head"].as_u64().unwrap();
    assert!(head < KILLMAILS, "{status}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_and_topics_end_with_their_profile_and_say_why() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let world = World::of(1).await;
    let server = Server::serve(home, &world);
    let client = Client::with_token(&server, home, "mapper", "write");
    for (end, name) in [("disable", "disabled"), ("delete", "deleted")] {
        let id = client.profile(end, "id < 1").await;
        let one = format!("{PROFILES}/{id}");
        let topic = format!("profiles:{id}");
        let mut stream = client.stream(&format!("{one}/stream")).await;
        let mut channel = Channel::connect(&client).await;
        assert_eq!(channel.join(&topic, json!({})).await["status"], "ok");
        if end == "delete" {
            client.delete(&one).await.is(204);
        } else {
            client.post(&format!("{one}/{end}"), &json!({})).await.ok();
        }
        let last = json!({ "profile_id": id });
        assert_eq!(stream.next().await, Some((name.to_owned(), last.clone())));
        assert_eq!(stream.next().await, None);
        assert_eq!(channel.next(&topic, name).await, last);
        assert_eq!(channel.next(&topic, "phx_close").await, json!({}));
    }
}
