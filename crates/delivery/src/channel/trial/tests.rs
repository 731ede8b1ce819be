use proptest::prelude::*;

use super::play;

/// A message that is nearly right: names and values that mean something, in any combination.
fn message() -> impl Strategy<Value = String> {
    let id = prop_oneof![
        Just("null".to_owned()),
        Just("1".to_owned()),
        Just("\"1\"".to_owned()),
        Just("\"2\"".to_owned()),
        Just("{\"a\":[1]}".to_owned()),
    ];
    let topic = prop::sample::select(vec![
        "killmails:lobby",
        "killmails:stream",
        "system:30000142",
        "system:1",
        "system:2",
        "system:3",
        "system:0",
        "phoenix",
        "room:1",
    ]);
    let event = prop::sample::select(vec![
        "phx_join",
        "phx_join",
        "phx_leave",
        "heartbeat",
        "subscribe_systems",
        "unsubscribe_systems",
        "subscribe_characters",
        "unsubscribe_characters",
        "get_status",
        "phx_reply",
    ]);
    (id.clone(), id, topic, event, payload(), any::<bool>()).prop_map(
        |(join_ref, own, topic, event, payload, array)| {
            if array {
                format!(r#"[{join_ref},{own},"{topic}","{event}",{payload}]"#)
            } else {
                format!(
                    r#"{{"topic":"{topic}","event":"{event}","payload":{payload},"ref":{own},"join_ref":{join_ref}}}"#
                )
            }
        },
    )
}

fn payload() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("\"24h\"".to_owned()),
        Just("{\"enabled\":true,\"limit_per_system\":500,\"since_hours\":0}".to_owned()),
        (-3_i64..40).prop_map(|number| number.to_string()),
        prop::collection::vec(-1_i64..30, 0..25)
            .prop_map(|ids| serde_json::to_string(&ids).unwrap()),
    ];
    let member = prop::sample::select(vec![
        "systems",
        "character_ids",
        "preload",
        "resume_from",
        "updates",
        "max_age_hours",
        "max_age",
        "regions",
        "npc",
        "other",
    ]);
    let object = prop::collection::btree_map(member, value.clone(), 0..4).prop_map(|members| {
        let members: Vec<String> = members
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", members.join(","))
    });
    prop_oneof![4 => object, 1 => value]
}

fn script(flags: u8, piece: u8, rest: &[u8]) -> Vec<u8> {
    [&[flags, piece], rest].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered_or_end_the_connection(
        bytes in prop::collection::vec(any::<u8>(), 0..400)
    ) {
        play(&bytes);
    }

    #[test]
    fn any_text_is_answered_or_ends_the_connection(flags in 0_u8..8, text in any::<String>()) {
        play(&script(flags & !2, 7, text.as_bytes()));
    }

    #[test]
    fn any_conversation_keeps_session_and_driver_of_one_mind(
        flags in 0_u8..8,
        piece in any::<u8>(),
        messages in prop::collection::vec(message(), 0..20),
    ) {
        play(&script(flags & !2, piece, messages.join("\n").as_bytes()));
    }
}

#[test]
fn the_fuzzing_corpus_finds_nothing() {
    let corpus =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/channel_frame");
    let mut played = 0;
    for file in std::fs::read_dir(corpus).expect("the corpus is part of the repository") {
        play(&std::fs::read(file.unwrap().path()).unwrap());
        played += 1;
    }
    assert!(played >= 10, "{played} scripts");
}
