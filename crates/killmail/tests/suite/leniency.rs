//! What is odd on the wire and still a killmail.

use crate::document::{ESI, HASH, ZKB, killmail, open_esi};

fn zkb(block: &str) -> Option<killwire_killmail::ZkbInfo> {
    killmail(&format!(r#"{},"zkb":{block}}}"#, open_esi())).zkb
}

#[test]
fn a_member_that_stands_twice_counts_as_it_stands_last() {
    let document = ESI
        .replace(
            r#""damage_taken":458"#,
            r#""damage_taken":1,"damage_taken":458"#,
        )
        .replace(
            r#""solar_system_id":31000005"#,
            r#""solar_system_id":5,"solar_system_id":31000005"#,
        )
        .replace(
            r#""final_blow":true"#,
            r#""final_blow":false,"final_blow":true"#,
        );
    assert_eq!(killmail(&document).killmail, killmail(ESI).killmail);
}

#[test]
fn a_second_body_that_is_null_does_not_undo_the_first() {
    let document = format!(r#"{{"zkb":{ZKB},"esi":{ESI},"esi":null,"solar_system_id":5}}"#);
    assert_eq!(killmail(&document).killmail, killmail(ESI).killmail);
}

#[test]
fn optional_ids_of_0_are_absent() {
    let document = ESI
        .replace(
            r#""character_id":1001"#,
            r#""character_id":0,"faction_id":0"#,
        )
        .replace(r#""alliance_id":3002"#, r#""alliance_id":0"#)
        .replace(r#""weapon_type_id":2488"#, r#""weapon_type_id":0"#);
    let killmail = killmail(&document).killmail;
    assert_eq!(
        (killmail.victim.character_id, killmail.victim.faction_id),
        (None, None)
    );
    assert_eq!(killmail.attackers[0].alliance_id, None);
    assert_eq!(killmail.attackers[0].weapon_type_id, None);
}

#[test]
fn a_missing_final_blow_is_false_and_a_missing_singleton_0() {
    let document = ESI
        .replace(r#","final_blow":true"#, "")
        .replace(r#""singleton":1,"#, "");
    let killmail = killmail(&document).killmail;
    assert_eq!(killmail.final_blow(), None);
    assert_eq!(killmail.victim.items[1].singleton, 0);
}

#[test]
fn fractions_of_a_second_and_offsets_are_understood() {
    for time in [
        "2026-04-02T06:40:33.999Z",
        "2026-04-02T08:40:33+02:00",
        "2026-04-02T06:40:33",
    ] {
        let document = ESI.replace("2026-04-02T06:40:33Z", time);
        assert_eq!(
            killmail(&document).killmail.time,
            killmail(ESI).killmail.time,
            "{time}"
        );
    }
}

#[test]
fn each_unusable_member_of_zkb_is_absent_on_its_own() {
    let zkb = zkb(
        r#"{"locationID":"x","hash":"CCP VERIFIED","fittedValue":"1b","droppedValue":1e300,"destroyedValue":[1],
            "totalValue":454100.25,"points":1.5,"npc":"no","solo":1,"awox":{"a":0},"attackerCount":-1,"href":17,
            "labels":["pvp",null,7,"","pvp",["a"],{"b":1},"cat:6"],"unknown":{"deep":[[[]]]}}"#,
    )
    .unwrap();
    assert_eq!(zkb.total_value.unwrap().hundredths(), 45_410_025);
    assert_eq!(zkb.solo, Some(true), "1 is true");
    assert_eq!(zkb.labels, ["cat:6", "pvp"]);
    let kept = killwire_killmail::ZkbInfo {
        total_value: zkb.total_value,
        solo: zkb.solo,
        labels: zkb.labels.clone(),
        ..Default::default()
    };
    assert_eq!(zkb, kept);
}

#[test]
fn a_zkb_block_that_is_no_object_is_absent() {
    for block in ["null", "[]", "[1]", "\"x\"", "5", "-5", "5.5", "true"] {
        assert_eq!(zkb(block), None, "{block}");
    }
    assert_eq!(zkb("{}"), Some(killwire_killmail::ZkbInfo::default()));
}

#[test]
fn labels_are_bounded_in_number_and_length() {
    let many: Vec<String> = (0..100).map(|n| format!("\"label:{n:03}\"")).collect();
    let block = format!(r#"{{"labels":["{}",{}]}}"#, "x".repeat(65), many.join(","));
    let labels = zkb(&block).unwrap().labels;
    assert_eq!((labels.len(), labels[0].as_str()), (64, "label:000"));
    for none in ["null", "\"pvp\"", "{}", "1", "1.5", "-1", "false"] {
        assert!(
            zkb(&format!(r#"{{"labels":{none}}}"#))
                .unwrap()
                .labels
                .is_empty(),
            "{none}"
        );
    }
}

#[test]
fn the_outer_hash_is_preferred_and_the_next_usable_one_taken() {
    let with = |members: &str| killmail(&format!("{},{members}}}", open_esi())).hash;
    let hash = HASH.parse().ok();
    let other = "0".repeat(40);
    assert_eq!(
        with(&format!(r#""hash":"{HASH}","killmail_hash":"{other}""#)),
        hash
    );
    assert_eq!(
        with(&format!(r#""hash":"junk","killmail_hash":"{HASH}""#)),
        hash
    );
    assert_eq!(
        with(&format!(r#""hash":5,"killmail_hash":null,"zkb":{ZKB}"#)),
        hash
    );
    assert_eq!(with(&format!(r#""hash":"{}""#, HASH.to_uppercase())), hash);
}
