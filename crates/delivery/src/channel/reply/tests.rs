use super::*;
use crate::channel::protocol::ClientFrame;

/// The refs of a client's frame: its join_ref and its ref, as JSON.
fn refs(join_ref: &str, message_ref: &str) -> (Option<Ref>, Option<Ref>) {
    let text = format!(r#"[{join_ref},{message_ref},"t","e",{{}}]"#);
    let frame = ClientFrame::read(&text).expect("a frame");
    (frame.join_ref, frame.message_ref)
}

fn both(write: impl Fn(Shape) -> Bytes) -> String {
    let texts = [Shape::Array, Shape::Object].map(write);
    texts
        .map(|text| String::from_utf8(text.to_vec()).unwrap())
        .join("\n")
}

fn answer(join_ref: &str, message_ref: &str, status: Status, response: &str) -> String {
    let (join_ref, message_ref) = refs(join_ref, message_ref);
    both(|shape| {
        reply(
            shape,
            join_ref.as_ref(),
            message_ref.as_ref(),
            "killmails:lobby",
            status,
            response,
        )
    })
}

#[test]
fn what_is_done_is_answered_with_ok() {
    insta::assert_snapshot!(answer("1", "2", Status::Ok, r#"{"subscribed_systems":[]}"#), @r#"
    [1,2,"killmails:lobby","phx_reply",{"status":"ok","response":{"subscribed_systems":[]}}]
    {"topic":"killmails:lobby","event":"phx_reply","payload":{"status":"ok","response":{"subscribed_systems":[]}},"ref":2,"join_ref":1}
    "#);
}

#[test]
fn what_is_not_done_is_answered_with_an_error_and_its_reason() {
    let why = reason("no \"such\" thing\n");
    insta::assert_snapshot!(answer("\"1\"", "\"2\"", Status::Error, &why), @r#"
    ["1","2","killmails:lobby","phx_reply",{"status":"error","response":{"reason":"no \"such\" thing\n"}}]
    {"topic":"killmails:lobby","event":"phx_reply","payload":{"status":"error","response":{"reason":"no \"such\" thing\n"}},"ref":"2","join_ref":"1"}
    "#);
}

#[test]
fn a_client_without_refs_gets_null_and_an_object_without_join_ref() {
    insta::assert_snapshot!(answer("null", "null", Status::Ok, "{}"), @r#"
    [null,null,"killmails:lobby","phx_reply",{"status":"ok","response":{}}]
    {"topic":"killmails:lobby","event":"phx_reply","payload":{"status":"ok","response":{}},"ref":null}
    "#);
}

#[test]
fn a_topic_that_is_over_is_named_by_the_ref_of_its_join() {
    let (join_ref, _) = refs("\"join_1\"", "null");
    insta::assert_snapshot!(both(|shape| closed(shape, join_ref.as_ref(), "killmails:lobby")), @r#"
    ["join_1","join_1","killmails:lobby","phx_close",{}]
    {"topic":"killmails:lobby","event":"phx_close","payload":{},"ref":"join_1","join_ref":"join_1"}
    "#);
}

#[test]
fn a_topic_is_written_as_a_json_string() {
    let text = closed(Shape::Array, None, "a\"b\\c\u{0}");
    assert_eq!(
        text,
        r#"[null,null,"a\"b\\c\u0000","phx_close",{}]"#.as_bytes()
    );
}
