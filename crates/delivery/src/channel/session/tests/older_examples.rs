//! What older examples of the peer send otherwise than it documents.

use super::*;

#[test]
fn the_names_that_older_examples_give_lists_are_understood() {
    let mut client = joined();
    insta::assert_snapshot!(client.say(r#"["1","2","killmails:lobby","subscribe_characters",{"characters":[95465499]}]"#), @r#"
    send ["1","2","killmails:lobby","phx_reply",{"status":"ok","response":{"subscribed_characters":[95000001,95465499]}}]
    change killmails:lobby: [(30000142)] [(95000001), (95465499)]
    "#);
    insta::assert_snapshot!(client.say(r#"["1","3","killmails:lobby","unsubscribe_characters",{"characters":[95000001]}]"#), @r#"
    send ["1","3","killmails:lobby","phx_reply",{"status":"ok","response":{"subscribed_characters":[95465499]}}]
    change killmails:lobby: [(30000142)] [(95465499)]
    "#);
}
