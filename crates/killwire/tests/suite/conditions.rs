//! What `killwire profile check` says of a condition: what it means, what is wrong with it, and what
//! is odd.

use serde_json::json;

use crate::profiles::{ask, tell, with_static_data, write};

#[test]
fn what_is_wrong_with_a_condition_is_said_with_place_and_what_was_meant() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    with_static_data(home);
    let check = |text: &str| {
        write(home, "profile.txt", text);
        let done = tell(home, &["profile", "check", "profile.txt"]);
        assert_eq!((done.code, done.out.as_str()), (1, ""), "{}", done.err);
        done.err
    };
    insta::assert_snapshot!(check("value >= 5b\n  and sytem = \"Jita\""), @r#"
    error: profile.txt: line 2, column 7: found `sytem`, expected a field of the killmail, or of somebody as in `victim.ship`; did you mean `system`?
      |
    2 |   and sytem = "Jita"
      |       ^^^^^
    "#);
    insta::assert_snapshot!(check("value >= much"), @r"
    error: profile.txt: line 1, column 10: found `much`, expected an amount of ISK, such as 500m, 1.2b or 1500000.25
      |
    1 | value >= much
      |          ^^^^
    ");
    insta::assert_snapshot!(check("system in [\"Jita\", \"Amar\"]"), @r#"
    error: profile.txt: line 1, column 20: no solar system is called "Amar"; perhaps "Amarr" (30002187)
      |
    1 | system in ["Jita", "Amar"]
      |                    ^^^^^^
    "#);
    insta::assert_snapshot!(check("not anyone.alliance in list \"blues\""), @r#"
    error: profile.txt: line 1, column 29: there is no list called "blues"; make it first
      |
    1 | not anyone.alliance in list "blues"
      |                             ^^^^^^^
    "#);
    insta::assert_snapshot!(check("{\"field\": \"value\", \">\": \"5x\"}"), @"error: profile.txt: />: found the text `5x`, expected an amount of ISK, such as 500m, 1.2b or 1500000.25");
    insta::assert_snapshot!(check("{\"field\": }"), @"error: profile.txt: not JSON: expected value at line 1 column 11");
    let missing = tell(home, &["profile", "check", "none.txt"]);
    assert_eq!(missing.code, 1);
    assert!(missing.err.contains("none.txt"), "{}", missing.err);

    write(home, "profile.txt", "system = \"Jitta\"");
    let told = ask(home, &["profile", "check", "profile.txt"]);
    assert_eq!(told.code, 1);
    let error = &told.json()["error"];
    assert_eq!(
        (&error["line"], &error["column"]),
        (&json!(1), &json!(10)),
        "{error}"
    );
}

#[test]
fn what_only_static_data_knows_is_said_to_need_it_where_there_is_none() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    write(
        home,
        "profile.txt",
        "system = \"Jita\" and victim.ship.group = \"Frigate\"",
    );
    let done = tell(home, &["profile", "check", "profile.txt"]);
    assert_eq!(done.code, 1);
    insta::assert_snapshot!(done.err, @r#"
    error: profile.txt: line 1, column 10: the solar system "Jita" cannot be looked up without static data; line 1, column 41: the group "Frigate" cannot be looked up without static data. `killwire serve` fetches static data by itself; `killwire sde import` brings it now
      |
    1 | system = "Jita" and victim.ship.group = "Frigate"
      |          ^^^^^^
      |
    1 | system = "Jita" and victim.ship.group = "Frigate"
      |                                         ^^^^^^^^^
    "#);
    write(home, "home.txt", "system Jita\n");
    let done = tell(home, &["list", "put", "home", "home.txt"]);
    assert_eq!(done.code, 1);
    insta::assert_snapshot!(done.err, @r#"error: home.txt: the solar system "Jita" cannot be looked up without static data. `killwire serve` fetches static data by itself; `killwire sde import` brings it now"#);
}

#[test]
fn what_no_killmail_has_is_warned_of_and_not_refused() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    write(home, "profile.txt", "victim.weapon = 2456 and solo");
    let done = tell(home, &["profile", "check", "profile.txt"]);
    assert_eq!(done.code, 0, "{}", done.err);
    insta::assert_snapshot!(done.err, @"warning: no condition on victim.weapon ever holds, and what negates one always does: a victim has none on any killmail; attacker.weapon is that of an attacker");
    let checked = ask(home, &["profile", "check", "profile.txt"]).json();
    assert_eq!(
        checked["warnings"].as_array().unwrap().len(),
        1,
        "{checked}"
    );
    write(home, "profile.txt", "attacker.weapon = 2456 and solo");
    let checked = ask(home, &["profile", "check", "profile.txt"]).json();
    assert_eq!(checked["warnings"], json!([]));
}

#[test]
fn a_condition_is_shown_with_ids_simplified_and_by_what_it_is_found() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    with_static_data(home);
    let text = "not (npc or not (system = jita)) and attackers any {ship.group = \"titan\" and final_blow}";
    write(home, "profile.txt", &text.replace("jita", "\"jita\""));
    let done = tell(home, &["profile", "check", "profile.txt"]);
    insta::assert_snapshot!(done.out, @r##"
    not (npc or system != "Jita"#30000142) and attackers any {ship.group = "Titan"#30 and final_blow}

    The same, simplified, in the order in which it is looked at:
      not npc and system = "Jita"#30000142 and attackers any {ship.group = "Titan"#30 and final_blow}

    Found by:
      system: Jita (30000142); guarded by attacker group
    "##);
    let checked = ask(home, &["profile", "check", "profile.txt"]).json();
    write(home, "profile.json", &checked["json"].to_string());
    let again = ask(home, &["profile", "check", "profile.json"]).json();
    assert_eq!(again, checked, "the JSON says the same");
}
