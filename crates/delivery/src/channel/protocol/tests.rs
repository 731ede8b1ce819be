use super::*;

fn read(text: &str) -> ClientFrame<'_> {
    ClientFrame::read(text).expect("a frame")
}

fn refused(text: &str) -> BadFrame {
    ClientFrame::read(text).expect_err("no frame")
}

fn json(part: &Option<Ref>) -> Option<&str> {
    part.as_ref().map(Ref::json)
}

#[test]
fn versions_are_those_of_phoenix() {
    assert_eq!(Vsn::declared(None), Ok(Vsn::V1));
    for (text, vsn) in [
        ("1.0.0", Vsn::V1),
        ("1.0.7", Vsn::V1),
        ("2.0.0", Vsn::V2),
        ("2.0.12", Vsn::V2),
    ] {
        assert_eq!(Vsn::declared(Some(text)), Ok(vsn));
    }
    for text in [
        "", "1", "2", "1.0", "2.0.", "2.0.x", "1.1.0", "2.1.0", "3.0.0", "12.0.0",
    ] {
        assert_eq!(Vsn::declared(Some(text)), Err(VsnError(text.to_owned())));
    }
}

#[test]
fn an_array_is_read() {
    let frame = read(r#" [ 1 , 2 ,"killmails:lobby","phx_join", {"systems":[30000142]} ] "#);
    assert_eq!(frame.shape, Shape::Array);
    assert_eq!(
        (json(&frame.join_ref), json(&frame.message_ref)),
        (Some("1"), Some("2"))
    );
    assert_eq!(
        (&*frame.topic, &*frame.event),
        ("killmails:lobby", "phx_join")
    );
    assert_eq!(frame.payload, r#"{"systems":[30000142]}"#);
}

#[test]
fn an_object_is_read_whatever_the_order_of_its_members() {
    let frame = read(
        r#"{"payload":{},"join_ref":"1","event":"heartbeat","other":[1],"topic":"phoenix","ref":"3"}"#,
    );
    assert_eq!(frame.shape, Shape::Object);
    assert_eq!(
        (json(&frame.join_ref), json(&frame.message_ref)),
        (Some("\"1\""), Some("\"3\""))
    );
    assert_eq!(
        (&*frame.topic, &*frame.event, frame.payload),
        ("phoenix", "heartbeat", "{}")
    );
}

#[test]
fn refs_of_any_type_are_kept_byte_for_byte() {
    for written in [
        "1",
        "-1",
        "1.50",
        "1e3",
        "12345678901234567890123",
        "\"1\"",
        r#""\u0031""#,
        "true",
        "[1, 2]",
        r#"{"a" : 1}"#,
    ] {
        let text = format!(r#"[{written},{written},"t","e",{{}}]"#);
        let frame = read(&text);
        assert_eq!(json(&frame.join_ref), Some(written));
        assert_eq!(json(&frame.message_ref), Some(written));
    }
    let frame = read(r#"[null,null,"t","e",{}]"#);
    assert_eq!((frame.join_ref, frame.message_ref), (None, None));
}

#[test]
fn an_object_without_refs_or_payload_is_a_frame() {
    let frame = read(r#"{"topic":"phoenix","event":"heartbeat"}"#);
    assert_eq!(
        (frame.join_ref, frame.message_ref, frame.payload),
        (None, None, "null")
    );
}

#[test]
fn what_could_be_read_of_a_bad_frame_is_told() {
    let bad = refused(r#"["1",2,"killmails:lobby","phx_join"]"#);
    assert_eq!(bad.shape, Some(Shape::Array));
    assert_eq!(
        (json(&bad.join_ref), json(&bad.message_ref)),
        (Some("\"1\""), Some("2"))
    );
    assert_eq!(bad.topic.as_deref(), Some("killmails:lobby"));
    assert_eq!(bad.error, FrameError::Items(4));

    let bad = refused(r#"{"ref":7,"topic":"t","event":3,"payload":{}}"#);
    assert_eq!(
        (bad.shape, json(&bad.message_ref)),
        (Some(Shape::Object), Some("7"))
    );
    assert_eq!(bad.error, FrameError::NotText("event"));
}

#[test]
fn what_is_no_frame_is_refused_with_its_reason() {
    for text in ["", " ", "null", "7", "\"[]\"", "hello", "\u{feff}[]"] {
        assert_eq!(refused(text).error, FrameError::Shape, "{text:?}");
    }
    for text in [
        "[",
        "[1,2",
        "{",
        "{}x",
        r#"[1,2,"t","e",{}]]"#,
        r#"{"topic":1,"topic":2}"#,
    ] {
        let error = refused(text).error;
        assert!(matches!(error, FrameError::Json(_)), "{text:?}: {error}");
    }
    let cases = [
        ("[]", FrameError::Items(0)),
        (r#"[1,2,"t","e",{},{}]"#, FrameError::Items(6)),
        ("{}", FrameError::Missing("topic")),
        (r#"{"topic":"t"}"#, FrameError::Missing("event")),
        (r#"[1,2,null,"e",{}]"#, FrameError::NotText("topic")),
        (r#"[1,2,"t",["e"],{}]"#, FrameError::NotText("event")),
        (r#"[1,2,"\ud800","e",{}]"#, FrameError::NotText("topic")),
    ];
    for (text, expected) in cases {
        assert_eq!(refused(text).error, expected, "{text:?}");
    }
}

#[test]
fn long_refs_and_names_are_refused() {
    let long = |length: usize| "x".repeat(length);
    let fits = format!(r#"["{}",null,"{}","e",{{}}]"#, long(254), long(256));
    assert!(ClientFrame::read(&fits).is_ok());
    let bad = refused(&format!(r#"["{}",1,"t","e",{{}}]"#, long(255)));
    let expected = FrameError::TooLong {
        part: "join_ref",
        given: 257,
        allowed: 256,
    };
    assert_eq!(bad.error, expected);
    assert_eq!(
        (json(&bad.join_ref), json(&bad.message_ref)),
        (None, Some("1"))
    );
    let bad = refused(&format!(r#"[1,1,"t","{}",{{}}]"#, long(257)));
    assert!(
        matches!(bad.error, FrameError::TooLong { part: "event", .. }),
        "{}",
        bad.error
    );
}

#[test]
fn deep_nesting_is_no_danger() {
    let deep = format!(
        r#"[1,2,"t","e",{}{}]"#,
        "[".repeat(60_000),
        "]".repeat(60_000)
    );
    assert_eq!(read(&deep).payload.len(), 120_000);
}
