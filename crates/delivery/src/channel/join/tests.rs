use super::*;

fn join(topic: Topic, payload: &str) -> Result<JoinRequest, String> {
    let text = format!(r#"[1,1,"{topic}","phx_join",{payload}]"#);
    let frame = ClientFrame::read(&text).expect("a frame");
    read(&frame, topic, false, &ChannelLimits::default()).map_err(|error| error.to_string())
}

fn lobby(payload: &str) -> JoinRequest {
    join(Topic::Lobby, payload).expect("a join")
}

fn refused(payload: &str) -> String {
    join(Topic::Lobby, payload).expect_err("a refusal")
}

/// A join's filters on one line.
fn filters(request: &JoinRequest) -> String {
    let written = request
        .filters
        .iter()
        .map(|(name, values)| format!("{name}={}", values.join(",")));
    written.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_mappers_join_asks_for_its_systems_and_the_peers_preload() {
    let request = lobby(r#"{"client_identifier":"wanderer_app","systems":[31000005,30000142]}"#);
    let wanted = request.wanted.as_ref().unwrap();
    let systems: Vec<i64> = wanted.systems.iter().map(|id| id.get()).collect();
    assert_eq!(systems, [30_000_142, 31_000_005]);
    assert!(wanted.characters.is_empty());
    assert_eq!(request.preload, PreloadRules::PEERS);
    assert_eq!((request.resume_from, request.updates), (None, false));
    assert_eq!(filters(&request), "max_age=24h");
}

#[test]
fn an_empty_join_wants_nothing() {
    for payload in ["{}", "null", r#"{"systems":[],"character_ids":null}"#] {
        assert_eq!(
            lobby(payload).wanted,
            Some(Subscriptions::default()),
            "{payload}"
        );
    }
}

#[test]
fn an_id_that_is_none_is_left_out_of_a_join() {
    let request = lobby(r#"{"systems":[30000142,-1,"x"],"character_ids":[0,95000001]}"#);
    let wanted = request.wanted.unwrap();
    assert_eq!((wanted.systems.len(), wanted.characters.len()), (1, 1));
    assert_eq!(request.ignored.count, 3);
    assert_eq!(request.ignored.named, ["-1", "\"x\"", "0"]);
}

#[test]
fn the_notifiers_preload_is_honoured() {
    let request = lobby(r#"{"preload":{"enabled":true,"limit_per_system":20,"since_hours":12}}"#);
    let expected = PreloadRules {
        limit_per_system: 20,
        since: Duration::from_secs(12 * 3600),
        ..PreloadRules::PEERS
    };
    assert_eq!(request.preload, expected);
}

#[test]
fn a_preload_has_its_limits_and_can_be_switched_off() {
    let request = lobby(
        r#"{"preload":{"limit_per_system":100000,"since_hours":169,
            "delivery_batch_size":0,"delivery_interval_ms":"250"}}"#,
    );
    let expected = PreloadRules {
        limit_per_system: 200,
        since: Duration::from_secs(168 * 3600),
        batch_size: 1,
        interval: Duration::from_millis(250),
    };
    assert_eq!(request.preload, expected);
    for payload in [
        r#"{"preload":{"enabled":false,"limit_per_system":9}}"#,
        r#"{"preload":false}"#,
    ] {
        assert_eq!(lobby(payload).preload, PreloadRules::NONE);
    }
    assert_eq!(lobby(r#"{"preload":true}"#).preload, PreloadRules::PEERS);
}

#[test]
fn who_resumes_gets_no_preload_unless_it_asks_for_one() {
    let resumed = lobby(r#"{"resume_from":17}"#);
    assert_eq!(
        (resumed.resume_from, resumed.preload),
        (Some(Seq(17)), PreloadRules::NONE)
    );
    assert_eq!(lobby(r#"{"resume_from":"0"}"#).resume_from, Some(Seq(0)));
    assert_eq!(
        lobby(r#"{"resume_from":17,"preload":{}}"#).preload,
        PreloadRules::PEERS
    );
}

#[test]
fn updates_are_for_who_asks() {
    assert!(lobby(r#"{"updates":true}"#).updates);
    assert!(!lobby(r#"{"updates":false}"#).updates);
}

#[test]
fn the_hubs_filters_are_passed_on_as_they_were_written() {
    let request = lobby(
        r#"{"systems":[30000142],"regions":[10000002,"10000043"],"min_value":"100m",
            "npc":false,"labels":"loc:highsec","min":1,"max_age_hours":48}"#,
    );
    assert_eq!(
        filters(&request),
        "regions=10000002,10000043 min_value=100m labels=loc:highsec npc=false max_age=48h"
    );
    assert_eq!(
        filters(&lobby(r#"{"max_age":"7d","corporations":[1]}"#)),
        "corporations=1 max_age=7d"
    );
}

#[test]
fn in_the_lobby_the_other_names_of_the_lists_are_no_filters() {
    let named = |members: &str| {
        let request = lobby(members);
        assert_eq!(filters(&request), "max_age=24h", "{members}");
        request.wanted
    };
    let wanted = named(r#"{"systems":[30000142],"character_ids":[95465499]}"#);
    assert!(wanted.is_some());
    for members in [
        r#"{"systems":[30000142],"characters":[95465499]}"#,
        r#"{"system_ids":[30000142],"characters":["95465499"]}"#,
        r#"{"system_ids":[1],"systems":[30000142],"characters":null,"character_ids":[95465499]}"#,
    ] {
        assert_eq!(named(members), wanted, "{members}");
    }
}

#[test]
fn the_stream_wants_everything_and_knows_the_peers_names_of_filters() {
    let request = join(Topic::Stream, "{}").unwrap();
    assert_eq!((request.wanted.clone(), &*filters(&request)), (None, ""));
    let request = join(
        Topic::Stream,
        r#"{"systems":[1],"system_ids":[2,3],"character_ids":[95000001],"max_age_hours":1}"#,
    );
    assert_eq!(
        filters(&request.unwrap()),
        "systems=1,2,3 characters=95000001 max_age=1h"
    );
}

#[test]
fn the_topic_of_a_system_wants_that_system() {
    let jita = SystemId::new(30_000_142).unwrap();
    let request = join(Topic::System(jita), r#"{"min_value":1e9}"#).unwrap();
    assert_eq!(*request.wanted.as_ref().unwrap().systems, [jita]);
    assert_eq!(filters(&request), "min_value=1e9 max_age=24h");
}

#[test]
fn a_join_that_is_not_understood_is_refused_with_its_reason() {
    let cases = [
        (
            "[]",
            "[validation:invalid_payload] the payload must be an object",
        ),
        (
            "7",
            "[validation:invalid_payload] the payload must be an object",
        ),
        (
            r#"{"systems":"all"}"#,
            r#"[validation:non_integer_system_ids] "systems" must be a list of system ids"#,
        ),
        (
            r#"{"resume_from":-1}"#,
            "[validation:invalid_resume_from] resume_from must be the seq of an event",
        ),
        (
            r#"{"updates":"yes"}"#,
            "[validation:invalid_updates] updates must be true or false",
        ),
        (
            r#"{"preload":[5]}"#,
            "[validation:invalid_preload] preload must be an object, true or false",
        ),
        (
            r#"{"preload":{"limit_per_system":"many"}}"#,
            "[validation:invalid_preload] preload must be an object whose numbers are whole numbers \
             from 0",
        ),
        (
            r#"{"preload":{"enabled":"perhaps"}}"#,
            "[validation:invalid_preload] preload must be an object whose member enabled is true or \
             false",
        ),
        (
            r#"{"regions":{"not":[1]}}"#,
            "[validation:invalid_regions] regions must be a value or a list of values",
        ),
        (
            r#"{"labels":[["x"]]}"#,
            "[validation:invalid_labels] labels must be a value or a list of values",
        ),
        (
            r#"{"max_age_hours":0}"#,
            "[validation:invalid_max_age_hours] max_age_hours must be a whole number of hours above 0",
        ),
        (
            r#"{"max_age_hours":1,"max_age":"2h"}"#,
            "[validation:invalid_max_age_hours] max_age_hours must be absent where max_age is given",
        ),
    ];
    for (payload, expected) in cases {
        assert_eq!(refused(payload), expected, "{payload}");
    }
}
