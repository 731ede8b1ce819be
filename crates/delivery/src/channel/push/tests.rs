use super::*;

const LOBBY: Topic = Topic::Lobby;

fn now() -> Timestamp {
    "2026-05-01T12:00:00.123456Z".parse().unwrap()
}

fn jita() -> SystemId {
    SystemId::new(30_000_142).unwrap()
}

fn both(push: Push<'_>, topic: Topic) -> String {
    let texts = [Shape::Array, Shape::Object].map(|shape| push.text(shape, topic));
    texts
        .map(|text| String::from_utf8(text.to_vec()).unwrap())
        .join("\n")
}

#[test]
fn a_killmail_of_the_live_flow() {
    let killmails = [Bytes::from_static(br#"{"killmail_id":1}"#)];
    let update = Push::KillmailUpdate {
        system: jita(),
        killmails: &killmails,
        timestamp: now(),
        preload: false,
        updated: false,
        seq: Some(Seq(77)),
    };
    insta::assert_snapshot!(both(update, LOBBY), @r#"
    [null,null,"killmails:lobby","killmail_update",{"system_id":30000142,"killmails":[{"killmail_id":1}],"timestamp":"2026-05-01T12:00:00Z","preload":false,"seq":77}]
    {"topic":"killmails:lobby","event":"killmail_update","payload":{"system_id":30000142,"killmails":[{"killmail_id":1}],"timestamp":"2026-05-01T12:00:00Z","preload":false,"seq":77},"ref":null}
    "#);
}

#[test]
fn killmails_of_the_past() {
    let killmails = [
        Bytes::from_static(br#"{"killmail_id":2}"#),
        Bytes::from_static(br#"{"killmail_id":1}"#),
    ];
    let update = Push::KillmailUpdate {
        system: jita(),
        killmails: &killmails,
        timestamp: now(),
        preload: true,
        updated: false,
        seq: None,
    };
    insta::assert_snapshot!(both(update, Topic::System(jita())), @r#"
    [null,null,"system:30000142","killmail_update",{"system_id":30000142,"killmails":[{"killmail_id":2},{"killmail_id":1}],"timestamp":"2026-05-01T12:00:00Z","preload":true}]
    {"topic":"system:30000142","event":"killmail_update","payload":{"system_id":30000142,"killmails":[{"killmail_id":2},{"killmail_id":1}],"timestamp":"2026-05-01T12:00:00Z","preload":true},"ref":null}
    "#);
}

#[test]
fn an_update_says_that_it_is_one() {
    let killmails = [Bytes::from_static(br#"{"killmail_id":1}"#)];
    let update = Push::KillmailUpdate {
        system: jita(),
        killmails: &killmails,
        timestamp: now(),
        preload: false,
        updated: true,
        seq: Some(Seq(78)),
    };
    let on_stream = Push::NewKillmail {
        killmail: &killmails[0],
        updated: true,
        seq: Seq(78),
    };
    insta::assert_snapshot!(both(update, LOBBY), @r#"
    [null,null,"killmails:lobby","killmail_update",{"system_id":30000142,"killmails":[{"killmail_id":1}],"timestamp":"2026-05-01T12:00:00Z","preload":false,"updated":true,"seq":78}]
    {"topic":"killmails:lobby","event":"killmail_update","payload":{"system_id":30000142,"killmails":[{"killmail_id":1}],"timestamp":"2026-05-01T12:00:00Z","preload":false,"updated":true,"seq":78},"ref":null}
    "#);
    insta::assert_snapshot!(both(on_stream, Topic::Stream), @r#"
    [null,null,"killmails:stream","new_killmail",{"killmail":{"killmail_id":1},"updated":true,"seq":78}]
    {"topic":"killmails:stream","event":"new_killmail","payload":{"killmail":{"killmail_id":1},"updated":true,"seq":78},"ref":null}
    "#);
}

#[test]
fn the_count_of_a_system() {
    let count = Push::KillCountUpdate {
        system: jita(),
        count: 12,
        timestamp: now(),
    };
    insta::assert_snapshot!(both(count, LOBBY), @r#"
    [null,null,"killmails:lobby","kill_count_update",{"system_id":30000142,"count":12,"timestamp":"2026-05-01T12:00:00Z"}]
    {"topic":"killmails:lobby","event":"kill_count_update","payload":{"system_id":30000142,"count":12,"timestamp":"2026-05-01T12:00:00Z"},"ref":null}
    "#);
}

#[test]
fn a_killmail_of_the_stream() {
    let new = Push::NewKillmail {
        killmail: &Bytes::from_static(br#"{"killmail_id":1}"#),
        updated: false,
        seq: Seq(77),
    };
    insta::assert_snapshot!(both(new, Topic::Stream), @r#"
    [null,null,"killmails:stream","new_killmail",{"killmail":{"killmail_id":1},"seq":77}]
    {"topic":"killmails:stream","event":"new_killmail","payload":{"killmail":{"killmail_id":1},"seq":77},"ref":null}
    "#);
}

#[test]
fn an_update_that_keeps_the_connection_alive() {
    insta::assert_snapshot!(both(Push::KeepAlive { timestamp: now() }, LOBBY), @r#"
    [null,null,"killmails:lobby","killmail_update",{"system_id":30000142,"killmails":[],"timestamp":"2026-05-01T12:00:00Z","preload":false}]
    {"topic":"killmails:lobby","event":"killmail_update","payload":{"system_id":30000142,"killmails":[],"timestamp":"2026-05-01T12:00:00Z","preload":false},"ref":null}
    "#);
}

#[test]
fn the_end_of_the_past() {
    let complete = Push::PreloadComplete {
        total_kills: 9,
        systems_processed: 3,
    };
    insta::assert_snapshot!(both(complete, LOBBY), @r#"
    [null,null,"killmails:lobby","preload_complete",{"total_kills":9,"systems_processed":3,"errors":[]}]
    {"topic":"killmails:lobby","event":"preload_complete","payload":{"total_kills":9,"systems_processed":3,"errors":[]},"ref":null}
    "#);
}

#[test]
fn a_gap() {
    let gap = Push::Gap {
        after: Seq(5),
        oldest: Seq(900),
        timestamp: now(),
    };
    insta::assert_snapshot!(both(gap, Topic::Stream), @r#"
    [null,null,"killmails:stream","gap",{"after":5,"oldest":900,"timestamp":"2026-05-01T12:00:00Z"}]
    {"topic":"killmails:stream","event":"gap","payload":{"after":5,"oldest":900,"timestamp":"2026-05-01T12:00:00Z"},"ref":null}
    "#);
}

#[test]
fn what_a_profile_found_and_its_end() {
    let topic = Topic::Profile(ProfileId(7));
    let gap = Push::MatchGap {
        after: MatchSeq(5),
        oldest: MatchSeq(900),
        timestamp: now(),
    };
    let texts = [
        Push::Match(br#"{"match_seq":1}"#),
        gap,
        Push::Ended(ProfileId(7), ProfileEnd::Deleted),
        Push::Ended(ProfileId(7), ProfileEnd::Disabled),
    ]
    .map(|push| both(push, topic));
    insta::assert_snapshot!(texts.join("\n"), @r#"
    [null,null,"profiles:7","match",{"match_seq":1}]
    {"topic":"profiles:7","event":"match","payload":{"match_seq":1},"ref":null}
    [null,null,"profiles:7","gap",{"after":5,"oldest":900,"timestamp":"2026-05-01T12:00:00Z"}]
    {"topic":"profiles:7","event":"gap","payload":{"after":5,"oldest":900,"timestamp":"2026-05-01T12:00:00Z"},"ref":null}
    [null,null,"profiles:7","deleted",{"profile_id":7}]
    {"topic":"profiles:7","event":"deleted","payload":{"profile_id":7},"ref":null}
    [null,null,"profiles:7","disabled",{"profile_id":7}]
    {"topic":"profiles:7","event":"disabled","payload":{"profile_id":7},"ref":null}
    "#);
}

#[test]
fn a_killmail_is_copied_and_not_read() {
    let broken = [Bytes::from_static(b"<not json>")];
    let update = Push::KillmailUpdate {
        system: jita(),
        killmails: &broken,
        timestamp: now(),
        preload: false,
        updated: false,
        seq: None,
    };
    assert!(both(update, LOBBY).contains("[<not json>]"));
}
