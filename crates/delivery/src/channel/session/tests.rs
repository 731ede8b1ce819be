//! Sessions as clients see them. Each test is a conversation: what the client sends, and what the
//! driver is told to do for it, one line each.

mod checklist;
mod mapper;
mod older_examples;

use std::sync::Arc;

use killwire_store::{MatchSeq, ProfileId, Seq};

use super::*;
use crate::channel::action::{Preload, ProfileJoined};

/// A session and the hub that it asks.
pub(super) struct Conversation {
    pub(super) session: Session,
    /// What the hub answers to joins.
    pub(super) hub: Result<Joined, String>,
}

impl Conversation {
    pub(super) fn new(vsn: Vsn) -> Self {
        Self::limited(vsn, ChannelLimits::default())
    }

    pub(super) fn limited(vsn: Vsn, limits: ChannelLimits) -> Self {
        let who = Who {
            subscription_id: "AAECAwQFBgcICQoLDA0ODw".to_owned(),
            user_id: "js_1777636800000000_EBESExQVFhc".to_owned(),
            connected_at: "2026-05-01T12:00:00Z".parse().unwrap(),
        };
        Self {
            session: Session::new(who, vsn, Arc::new(limits)),
            hub: Ok(Joined { seq: Seq(1_000) }),
        }
    }

    /// All that is to be done for a frame, joins carried out.
    pub(super) fn actions(&mut self, text: &str) -> Vec<Action> {
        let mut all = self.session.receive(text);
        let next = match all.last() {
            Some(Action::Join(request)) => {
                let request = (**request).clone();
                match &self.hub {
                    Ok(joined) => self.session.joined(request, *joined),
                    Err(why) => self.session.refused(&request, why),
                }
            }
            Some(Action::JoinProfile(request)) => {
                let request = (**request).clone();
                let head = MatchSeq(50);
                let joined = ProfileJoined {
                    match_seq: request.resume_from.unwrap_or(head),
                    head,
                };
                match &self.hub {
                    Ok(_) => self.session.joined_profile(request, joined),
                    Err(why) => self.session.refused_profile(&request, why),
                }
            }
            _ => Vec::new(),
        };
        all.extend(next);
        all
    }

    /// The same as lines.
    pub(super) fn say(&mut self, text: &str) -> String {
        lines(&self.actions(text))
    }
}

fn lines(actions: &[Action]) -> String {
    actions.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(action: &Action) -> String {
    match action {
        Action::Send(text) => format!("send {}", str::from_utf8(text).unwrap()),
        Action::Join(request) => {
            let wanted = request.wanted.as_ref().map_or("all".to_owned(), union);
            let replaces = if request.replaces { " again" } else { "" };
            format!("join {}{replaces}: {wanted}", request.topic)
        }
        Action::JoinProfile(request) => {
            let replaces = if request.replaces { " again" } else { "" };
            let after = request
                .resume_from
                .map_or(String::new(), |seq| format!(" after {seq}"));
            format!("join profile {}{replaces}{after}", request.profile)
        }
        Action::Change { topic, wanted } => format!("change {topic}: {}", union(wanted)),
        Action::Leave(topic) => format!("leave {topic}"),
        Action::Preload(Preload {
            topic,
            systems,
            rules,
        }) => format!(
            "preload {topic}: {} of each {:?}, {:?}",
            rules.limit_per_system, systems, rules.since
        ),
        Action::CountUpdates { topic, systems } => format!("count {topic}: {systems:?}"),
        Action::End(reason) => format!("end {reason:?}"),
    }
    .replace("SystemId", "")
    .replace("CharacterId", "")
}

fn union(wanted: &Subscriptions) -> String {
    format!("{:?} {:?}", wanted.systems, wanted.characters)
}

const JOIN: &str =
    r#"["1","1","killmails:lobby","phx_join",{"systems":[30000142],"character_ids":[95000001]}]"#;

fn joined() -> Conversation {
    let mut client = Conversation::new(Vsn::V2);
    client.actions(JOIN);
    client
}

fn joined_v1() -> Conversation {
    let mut client = Conversation::new(Vsn::V1);
    client.actions(r#"{"topic":"killmails:lobby","event":"phx_join","payload":{},"ref":"join_1"}"#);
    client
}

#[test]
fn a_join_is_answered_before_anything_that_it_brings() {
    let mut client = Conversation::new(Vsn::V2);
    insta::assert_snapshot!(client.say(JOIN), @r#"
    join killmails:lobby: [(30000142)] [(95000001)]
    send ["1","1","killmails:lobby","phx_reply",{"status":"ok","response":{"subscription_id":"AAECAwQFBgcICQoLDA0ODw","subscribed_systems":[30000142],"subscribed_characters":[95000001],"status":"connected","seq":1000}}]
    preload killmails:lobby: 5 of each [(30000142)], 86400s
    count killmails:lobby: [(30000142)]
    "#);
}

#[test]
fn a_join_in_objects_is_answered_with_an_object() {
    let mut client = Conversation::new(Vsn::V1);
    let join = r#"{"topic":"killmails:lobby","event":"phx_join","payload":{},"ref":"join_1"}"#;
    insta::assert_snapshot!(client.say(join), @r#"
    join killmails:lobby: [] []
    send {"topic":"killmails:lobby","event":"phx_reply","payload":{"status":"ok","response":{"subscription_id":"AAECAwQFBgcICQoLDA0ODw","subscribed_systems":[],"subscribed_characters":[],"status":"connected","seq":1000}},"ref":"join_1"}
    "#);
}

#[test]
fn a_client_that_declares_arrays_and_speaks_objects_is_answered_in_objects() {
    let mut client = Conversation::new(Vsn::V2);
    let heartbeat =
        r#"{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"1","join_ref":null}"#;
    insta::assert_snapshot!(client.say(heartbeat), @r#"send {"topic":"phoenix","event":"phx_reply","payload":{"status":"ok","response":{}},"ref":"1"}"#);
    assert_eq!(client.session.shape(), Shape::Object);
    let python =
        r#"{"topic":"killmails:lobby","event":"phx_join","payload":{},"ref":"2","join_ref":"2"}"#;
    insta::assert_snapshot!(client.say(python), @r#"
    join killmails:lobby: [] []
    send {"topic":"killmails:lobby","event":"phx_reply","payload":{"status":"ok","response":{"subscription_id":"AAECAwQFBgcICQoLDA0ODw","subscribed_systems":[],"subscribed_characters":[],"status":"connected","seq":1000}},"ref":"2","join_ref":"2"}
    "#);
}

#[test]
fn a_heartbeat_is_answered() {
    let mut client = Conversation::new(Vsn::V2);
    insta::assert_snapshot!(client.say(r#"[null,"9","phoenix","heartbeat",{}]"#), @r#"send [null,"9","phoenix","phx_reply",{"status":"ok","response":{}}]"#);
}

#[test]
fn a_join_that_the_hub_refuses_is_answered_with_its_reason() {
    let mut client = Conversation::new(Vsn::V2);
    client.hub = Err("resume_from lies beyond the log's \"end\"".to_owned());
    insta::assert_snapshot!(client.say(JOIN), @r#"
    join killmails:lobby: [(30000142)] [(95000001)]
    send ["1","1","killmails:lobby","phx_reply",{"status":"error","response":{"reason":"resume_from lies beyond the log's \"end\""}}]
    "#);
    insta::assert_snapshot!(client.say(r#"["1","2","killmails:lobby","get_status",{}]"#), @r#"send ["1","2","killmails:lobby","phx_reply",{"status":"error","response":{"reason":"unmatched topic"}}]"#);
}

#[test]
fn an_unknown_topic_cannot_be_joined() {
    let mut client = Conversation::new(Vsn::V2);
    for topic in [
        "killmails:other",
        "system:x",
        "profiles:x",
        "room:\\\"1",
        "phoenix",
    ] {
        let answer = client.say(&format!(r#"["1","1","{topic}","phx_join",{{}}]"#));
        let expected = format!(
            r#"send ["1","1","{topic}","phx_reply",{{"status":"error","response":{{"reason":"unmatched topic"}}}}]"#
        );
        assert_eq!(answer, expected);
    }
}

#[test]
fn a_join_that_names_what_is_no_id_is_accepted_without_it() {
    let mut client = Conversation::new(Vsn::V2);
    let join =
        r#"["1","1","killmails:lobby","phx_join",{"systems":[30000142,0,"x"],"preload":false}]"#;
    insta::assert_snapshot!(client.say(join), @r#"
    join killmails:lobby: [(30000142)] []
    send ["1","1","killmails:lobby","phx_reply",{"status":"ok","response":{"subscription_id":"AAECAwQFBgcICQoLDA0ODw","subscribed_systems":[30000142],"subscribed_characters":[],"status":"connected","seq":1000,"ignored":[0,"x"],"ignored_count":2}}]
    count killmails:lobby: [(30000142)]
    "#);
}

#[test]
fn a_lobby_with_filters_and_nothing_to_narrow_says_so() {
    let mut client = Conversation::new(Vsn::V2);
    let join = r#"["1","1","killmails:lobby","phx_join",{"regions":[10000002]}]"#;
    insta::assert_snapshot!(client.say(join), @r#"
    join killmails:lobby: [] []
    send ["1","1","killmails:lobby","phx_reply",{"status":"ok","response":{"subscription_id":"AAECAwQFBgcICQoLDA0ODw","subscribed_systems":[],"subscribed_characters":[],"status":"connected","seq":1000,"message":"Nothing is subscribed: filters narrow systems and character_ids. Join killmails:stream to follow filters alone"}}]
    "#);
}

#[test]
fn the_stream_begins_with_connected() {
    let mut client = Conversation::new(Vsn::V2);
    insta::assert_snapshot!(client.say(r#"["1","1","killmails:stream","phx_join",{}]"#), @r#"
    join killmails:stream: all
    send ["1","1","killmails:stream","phx_reply",{"status":"ok","response":{"subscription_id":"AAECAwQFBgcICQoLDA0ODw","subscribed_systems":[],"subscribed_characters":[],"status":"connected","seq":1000}}]
    send [null,null,"killmails:stream","connected",{"status":"ready"}]
    "#);
}

#[test]
fn one_connection_joins_several_topics() {
    let mut client = joined();
    insta::assert_snapshot!(client.say(r#"["2","2","system:31000005","phx_join",{}]"#), @r#"
    join system:31000005: [(31000005)] []
    send ["2","2","system:31000005","phx_reply",{"status":"ok","response":{"subscription_id":"AAECAwQFBgcICQoLDA0ODw","subscribed_systems":[31000005],"subscribed_characters":[],"status":"connected","seq":1000}}]
    preload system:31000005: 5 of each [(31000005)], 86400s
    count system:31000005: [(31000005)]
    "#);
    client.actions(r#"["3","3","killmails:stream","phx_join",{}]"#);
    let topics: Vec<String> = client
        .session
        .topics()
        .map(|topic| topic.to_string())
        .collect();
    assert_eq!(
        topics,
        ["killmails:lobby", "system:31000005", "killmails:stream"]
    );
    assert!(client.session.is_joined(Topic::Lobby));
}

#[test]
fn only_so_many_topics_are_joined() {
    let limits = ChannelLimits {
        topics: 2,
        ..ChannelLimits::default()
    };
    let mut client = Conversation::limited(Vsn::V2, limits);
    client.actions(r#"["1","1","system:30000001","phx_join",{}]"#);
    client.actions(r#"["2","2","system:30000002","phx_join",{}]"#);
    insta::assert_snapshot!(client.say(r#"["3","3","system:30000003","phx_join",{}]"#), @r#"send ["3","3","system:30000003","phx_reply",{"status":"error","response":{"reason":"too many topics are joined: at most 2 are allowed"}}]"#);
    let again = client.say(r#"["4","4","system:30000002","phx_join",{"preload":false}]"#);
    assert!(
        again.contains(r#"["4","4","system:30000002","phx_reply",{"status":"ok""#),
        "{again}"
    );
}

#[test]
fn a_second_join_closes_the_first() {
    let mut client = joined();
    let again = r#"["2","2","killmails:lobby","phx_join",{"systems":[31000005]}]"#;
    insta::assert_snapshot!(client.say(again), @r#"
    send ["1","1","killmails:lobby","phx_close",{}]
    join killmails:lobby again: [(31000005)] []
    send ["2","2","killmails:lobby","phx_reply",{"status":"ok","response":{"subscription_id":"AAECAwQFBgcICQoLDA0ODw","subscribed_systems":[31000005],"subscribed_characters":[],"status":"connected","seq":1000}}]
    preload killmails:lobby: 5 of each [(31000005)], 86400s
    count killmails:lobby: [(31000005)]
    "#);
    assert_eq!(client.session.topics().count(), 1);
}

#[test]
fn the_notifiers_second_join_closes_the_first_by_its_ref() {
    let mut client = joined_v1();
    let again = r#"{"topic":"killmails:lobby","event":"phx_join","payload":{"systems":[31000005],"preload":{"enabled":true,"limit_per_system":20,"since_hours":12}},"ref":"join_2"}"#;
    insta::assert_snapshot!(client.say(again), @r#"
    send {"topic":"killmails:lobby","event":"phx_close","payload":{},"ref":"join_1","join_ref":"join_1"}
    join killmails:lobby again: [(31000005)] []
    send {"topic":"killmails:lobby","event":"phx_reply","payload":{"status":"ok","response":{"subscription_id":"AAECAwQFBgcICQoLDA0ODw","subscribed_systems":[31000005],"subscribed_characters":[],"status":"connected","seq":1000}},"ref":"join_2"}
    preload killmails:lobby: 20 of each [(31000005)], 43200s
    count killmails:lobby: [(31000005)]
    "#);
}

#[test]
fn a_second_join_under_the_same_ref_is_not_closed_by_that_ref() {
    let mut client = joined();
    let again = client.say(JOIN);
    assert!(!again.contains("phx_close"), "{again}");
    assert!(again.starts_with("join killmails:lobby again"), "{again}");
}

#[test]
fn a_second_join_that_is_refused_leaves_nothing_joined() {
    let mut client = joined();
    insta::assert_snapshot!(client.say(r#"["2","2","killmails:lobby","phx_join",{"systems":7}]"#), @r#"
    send ["1","1","killmails:lobby","phx_close",{}]
    leave killmails:lobby
    send ["2","2","killmails:lobby","phx_reply",{"status":"error","response":{"reason":"[validation:non_integer_system_ids] \"systems\" must be a list of system ids"}}]
    "#);
    assert_eq!(client.session.topics().count(), 0);
}

#[test]
fn leaving_is_answered_and_closes_the_topic() {
    let mut client = joined();
    insta::assert_snapshot!(client.say(r#"["1","5","killmails:lobby","phx_leave",{}]"#), @r#"
    leave killmails:lobby
    send ["1","5","killmails:lobby","phx_reply",{"status":"ok","response":{}}]
    send ["1","1","killmails:lobby","phx_close",{}]
    "#);
    insta::assert_snapshot!(client.say(r#"["1","6","killmails:lobby","get_status",{}]"#), @r#"send ["1","6","killmails:lobby","phx_reply",{"status":"error","response":{"reason":"unmatched topic"}}]"#);
}

#[test]
fn leaving_what_is_not_joined_is_done_at_once() {
    let mut client = Conversation::new(Vsn::V2);
    for topic in ["killmails:lobby", "room:1"] {
        let answer = client.say(&format!(r#"["1","5","{topic}","phx_leave",{{}}]"#));
        let expected =
            format!(r#"send ["1","5","{topic}","phx_reply",{{"status":"ok","response":{{}}}}]"#);
        assert_eq!(answer, expected);
    }
}

#[test]
fn a_late_leave_of_an_older_join_does_not_end_the_new_one() {
    let mut client = joined();
    client.actions(r#"["2","2","killmails:lobby","phx_join",{}]"#);
    insta::assert_snapshot!(client.say(r#"["1","3","killmails:lobby","phx_leave",{}]"#), @r#"send ["1","3","killmails:lobby","phx_reply",{"status":"ok","response":{}}]"#);
    assert!(client.session.is_joined(Topic::Lobby));
}

#[test]
fn systems_are_added_with_their_past_and_taken_away() {
    let mut client = joined();
    let say = |client: &mut Conversation, event: &str, systems: &str| {
        client.say(&format!(
            r#"["1","2","killmails:lobby","{event}",{{"systems":{systems}}}]"#
        ))
    };
    insta::assert_snapshot!(say(&mut client, "subscribe_systems", "[31000005,30000142,30000001]"), @r#"
    send ["1","2","killmails:lobby","phx_reply",{"status":"ok","response":{"subscribed_systems":[30000001,30000142,31000005]}}]
    change killmails:lobby: [(30000001), (30000142), (31000005)] [(95000001)]
    preload killmails:lobby: 5 of each [(30000001), (31000005)], 86400s
    count killmails:lobby: [(30000001), (31000005)]
    "#);
    insta::assert_snapshot!(say(&mut client, "subscribe_systems", "[30000142]"), @r#"send ["1","2","killmails:lobby","phx_reply",{"status":"ok","response":{"message":"Already subscribed to all requested systems","subscribed_systems":[30000001,30000142,31000005]}}]"#);
    insta::assert_snapshot!(say(&mut client, "unsubscribe_systems", "[30000142,30000144]"), @r#"
    send ["1","2","killmails:lobby","phx_reply",{"status":"ok","response":{"subscribed_systems":[30000001,31000005]}}]
    change killmails:lobby: [(30000001), (31000005)] [(95000001)]
    "#);
    insta::assert_snapshot!(say(&mut client, "unsubscribe_systems", "[30000142]"), @r#"send ["1","2","killmails:lobby","phx_reply",{"status":"ok","response":{"message":"Not subscribed to any of the requested systems","subscribed_systems":[30000001,31000005]}}]"#);
}

#[test]
fn characters_are_added_without_a_past_and_taken_away() {
    let mut client = joined();
    let say = |client: &mut Conversation, event: &str, ids: &str| {
        client.say(&format!(
            r#"["1","2","killmails:lobby","{event}",{{"character_ids":{ids}}}]"#
        ))
    };
    insta::assert_snapshot!(say(&mut client, "subscribe_characters", r#"["12345678",95000001]"#), @r#"
    send ["1","2","killmails:lobby","phx_reply",{"status":"ok","response":{"subscribed_characters":[12345678,95000001]}}]
    change killmails:lobby: [(30000142)] [(12345678), (95000001)]
    "#);
    insta::assert_snapshot!(say(&mut client, "subscribe_characters", "[]"), @r#"send ["1","2","killmails:lobby","phx_reply",{"status":"ok","response":{"message":"Already subscribed to all requested characters","subscribed_characters":[12345678,95000001]}}]"#);
    insta::assert_snapshot!(say(&mut client, "unsubscribe_characters", "[95000001]"), @r#"
    send ["1","2","killmails:lobby","phx_reply",{"status":"ok","response":{"subscribed_characters":[12345678]}}]
    change killmails:lobby: [(30000142)] [(12345678)]
    "#);
    insta::assert_snapshot!(say(&mut client, "unsubscribe_characters", "[95000001]"), @r#"send ["1","2","killmails:lobby","phx_reply",{"status":"ok","response":{"message":"Not subscribed to any of the requested characters","subscribed_characters":[12345678]}}]"#);
}

#[test]
fn a_list_with_one_bad_id_changes_nothing() {
    let mut client = joined();
    insta::assert_snapshot!(client.say(r#"["1","2","killmails:lobby","subscribe_systems",{"systems":[30000001,0]}]"#), @r#"send ["1","2","killmails:lobby","phx_reply",{"status":"error","response":{"reason":"[validation:invalid_system_ids] Not system ids: 0"}}]"#);
    insta::assert_snapshot!(client.say(r#"["1","3","killmails:lobby","subscribe_characters",{"character_ids":["x"]}]"#), @r#"send ["1","3","killmails:lobby","phx_reply",{"status":"error","response":{"reason":"[validation:non_integer_character_ids] Not whole numbers: \"x\""}}]"#);
    insta::assert_snapshot!(client.say(r#"["1","4","killmails:lobby","get_status",{}]"#), @r#"send ["1","4","killmails:lobby","phx_reply",{"status":"ok","response":{"subscription_id":"AAECAwQFBgcICQoLDA0ODw","subscribed_systems":[30000142],"subscribed_characters":[95000001],"connected_at":"2026-05-01T12:00:00Z","user_id":"js_1777636800000000_EBESExQVFhc"}}]"#);
}

#[test]
fn a_payload_of_the_wrong_type_is_answered_and_the_topic_stays_joined() {
    let mut client = joined();
    for payload in [
        "{}",
        "null",
        "[]",
        "7",
        r#"{"systems":"all"}"#,
        r#"{"systems":{}}"#,
    ] {
        let text = format!(r#"["1","2","killmails:lobby","subscribe_systems",{payload}]"#);
        let answer = client.say(&text);
        assert!(
            answer.starts_with(r#"send ["1","2","killmails:lobby","phx_reply",{"status":"error""#),
            "{answer}"
        );
    }
    assert!(client.session.is_joined(Topic::Lobby));
}

#[test]
fn the_limits_hold_for_the_whole_list_too() {
    let limits = ChannelLimits {
        systems: 3,
        ..ChannelLimits::default()
    };
    let mut client = Conversation::limited(Vsn::V2, limits);
    client.actions(r#"[1,1,"killmails:lobby","phx_join",{"systems":[1,2]}]"#);
    insta::assert_snapshot!(client.say(r#"[1,2,"killmails:lobby","subscribe_systems",{"systems":[2,3,4]}]"#), @r#"send [1,2,"killmails:lobby","phx_reply",{"status":"error","response":{"reason":"[validation:too_many_systems] Too many systems: 4 in all, at most 3 are allowed"}}]"#);
    let fits = client.say(r#"[1,3,"killmails:lobby","subscribe_systems",{"systems":[2,3]}]"#);
    assert!(fits.contains(r#""subscribed_systems":[1,2,3]"#), "{fits}");
}

#[test]
fn an_unknown_event_is_answered() {
    let mut client = joined();
    insta::assert_snapshot!(client.say(r#"["1","2","killmails:lobby","update_subscriptions",{}]"#), @r#"send ["1","2","killmails:lobby","phx_reply",{"status":"error","response":{"reason":"unknown event: update_subscriptions"}}]"#);
    client.actions(r#"["3","3","killmails:stream","phx_join",{}]"#);
    insta::assert_snapshot!(client.say(r#"["3","4","killmails:stream","subscribe_systems",{"systems":[1]}]"#), @r#"send ["3","4","killmails:stream","phx_reply",{"status":"error","response":{"reason":"unknown event: subscribe_systems"}}]"#);
}

#[test]
fn a_frame_that_is_none_is_answered_with_what_could_be_read() {
    let mut client = joined();
    insta::assert_snapshot!(client.say("hello"), @r#"send [null,null,"phoenix","phx_reply",{"status":"error","response":{"reason":"a frame is [join_ref, ref, topic, event, payload] or an object with these members"}}]"#);
    insta::assert_snapshot!(client.say(r#"["1","7","killmails:lobby","get_status"]"#), @r#"send ["1","7","killmails:lobby","phx_reply",{"status":"error","response":{"reason":"a frame has 5 items, [join_ref, ref, topic, event, payload]; this one has 4"}}]"#);
    insta::assert_snapshot!(client.say(r#"{"topic":"killmails:lobby","ref":"8"}"#), @r#"send {"topic":"killmails:lobby","event":"phx_reply","payload":{"status":"error","response":{"reason":"the frame has no event"}},"ref":"8"}"#);
    insta::assert_snapshot!(lines(&client.session.receive_binary()), @r#"send [null,null,"phoenix","phx_reply",{"status":"error","response":{"reason":"binary frames are not understood: send texts"}}]"#);
    assert!(client.session.is_joined(Topic::Lobby));
}

#[test]
fn a_frame_that_is_none_is_answered_in_the_declared_shape() {
    let mut client = Conversation::new(Vsn::V1);
    insta::assert_snapshot!(client.say("hello"), @r#"send {"topic":"phoenix","event":"phx_reply","payload":{"status":"error","response":{"reason":"a frame is [join_ref, ref, topic, event, payload] or an object with these members"}},"ref":null}"#);
}

#[test]
fn too_many_bad_frames_in_a_row_end_the_connection() {
    let limits = ChannelLimits {
        bad_frames: 3,
        ..ChannelLimits::default()
    };
    let mut client = Conversation::limited(Vsn::V2, limits);
    assert_eq!(client.actions("x").len(), 1);
    assert_eq!(client.session.receive_binary().len(), 1);
    client.actions(r#"[null,"9","phoenix","heartbeat",{}]"#);
    assert_eq!(client.actions("x").len(), 1);
    assert_eq!(client.actions("x").len(), 1);
    let last = client.actions("x");
    assert_eq!(last.len(), 2);
    assert_eq!(last[1], Action::End(EndReason::TooManyBadFrames));
}

#[test]
fn a_waiting_session_takes_little_memory() {
    assert!(size_of::<Session>() <= 64, "{}", size_of::<Session>());
}

#[test]
fn a_profiles_topic_is_joined_asked_left_and_ends_with_its_profile() {
    let mut client = Conversation::new(Vsn::V2);
    let join = r#"["1","1","profiles:7","phx_join",{"resume_from":41}]"#;
    insta::assert_snapshot!(client.say(join), @r#"
    join profile 7 after 41
    send ["1","1","profiles:7","phx_reply",{"status":"ok","response":{"status":"connected","profile_id":7,"match_seq":41,"head":50}}]
    "#);
    insta::assert_snapshot!(client.say(r#"["1","2","profiles:7","subscribe_systems",{}]"#), @r#"send ["1","2","profiles:7","phx_reply",{"status":"error","response":{"reason":"unknown event: subscribe_systems"}}]"#);
    insta::assert_snapshot!(client.say(r#"["3","3","profiles:7","phx_join",{}]"#), @r#"
    send ["1","1","profiles:7","phx_close",{}]
    join profile 7 again
    send ["3","3","profiles:7","phx_reply",{"status":"ok","response":{"status":"connected","profile_id":7,"match_seq":50,"head":50}}]
    "#);
    insta::assert_snapshot!(lines(&client.session.over(Topic::Profile(ProfileId(7)))), @r#"send ["3","3","profiles:7","phx_close",{}]"#);
    assert!(client.session.over(Topic::Profile(ProfileId(7))).is_empty());
    let gone = client.say(r#"["3","4","profiles:7","get_status",{}]"#);
    assert!(gone.contains("unmatched topic"), "{gone}");
    client.hub = Err("profile 7 belongs to another token".to_owned());
    insta::assert_snapshot!(client.say(r#"["5","5","profiles:7","phx_join",{}]"#), @r#"
    join profile 7
    send ["5","5","profiles:7","phx_reply",{"status":"error","response":{"reason":"profile 7 belongs to another token"}}]
    "#);
}
