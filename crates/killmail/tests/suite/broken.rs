//! What is refused, and how the error names it.

use killwire_killmail::{MAX_ATTACKERS, MAX_ITEM_DEPTH, ParseError, parse};

use crate::document::{ESI, HASH, error, killmail};

/// [`ESI`] in an R2Z2 entry, with `from` replaced by `to`.
fn entry(from: &str, to: &str) -> String {
    let esi = ESI.replacen(from, to, 1);
    assert_ne!(esi, ESI, "{from} is not in the document");
    format!(r#"{{"killmail_id":900,"hash":"{HASH}","esi":{esi},"sequence_id":7}}"#)
}

#[test]
fn what_is_missing_is_named_with_its_path() {
    for (from, to, path) in [
        (r#""killmail_id":900,"#, "", "esi.killmail_id"),
        (
            r#""killmail_time":"2026-04-02T06:40:33Z","#,
            "",
            "esi.killmail_time",
        ),
        (
            r#""solar_system_id":31000005"#,
            r#""solar_system_id":null"#,
            "esi.solar_system_id",
        ),
        (r#""victim":{"#, r#""prey":{"#, "esi.victim"),
        (r#""attackers":["#, r#""shooters":["#, "esi.attackers"),
        (r#""ship_type_id":587,"#, "", "esi.victim.ship_type_id"),
        (r#","damage_taken":458"#, "", "esi.victim.damage_taken"),
        (r#""y":-2.25,"#, "", "esi.victim.position.y"),
        (r#""flag":11,"#, "", "esi.victim.items[0].flag"),
        (
            r#""item_type_id":34,"#,
            "",
            "esi.victim.items[1].items[0].item_type_id",
        ),
        (r#""damage_done":458,"#, "", "esi.attackers[0].damage_done"),
    ] {
        assert_eq!(
            error(&entry(from, to)),
            ParseError::Missing {
                path: path.to_owned()
            }
        );
    }
}

#[test]
fn what_is_wrong_is_named_with_its_path_its_value_and_what_would_be_right() {
    for (from, to, message) in [
        (
            r#""damage_done":458"#,
            r#""damage_done":-3"#,
            "esi.attackers[0].damage_done is -3: expected a whole number from 0 to 9007199254740991",
        ),
        (
            r#""damage_taken":458"#,
            r#""damage_taken":1.5"#,
            "esi.victim.damage_taken is 1.5: expected a whole number from 0 to 9007199254740991",
        ),
        (
            r#""killmail_id":900"#,
            r#""killmail_id":0"#,
            "esi.killmail_id is 0: expected an id, a whole number above zero",
        ),
        (
            r#""killmail_id":900"#,
            r#""killmail_id":901"#,
            "esi.killmail_id is 901: expected 900, as killmail_id says",
        ),
        (
            r#""ship_type_id":587"#,
            r#""ship_type_id":0"#,
            "esi.victim.ship_type_id is 0: expected an id, a whole number above zero",
        ),
        (
            r#""character_id":1002"#,
            r#""character_id":"1002""#,
            "esi.attackers[0].character_id is \"1002\": expected an id, a whole number above zero, \
             or nothing",
        ),
        (
            r#""corporation_id":2002"#,
            r#""corporation_id":18446744073709551615"#,
            "esi.attackers[0].corporation_id is 18446744073709551615: expected an id, a whole \
             number above zero, or nothing",
        ),
        (
            r#""killmail_time":"2026-04-02T06:40:33Z""#,
            r#""killmail_time":"yesterday, expected today""#,
            "esi.killmail_time is \"yesterday, expected today\": expected a time like \
             2026-04-02T06:40:33Z, from 2003 to 2099",
        ),
        (
            "2026-04-02T06:40:33Z",
            "2002-12-31T23:59:59Z",
            "esi.killmail_time is \"2002-12-31T23:59:59Z\": expected a time like \
             2026-04-02T06:40:33Z, from 2003 to 2099",
        ),
        (
            "2026-04-02T06:40:33Z",
            "2026-02-30T06:40:33Z",
            "esi.killmail_time is \"2026-02-30T06:40:33Z\": expected a time like \
             2026-04-02T06:40:33Z, from 2003 to 2099",
        ),
        (
            r#""final_blow":true"#,
            r#""final_blow":2"#,
            "esi.attackers[0].final_blow is 2: expected true or false",
        ),
        (
            r#""security_status":-1.8"#,
            r#""security_status":-1000"#,
            "esi.attackers[0].security_status is -1000: expected a security status, a number from \
             -100 to 100",
        ),
        (
            r#""position":{"x":1.5,"y":-2.25,"z":3}"#,
            r#""position":[1, 2]"#,
            "esi.victim.position is [1, 2]: expected a position object with x, y and z in metres",
        ),
        (
            r#""flag":11"#,
            r#""flag":4294967296"#,
            "esi.victim.items[0].flag is 4294967296: expected a whole number from 0 to 2147483647",
        ),
        (
            r#""attackers":[{"#,
            r#""attackers":[7,{"#,
            "esi.attackers[0] is 7: expected an attacker object",
        ),
        (
            r#""victim":{"#,
            r#""victim":"nobody","prey":{"#,
            "esi.victim is \"nobody\": expected a victim object",
        ),
    ] {
        assert_eq!(error(&entry(from, to)).to_string(), message);
    }
}

#[test]
fn the_envelope_is_checked_too() {
    for (document, message) in [
        ("{}", "killmail_id is missing"),
        (r#"{"error":"Invalid type"}"#, "killmail_id is missing"),
        (r#"{"killmail_id":900}"#, "killmail_time is missing"),
        (r#"{"package":{}}"#, "package.killmail_id is missing"),
        (
            r#"{"package":{"killID":900,"zkb":{"hash":"junk"}}}"#,
            "package.zkb.hash is missing",
        ),
        (
            r#"{"package":{"killID":900,"killmail":{}}}"#,
            "package.killmail.killmail_id is missing",
        ),
        (r#"{"package":5}"#, "package is 5: expected an object"),
        (
            r#"{"esi":[1,{"a":2}]}"#,
            r#"esi is [1,{"a":2}]: expected an object"#,
        ),
        ("[]", "the document is []: expected an object"),
        (
            r#"{"esi":null,"sequence_id":0}"#,
            "sequence_id is 0: expected a whole number from 1 to 9007199254740991",
        ),
        (
            r#"{"esi":null,"uploaded_at":"now"}"#,
            "uploaded_at is \"now\": expected a whole number from 0 to 4102444800",
        ),
    ] {
        assert_eq!(error(document).to_string(), message, "{document}");
    }
}

#[test]
fn a_killmail_has_at_least_one_attacker() {
    let from = ESI
        .split_once("\"attackers\":")
        .unwrap()
        .1
        .strip_suffix('}')
        .unwrap();
    assert_eq!(
        error(&entry(from, "[]")).to_string(),
        format!("esi.attackers is []: expected a list of 1 to {MAX_ATTACKERS} attackers")
    );
}

#[test]
fn a_killmail_has_a_bounded_number_of_attackers() {
    let shooters = |count: usize| {
        let from = ESI
            .split_once("\"attackers\":")
            .unwrap()
            .1
            .strip_suffix('}')
            .unwrap();
        entry(
            from,
            &format!("[{}]", vec![r#"{"damage_done":1}"#; count].join(",")),
        )
    };
    assert_eq!(
        killmail(&shooters(MAX_ATTACKERS)).killmail.attackers.len(),
        MAX_ATTACKERS
    );
    let message = error(&shooters(MAX_ATTACKERS + 1)).to_string();
    assert!(
        message.starts_with("esi.attackers is [{\"damage_done\":1},"),
        "{message}"
    );
    assert!(message.chars().count() < 200, "the value is cut: {message}");
}

#[test]
fn items_are_nested_to_a_bounded_depth() {
    let nested = |depth: usize| {
        let item = r#"{"item_type_id":34,"flag":5,"items":["#.repeat(depth - 1);
        let inner = r#"{"item_type_id":34,"flag":5}"#;
        let document = format!("[{item}{inner}{}]", "]}".repeat(depth - 1));
        let from = ESI
            .split_once("\"items\":")
            .unwrap()
            .1
            .split_once("},\"attackers\"")
            .unwrap()
            .0;
        entry(from, &document)
    };
    assert!(parse(nested(MAX_ITEM_DEPTH).as_bytes()).is_ok());
    let ParseError::Invalid { path, expected, .. } = error(&nested(MAX_ITEM_DEPTH + 1)) else {
        panic!()
    };
    assert_eq!(
        path,
        format!("esi.victim{}.items", ".items[0]".repeat(MAX_ITEM_DEPTH))
    );
    assert_eq!(expected, "a list of items, nested at most 8 deep");
    assert!(parse(nested(10_000).as_bytes()).is_err());
}

#[test]
fn what_is_not_json_says_where_it_stops_being_json() {
    for (document, offset) in [
        ("", 0),
        ("<html>", 1),
        ("{", 1),
        (r#"{"killmail_id" 900}"#, 15),
        (r#"{"killmail_id":900"#, 18),
        (r#"{"killmail_id":900 "a":1}"#, 19),
        (r#"{"killmail_id":900}{}"#, 19),
        (r#"{killmail_id:900}"#, 1),
        (r#"{"zkb":{"npc":tru}}"#, 18),
        (r#"{"victim":{"damage_taken":-1"#, 28),
    ] {
        let ParseError::Syntax { offset: at, reason } = error(document) else {
            panic!("{:?}", error(document))
        };
        assert_eq!(at, offset, "{document}: {reason}");
    }
    let cut = &ESI[..ESI.len() / 2];
    assert!(matches!(error(cut), ParseError::Syntax { .. }));
}

#[test]
fn text_that_is_not_utf_8_is_refused_wherever_it_stands() {
    let mut document = ESI
        .replace(r#"{"killmail_id""#, r#"{"unknown":"?","killmail_id""#)
        .into_bytes();
    let at = document.iter().position(|byte| *byte == b'?').unwrap();
    document[at] = 0xff;
    assert_eq!(
        parse(&document),
        Err(ParseError::Syntax {
            reason: "not UTF-8".to_owned(),
            offset: at
        })
    );
}

#[test]
fn deep_nesting_outside_of_what_is_read_does_no_harm() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for member in [
        "unknown",
        "zkb",
        "labels",
        "hash",
        "href",
        "victim",
        "attackers",
        "moon_id",
    ] {
        let _ = parse(format!(r#"{{"{member}":{deep}}}"#).as_bytes());
        let _ = parse(format!(r#"{{"zkb":{{"{member}":{deep}}}}}"#).as_bytes());
    }
    let packages = format!(
        "{}null{}",
        r#"{"package":"#.repeat(100_000),
        "}".repeat(100_000)
    );
    assert!(parse(packages.as_bytes()).is_err());
}
