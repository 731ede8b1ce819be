//! The exact bytes of our JSON form, which clients depend on.

use killwire_killmail::killmail_json;

use crate::document::{ESI, ZKB, killmail, open_esi};

/// One member per line, so that a difference is easy to see.
pub(crate) fn lines(json: Vec<u8>) -> String {
    String::from_utf8(json).unwrap().replace(",\"", ",\n\"")
}

#[test]
fn a_killmail_with_everything() {
    let mut parsed = killmail(&format!(r#"{},"zkb":{ZKB}}}"#, open_esi()));
    let zkb = parsed.zkb.as_mut().unwrap();
    zkb.total_droppable_value = "1_000.5".parse().ok();
    zkb.attacker_count = Some(1);
    zkb.href = Some("https://esi.evetech.net/killmails/900/x/".to_owned());
    parsed.killmail.moon_id = "40000002".parse().ok();
    parsed.killmail.war_id = "77".parse().ok();
    let json = killmail_json(
        &parsed.killmail,
        parsed.hash.as_ref(),
        parsed.zkb.as_ref(),
        None,
    );
    insta::assert_snapshot!(lines(json), @r#"
    {"killmail_id":900,
    "killmail_time":"2026-04-02T06:40:33Z",
    "kill_time":"2026-04-02T06:40:33Z",
    "solar_system_id":31000005,
    "system_id":31000005,
    "hash":"6982faee0b745db14f5f842de0c0e8259c43c2dd",
    "moon_id":40000002,
    "war_id":77,
    "attacker_count":1,
    "total_value":454100.25,
    "npc":false,
    "solo":true,
    "awox":false,
    "value":{"fitted":{"isk":450000.5,
    "source":"zkillboard"},
    "dropped":{"isk":4000,
    "source":"zkillboard"},
    "destroyed":{"isk":450100.25,
    "source":"zkillboard"},
    "total":{"isk":454100.25,
    "source":"zkillboard"}},
    "victim":{"character_id":1001,
    "corporation_id":2001,
    "ship_type_id":587,
    "damage_taken":458,
    "position":{"x":1.5,
    "y":-2.25,
    "z":3.0},
    "items":[{"item_type_id":2046,
    "flag":11,
    "singleton":0,
    "quantity_destroyed":1},{"item_type_id":3465,
    "flag":5,
    "singleton":1,
    "quantity_dropped":1,
    "items":[{"item_type_id":34,
    "flag":0,
    "singleton":0,
    "quantity_dropped":1000}]}]},
    "attackers":[{"character_id":1002,
    "corporation_id":2002,
    "alliance_id":3002,
    "ship_type_id":17843,
    "weapon_type_id":2488,
    "damage_done":458,
    "security_status":-1.8,
    "final_blow":true}],
    "final_blow_attacker":{"character_id":1002,
    "corporation_id":2002,
    "alliance_id":3002,
    "ship_type_id":17843,
    "weapon_type_id":2488,
    "damage_done":458,
    "security_status":-1.8,
    "final_blow":true},
    "zkb":{"locationID":40000001,
    "location_id":40000001,
    "hash":"6982faee0b745db14f5f842de0c0e8259c43c2dd",
    "fittedValue":450000.5,
    "fitted_value":450000.5,
    "droppedValue":4000,
    "dropped_value":4000,
    "destroyedValue":450100.25,
    "destroyed_value":450100.25,
    "totalValue":454100.25,
    "total_value":454100.25,
    "totalDroppableValue":1000.5,
    "total_droppable_value":1000.5,
    "points":1,
    "npc":false,
    "solo":true,
    "awox":false,
    "labels":["cat:6",
    "loc:w-space",
    "pvp",
    "solo"],
    "attackerCount":1,
    "attacker_count":1,
    "href":"https://esi.evetech.net/killmails/900/x/"}}
    "#);
}

#[test]
fn a_killmail_with_the_least() {
    let parsed = killmail(
        r#"{"killmail_id":1,"killmail_time":"2008-01-06T00:44:00Z","solar_system_id":30002691,
            "victim":{"ship_type_id":644,"damage_taken":0},"attackers":[{"damage_done":0}]}"#,
    );
    let json = killmail_json(&parsed.killmail, None, None, None);
    insta::assert_snapshot!(lines(json), @r#"
    {"killmail_id":1,
    "killmail_time":"2008-01-06T00:44:00Z",
    "kill_time":"2008-01-06T00:44:00Z",
    "solar_system_id":30002691,
    "system_id":30002691,
    "attacker_count":1,
    "victim":{"ship_type_id":644,
    "damage_taken":0,
    "items":[]},
    "attackers":[{"damage_done":0,
    "final_blow":false}]}
    "#);
}

#[test]
fn it_is_itself_a_shape_that_reads_back() {
    let parsed = killmail(&format!(r#"{},"zkb":{ZKB}}}"#, open_esi()));
    let json = killmail_json(
        &parsed.killmail,
        parsed.hash.as_ref(),
        parsed.zkb.as_ref(),
        None,
    );
    let again = killmail(std::str::from_utf8(&json).unwrap());
    assert_eq!(again.killmail, parsed.killmail);
    assert_eq!((again.hash, again.zkb), (parsed.hash, parsed.zkb));
    assert_eq!(
        killmail(std::str::from_utf8(&again.esi).unwrap()).killmail,
        killmail(ESI).killmail
    );
}
