//! `GET /api/v1/profiles/{id}/stream` and `/api/v1/profiles/stream`.

use insta::assert_snapshot;
use killwire_delivery::{HubLimits, Limits};
use killwire_store::{ProfileId, Retention, Scope};

use crate::sse::Stream;
use crate::watcher::Watcher;
use crate::world::World;

const ALL: &str = "/api/v1/profiles/stream";

async fn open(world: &World, watcher: &Watcher, profile: ProfileId, last: Option<i64>) -> Stream {
    let path = format!("/api/v1/profiles/{profile}/stream");
    Stream::at(world, &path, last, Some(&watcher.secret)).await
}

#[tokio::test]
async fn a_match_goes_out_with_its_number_as_id_its_reason_and_its_killmail() {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let profile = world.profile(Some(&owner), "mine").await;
    let mut stream = open(&world, &owner, profile, None).await;
    assert_eq!(stream.block().await, "retry: 2000\nid: 0");
    world.match_of(profile, 101).await;
    assert_snapshot!(stream.block().await, @r#"
    id: 1
    event: match
    data: {"match_seq":1,"profile_id":1,"profile_version":1,"killmail_id":101,"seq":1,"matched_at":"2026-11-20T12:00:00Z","reason":{"true":["solo"]},"killmail":{"killmail_id":101,"killmail_time":"2026-11-20T11:59:00Z","kill_time":"2026-11-20T11:59:00Z","solar_system_id":30000142,"system_id":30000142,"attacker_count":1,"victim":{"ship_type_id":670,"damage_taken":440,"items":[]},"attackers":[{"character_id":90000001,"damage_done":440,"final_blow":true}],"final_blow_attacker":{"character_id":90000001,"damage_done":440,"final_blow":true}}}
    "#);
}

#[tokio::test]
async fn a_client_that_comes_back_misses_nothing_and_gets_nothing_twice() {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let profile = world.profile(Some(&owner), "mine").await;
    let other = world.profile(Some(&owner), "other").await;
    world.match_of(profile, 1).await;
    let mut stream = open(&world, &owner, profile, Some(0)).await;
    assert_eq!(stream.ids(1).await, [1]);
    world.match_of(other, 2).await;
    world.match_of(profile, 3).await;
    assert_eq!(stream.ids(1).await, [3]);
    drop(stream);
    for killmail in 4..=60 {
        world.match_of(profile, killmail).await;
    }
    let mut stream = open(&world, &owner, profile, Some(3)).await;
    world.match_of(profile, 61).await;
    let rest: Vec<i64> = (4..=61).collect();
    assert_eq!(stream.ids(58).await, rest);
    // The header is from later than the URL.
    let path = format!("/api/v1/profiles/{profile}/stream?last_event_id=59");
    let secret = Some(&owner.secret);
    let mut later = Stream::at(&world, &path, Some(60), secret).await;
    assert_eq!(later.ids(1).await, [61]);
    let mut earlier = Stream::at(&world, &path, None, secret).await;
    assert_eq!(earlier.ids(2).await, [60, 61]);
}

#[tokio::test]
async fn what_is_too_old_for_memory_is_read_from_the_store() {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let profile = world.profile(Some(&owner), "mine").await;
    for killmail in 1..=1_100 {
        world.match_of(profile, killmail).await;
    }
    // Somebody at the end, for whom the newest are held.
    let mut newest = open(&world, &owner, profile, Some(1_099)).await;
    assert_eq!(newest.ids(1).await, [1_100]);
    let mut stream = open(&world, &owner, profile, Some(0)).await;
    let all: Vec<i64> = (1..=1_100).collect();
    assert_eq!(stream.ids(1_100).await, all);
}

#[tokio::test]
async fn one_stream_brings_the_matches_of_all_ones_profiles_also_of_new_ones() {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let other = world.watcher("other", Scope::Read).await;
    let admin = world.watcher("admin", Scope::Admin).await;
    let mine = world.profile(Some(&owner), "mine").await;
    let theirs = world.profile(Some(&other), "theirs").await;
    let mut own = Stream::at(&world, ALL, None, Some(&owner.secret)).await;
    let mut all = Stream::at(&world, ALL, None, Some(&admin.secret)).await;
    for (killmail, profile) in [(1, theirs), (2, mine), (3, theirs)] {
        world.match_of(profile, killmail).await;
    }
    assert_eq!(own.ids(1).await, [2]);
    let new = world.profile(Some(&owner), "new").await;
    world.match_of(new, 4).await;
    world.match_of(theirs, 5).await;
    world.match_of(mine, 6).await;
    assert_eq!(own.ids(2).await, [4, 6]);
    assert_eq!(all.ids(6).await, [1, 2, 3, 4, 5, 6]);
    let mut again = Stream::at(&world, ALL, Some(1), Some(&owner.secret)).await;
    assert_eq!(again.ids(3).await, [2, 4, 6]);
}

#[tokio::test]
async fn a_killmail_that_was_deleted_meanwhile_is_null() {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let profile = world.profile(Some(&owner), "mine").await;
    let mut late = open(&world, &owner, profile, None).await;
    let mut early = open(&world, &owner, profile, None).await;
    world.match_of(profile, 101).await;
    assert_eq!(early.ids(1).await, [1]);
    world.delete(101).await;
    late.block().await;
    assert_snapshot!(late.block().await, @r#"
    id: 1
    event: match
    data: {"match_seq":1,"profile_id":1,"profile_version":1,"killmail_id":101,"seq":1,"matched_at":"2026-11-20T12:00:00Z","reason":{"true":["solo"]},"killmail":null}
    "#);
}

#[tokio::test]
async fn a_quiet_stream_shows_life_and_moves_its_id_on() {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let profile = world.profile(Some(&owner), "mine").await;
    let other = world.profile(Some(&owner), "other").await;
    let mut stream = open(&world, &owner, profile, None).await;
    stream.block().await;
    world.match_of(other, 1).await;
    // Time may pass before the other profile's match is seen.
    let mut block = stream.block_in_time(&world).await;
    while block == ": ping\nid: 0" {
        block = stream.block_in_time(&world).await;
    }
    assert_eq!(block, ": ping\nid: 1");
}

#[tokio::test]
async fn what_is_no_longer_kept_is_told() {
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
    let mut stream = open(&world, &owner, profile, Some(0)).await;
    stream.block().await;
    assert_snapshot!(stream.block().await, @r#"
    id: 2
    event: gap
    data: {"after":0,"oldest":3}
    "#);
    assert_eq!(stream.ids(1).await, [3]);
}

#[tokio::test]
async fn a_stream_ends_with_its_profile_and_says_so() {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let profile = world.profile(Some(&owner), "mine").await;
    let other = world.profile(Some(&owner), "other").await;
    let mut stream = open(&world, &owner, profile, None).await;
    let mut others = open(&world, &owner, other, None).await;
    let mut all = Stream::at(&world, ALL, None, Some(&owner.secret)).await;
    for stream in [&mut stream, &mut others, &mut all] {
        stream.block().await;
    }
    // No time passes: whoever reads is woken by the deletion itself.
    assert!(world.store.delete_profile(profile).await.unwrap());
    assert_snapshot!(stream.block().await, @r#"
    event: deleted
    data: {"profile_id":1}
    "#);
    stream.ended().await;
    world.match_of(other, 1).await;
    assert_eq!(others.ids(1).await, [1]);
    assert_eq!(all.ids(1).await, [1]);
    let path = format!("/api/v1/profiles/{profile}/stream");
    assert_eq!(world.get_as(&owner, &path).await.status, 404);
}

#[tokio::test]
async fn a_stream_ends_when_its_profile_is_turned_off_after_what_it_had_found() {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let profile = world.profile(Some(&owner), "mine").await;
    for killmail in 1..=3 {
        world.match_of(profile, killmail).await;
    }
    let mut stream = open(&world, &owner, profile, Some(0)).await;
    let disabled = world.store.set_profile_enabled(profile, false).await;
    assert!(!disabled.unwrap().unwrap().enabled);
    assert_eq!(stream.ids(3).await, [1, 2, 3]);
    assert_snapshot!(stream.block().await, @r#"
    event: disabled
    data: {"profile_id":1}
    "#);
    stream.ended().await;
    // Whoever comes back waits until it is turned on again.
    let mut stream = open(&world, &owner, profile, Some(2)).await;
    assert_eq!(stream.ids(1).await, [3]);
    let enabled = world.store.set_profile_enabled(profile, true).await;
    assert!(enabled.unwrap().unwrap().enabled);
    world.match_of(profile, 4).await;
    assert_eq!(stream.ids(1).await, [4]);
}

#[tokio::test]
async fn a_revoked_token_ends_its_streams() {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let profile = world.profile(Some(&owner), "mine").await;
    let mut one = open(&world, &owner, profile, None).await;
    let mut all = Stream::at(&world, ALL, None, Some(&owner.secret)).await;
    world.revoke(&owner).await;
    one.ended_in_time(&world).await;
    all.ended_in_time(&world).await;
}

#[tokio::test]
async fn a_stream_takes_its_token_from_the_url_and_ends_when_the_server_stops() {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let path = format!("{ALL}?token={}", owner.secret.reveal());
    let mut stream = Stream::at(&world, &path, None, None).await;
    stream.block().await;
    world.stop.cancel();
    stream.ended().await;
}

#[tokio::test]
async fn readers_of_matches_count_as_all_others_and_are_listed_with_them() {
    let hub = HubLimits {
        readers: 1,
        ..HubLimits::default()
    };
    let world = World::with_hub(hub, Retention::default()).await;
    let owner = world.watcher("owner", Scope::Read).await;
    let profile = world.profile(Some(&owner), "mine").await;
    let mut stream = open(&world, &owner, profile, None).await;
    stream.block().await;
    world.match_of(profile, 1).await;
    let report = world.hub.report();
    let one = &report.list[0];
    assert_eq!((one.protocol, one.lag), ("sse", 1));
    assert_eq!(one.filter, format!("matches of profile {profile}"));
    assert_eq!(stream.ids(1).await, [1]);
    let report = world.hub.report();
    assert_eq!(report.list[0].lag, 0);
    for path in ["/api/v1/kills/stream", ALL] {
        assert_eq!(world.get_as(&owner, path).await.status, 503, "{path}");
    }
    drop(stream);
    assert_eq!(world.hub.report().readers, 0);
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_with_a_reason() {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let get = async |query: &str| world.get_as(&owner, &format!("{ALL}{query}")).await;
    assert_snapshot!(get("?last_event_id=7").await, @r#"400 {"error":"last_event_id 7 lies beyond the last match 0; it is not from this database","head":0}"#);
    assert_snapshot!(get("?last_event_id=x").await, @r#"400 {"error":"last_event_id is \"x\": expected the id of an event of this stream"}"#);
    assert_snapshot!(get("?systems=1").await, @r#"400 {"error":"\"systems\" is not a parameter of this route: it knows last_event_id, token"}"#);
}
