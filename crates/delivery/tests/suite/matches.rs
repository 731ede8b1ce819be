//! What profiles found, page by page; and which profiles found a killmail.

use http::StatusCode;
use insta::assert_snapshot;
use killwire_delivery::Limits;
use killwire_store::{Retention, Scope};

use crate::world::World;

/// The values of `member` in a page's matches.
fn column(answer: &crate::world::Answer, member: &str) -> Vec<i64> {
    let body = answer.json();
    let matches = body["matches"].as_array().unwrap().iter();
    matches.map(|one| one[member].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn matches_come_in_pages_by_their_numbers_without_those_of_others() {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let (mine, more) = (
        world.profile(Some(&owner), "mine").await,
        world.profile(Some(&owner), "more").await,
    );
    for killmail in 1..=3 {
        let seq = world.kill(killmail, crate::world::JITA).await;
        world.found(mine, killmail, seq).await;
        world.found(more, killmail, seq).await;
    }
    let path = format!("/api/v1/profiles/{mine}/matches");
    let page = world.get_as(&owner, &format!("{path}?limit=1")).await;
    assert_snapshot!(page, @r#"200 {"matches":[{"match_seq":1,"profile_id":1,"profile_version":1,"killmail_id":1,"seq":1,"matched_at":"2026-11-20T12:00:00Z","reason":{"true":["solo"]}}],"next":1}"#);
    let page = world
        .get_as(&owner, &format!("{path}?after=1&limit=2"))
        .await;
    assert_eq!(column(&page, "match_seq"), [3, 5]);
    assert_eq!(page.json()["next"], 5);
    let page = world.get_as(&owner, &format!("{path}?after=5")).await;
    assert_snapshot!(page, @r#"200 {"matches":[],"next":6}"#);
    let page = world.get_as(&owner, &format!("{path}?after=head")).await;
    assert_snapshot!(page, @r#"200 {"matches":[],"next":6}"#);
    let newest = world
        .get_as(&owner, &format!("{path}?order=newest&limit=2"))
        .await;
    assert_eq!(column(&newest, "killmail_id"), [3, 2]);
    assert!(newest.json().get("next").is_none());
}

#[tokio::test]
async fn with_killmails_a_page_ends_where_it_is_long_enough() {
    let limits = Limits {
        page_bytes: 300,
        ..Limits::default()
    };
    let world = World::with_limits(limits).await;
    let owner = world.watcher("owner", Scope::Read).await;
    let profile = world.profile(Some(&owner), "mine").await;
    for killmail in 1..=3 {
        world.match_of(profile, killmail).await;
    }
    let path = format!("/api/v1/profiles/{profile}/matches?killmails=true");
    let page = world.get_as(&owner, &path).await;
    assert_snapshot!(page, @r#"200 {"matches":[{"match_seq":1,"profile_id":1,"profile_version":1,"killmail_id":1,"seq":1,"matched_at":"2026-11-20T12:00:00Z","reason":{"true":["solo"]},"killmail":{"killmail_id":1,"killmail_time":"2026-11-20T11:59:00Z","kill_time":"2026-11-20T11:59:00Z","solar_system_id":30000142,"system_id":30000142,"attacker_count":1,"victim":{"ship_type_id":670,"damage_taken":440,"items":[]},"attackers":[{"character_id":90000001,"damage_done":440,"final_blow":true}],"final_blow_attacker":{"character_id":90000001,"damage_done":440,"final_blow":true}}}],"next":1}"#);
    let rest = world.get_as(&owner, &format!("{path}&after=1")).await;
    assert_eq!(column(&rest, "match_seq"), [2]);
    assert_eq!(rest.json()["next"], 2);
}

#[tokio::test]
async fn positions_that_cannot_be_read_from_are_refused() {
    let retention = Retention {
        max_matches: 1,
        ..Retention::default()
    };
    let world = World::with(Limits::default(), retention).await;
    let owner = world.watcher("owner", Scope::Read).await;
    let profile = world.profile(Some(&owner), "mine").await;
    for killmail in 1..=3 {
        world.match_of(profile, killmail).await;
    }
    world.store.collect_garbage().await.unwrap();
    let get = async |query: &str| {
        let path = format!("/api/v1/profiles/{profile}/matches?{query}");
        world.get_as(&owner, &path).await
    };
    assert_snapshot!(get("after=1").await, @r#"410 {"error":"matches after 1 are no longer kept; the oldest available is 3","oldest":3}"#);
    assert_snapshot!(get("after=4").await, @r#"400 {"error":"after 4 lies beyond the last match 3; it is not from this database","head":3}"#);
    assert_snapshot!(get("after=x").await, @r#"400 {"error":"after is \"x\": expected a match_seq, a whole number from 0, or head"}"#);
    assert_snapshot!(get("after=2&order=newest").await, @r#"400 {"error":"after is \"2\": expected nothing beside order=newest, which begins at the end"}"#);
    assert_snapshot!(get("order=best").await, @r#"400 {"error":"order is \"best\": expected oldest or newest"}"#);
    assert_snapshot!(get("limit=1001").await, @r#"400 {"error":"limit is \"1001\": expected a whole number from 1 to 1000"}"#);
    assert_snapshot!(get("since=1").await, @r#"400 {"error":"\"since\" is not a parameter of this route: it knows after, limit, order, killmails"}"#);
    assert_eq!(
        column(&get("").await, "match_seq"),
        [3],
        "from the oldest that is kept"
    );
}

#[tokio::test]
async fn a_killmail_says_which_of_ones_profiles_found_it() {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let other = world.watcher("other", Scope::Read).await;
    let admin = world.watcher("admin", Scope::Admin).await;
    let mine = world.profile(Some(&owner), "mine").await;
    let theirs = world.profile(Some(&other), "theirs").await;
    let nobodys = world.profile(None, "nobodys").await;
    let seq = world.kill(101, crate::world::JITA).await;
    for profile in [theirs, mine, nobodys] {
        world.found(profile, 101, seq).await;
    }
    let path = "/api/v1/kills/101/profiles";
    assert_snapshot!(world.get_as(&owner, path).await, @r#"200 {"killmail_id":101,"matches":[{"match_seq":2,"profile_id":1,"profile_version":1,"killmail_id":101,"seq":1,"matched_at":"2026-11-20T12:00:00Z","reason":{"true":["solo"]},"profile_name":"mine"}]}"#);
    let all = world.get_as(&admin, path).await;
    assert_eq!(column(&all, "profile_id"), [mine.0, theirs.0, nobodys.0]);
    let first = world.get_as(&admin, &format!("{path}?limit=1")).await;
    assert_eq!(column(&first, "profile_id"), [mine.0]);
    let none = world.get_as(&owner, "/api/v1/kills/102/profiles").await;
    assert_snapshot!(none, @r#"200 {"killmail_id":102,"matches":[]}"#);
    let wrong = world.get_as(&owner, "/api/v1/kills/x/profiles").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}
