//! What the mapper needs of a server, line by line as far as it concerns frames and sessions. The
//! lines that concern the connection (paths, TCP, timers) are tested where the connection is.

use bytes::Bytes;
use killwire_killmail::SystemId;

use super::mapper::Mapper;
use super::*;
use crate::websocket::{self, Decoder, Message};

fn push(mapper: &mut Mapper, push: Push<'_>) {
    let text = push.text(mapper.conversation.session.shape(), Topic::Lobby);
    mapper.receive(&websocket::text(&text));
}

fn update(killmails: &[Bytes]) -> Push<'_> {
    Push::KillmailUpdate {
        system: SystemId::new(30_000_142).unwrap(),
        killmails,
        timestamp: "2026-05-01T12:00:00Z".parse().unwrap(),
        preload: false,
        updated: false,
        seq: Some(Seq(1)),
    }
}

fn joined_mapper(systems: &str) -> Mapper {
    let mut mapper = Mapper::new();
    mapper.join(systems);
    assert!(mapper.is_joined());
    mapper
}

#[test]
fn line_1_the_mappers_version_is_arrays() {
    assert_eq!(Vsn::declared(Some("2.0.0")).unwrap().shape(), Shape::Array);
}

#[test]
fn line_2_refs_come_back_as_they_were_written() {
    for written in ["1", "\"1\"", "1.0", r#""\u0031""#] {
        let mut client = Conversation::new(Vsn::V2);
        let answer = client.say(&format!(
            r#"[{written},{written},"killmails:lobby","phx_join",{{}}]"#
        ));
        let echoed = format!(r#"send [{written},{written},"killmails:lobby","phx_reply""#);
        assert!(answer.contains(&echoed), "{answer}");
    }
}

#[test]
fn line_3_all_that_is_sent_is_one_text_frame_with_an_array_of_five() {
    // The mapper's end checks each frame that it gets.
    let mut mapper = joined_mapper("[30000142,31000005]");
    assert!(mapper.push("subscribe_systems", "[30002187]"));
    assert!(mapper.push("unsubscribe_systems", "[31000005]"));
    let killmails = vec![Bytes::from(format!(r#"{{"x":"{}"}}"#, "x".repeat(70_000))); 3];
    push(&mut mapper, update(&killmails));
    let timestamp = "2026-05-01T12:00:00Z".parse().unwrap();
    let system = SystemId::new(30_000_142).unwrap();
    push(
        &mut mapper,
        Push::KillCountUpdate {
            system,
            count: 3,
            timestamp,
        },
    );
    push(
        &mut mapper,
        Push::Gap {
            after: Seq(1),
            oldest: Seq(9),
            timestamp,
        },
    );
    assert_eq!(mapper.messages.len(), 3);
}

#[test]
fn line_4_the_join_is_answered_with_ok_at_once_and_before_any_push() {
    let mut client = Conversation::new(Vsn::V2);
    let actions = client.actions(r#"[1,1,"killmails:lobby","phx_join",{"systems":[30000142]}]"#);
    let kinds: Vec<&str> = actions
        .iter()
        .map(|action| match action {
            Action::Join(_) => "join",
            Action::Send(text)
                if text.starts_with(br#"[1,1,"killmails:lobby","phx_reply",{"status":"ok""#) =>
            {
                "reply"
            }
            Action::Preload(_) => "preload",
            Action::CountUpdates { .. } => "counts",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, ["join", "reply", "preload", "counts"]);
}

#[test]
fn line_5_after_the_reply_to_a_push_the_mapper_still_knows_that_it_is_joined() {
    let mut mapper = joined_mapper("[30000142]");
    for _ in 0..3 {
        assert!(mapper.push("subscribe_systems", "[30002187]"));
        assert!(mapper.push("unsubscribe_systems", "[30002187]"));
        assert!(
            mapper.push("subscribe_systems", "[\"x\"]"),
            "an error reply must not disjoin it"
        );
    }
    assert!(mapper.is_joined());
}

#[test]
fn line_6_its_empty_ping_is_answered_with_an_empty_pong() {
    let mut input = bytes::BytesMut::from(&[0x89, 0x80, 9, 9, 9, 9][..]);
    let Some(Message::Ping(payload)) = Decoder::new(131_072).next(&mut input).unwrap() else {
        panic!("no ping");
    };
    assert_eq!(websocket::pong(&payload), &[0x8a, 0x00][..]);
}

#[test]
fn line_9_an_update_without_killmails_is_activity_without_effect() {
    let mut mapper = joined_mapper("[]");
    let timestamp = "2026-05-01T12:00:00Z".parse().unwrap();
    push(&mut mapper, Push::KeepAlive { timestamp });
    let (event, payload) = mapper.messages.pop().unwrap();
    assert_eq!(event, "killmail_update");
    let system = payload["system_id"].as_i64().unwrap();
    assert!(30_000_000 < system && system < 33_000_000);
    assert_eq!(payload["killmails"], serde_json::json!([]));
}

#[test]
fn line_10_no_join_of_the_mapper_is_refused_and_no_topic_of_it_closed() {
    for systems in [
        "[]",
        "[30000142]",
        "[0,-1,99999999999,30000142]",
        "[\"x\",null,1.5,{}]",
        "null",
    ] {
        let mut mapper = joined_mapper(systems);
        assert!(mapper.push("subscribe_systems", "[30002187]"));
    }
}

#[test]
fn line_13_the_count_of_preloaded_systems_follows_their_preload() {
    let mut mapper = joined_mapper("[30000142]");
    mapper.push("subscribe_systems", "[30000142,31000005]");
    let done: Vec<String> = mapper.others.iter().map(line).collect();
    insta::assert_snapshot!(done.join("\n"), @r"
    join killmails:lobby: [(30000142)] []
    preload killmails:lobby: 5 of each [(30000142)], 86400s
    count killmails:lobby: [(30000142)]
    change killmails:lobby: [(30000142), (31000005)] []
    preload killmails:lobby: 5 of each [(31000005)], 86400s
    count killmails:lobby: [(31000005)]
    ");
}

#[test]
fn line_14_lists_of_thousands_come_again_and_again_and_may_be_empty() {
    let all: Vec<i64> = (30_000_001..30_008_501).collect();
    let all = serde_json::to_string(&all).unwrap();
    let mut mapper = joined_mapper(&all);
    mapper.others.clear();
    for _ in 0..3 {
        assert!(mapper.push("subscribe_systems", &all));
        assert!(mapper.push("subscribe_systems", "[]"));
        assert!(mapper.push("unsubscribe_systems", "[]"));
    }
    assert_eq!(
        mapper.others,
        [],
        "nothing changed, and nothing is preloaded twice"
    );
}

#[test]
fn line_14_the_largest_message_of_all_systems_fits_the_limit_of_a_message() {
    let all: Vec<i64> = (30_000_001..30_010_001).collect();
    let text = format!(
        r#"[1,1,"killmails:lobby","phx_join",{{"client_identifier":"wanderer_app","systems":{}}}]"#,
        serde_json::to_string(&all).unwrap()
    );
    assert!(text.len() <= 131_072, "{}", text.len());
}
