//! Every wire shape there is, each with the same killmail inside.

use killwire_killmail::{Document, HashCheck, Killmail, parse};

use crate::document::{ESI, HASH, ZKB, killmail, open_esi, reference};

#[test]
fn esi_body() {
    let parsed = killmail(ESI);
    assert_eq!(parsed.killmail.id.get(), 900);
    assert_eq!(parsed.killmail.time.to_string(), "2026-04-02T06:40:33Z");
    assert_eq!(parsed.killmail.system_id.get(), 31_000_005);
    let victim = &parsed.killmail.victim;
    assert_eq!(victim.character_id.map(|id| id.get()), Some(1001));
    assert_eq!(victim.alliance_id, None);
    assert_eq!(
        victim.position.map(|at| (at.x, at.y, at.z)),
        Some((1.5, -2.25, 3.0))
    );
    assert_eq!(victim.items.len(), 2);
    assert_eq!(victim.items[1].items[0].dropped, 1000);
    let killer = parsed.killmail.final_blow().unwrap();
    assert_eq!(killer.security_status.unwrap().millionths(), -1_800_000);
    assert_eq!(killer.weapon_type_id.map(|id| id.get()), Some(2488));
    assert_eq!((parsed.hash, parsed.hash_check), (None, HashCheck::Absent));
    assert_eq!((parsed.zkb, parsed.feed), (None, None));
    assert_eq!(parsed.esi, ESI.as_bytes(), "byte for byte");
}

#[test]
fn r2z2_entry() {
    let parsed = killmail(&format!(
        r#"{{"killmail_id":900,"hash":"{HASH}","esi": {ESI},"zkb":{ZKB},"uploaded_at":1775112083,"sequence_id":96724073,"sequence_updated":96724001}}"#
    ));
    assert_eq!(parsed.killmail, killmail(ESI).killmail);
    assert_eq!(parsed.esi, ESI.as_bytes(), "byte for byte");
    assert_eq!(parsed.hash.unwrap().to_string(), HASH);
    assert_eq!(parsed.hash_check, HashCheck::Right);
    let feed = parsed.feed.unwrap();
    assert_eq!(feed.sequence_id, 96_724_073);
    assert_eq!(
        feed.uploaded_at.unwrap().to_string(),
        "2026-04-02T06:41:23Z"
    );
    assert_eq!(feed.sequence_updated, Some(96_724_001));
    let zkb = parsed.zkb.unwrap();
    assert_eq!(zkb.total_value.unwrap().hundredths(), 45_410_025);
    assert_eq!(
        zkb.labels,
        ["cat:6", "loc:w-space", "pvp", "solo"],
        "sorted"
    );
}

#[test]
fn r2z2_null_placeholder_is_not_a_killmail_and_not_an_error() {
    let entry = r#"{"killmail_id":null,"hash":null,"esi":null,"zkb":{"npc":null,"labels":null,"href":"https://esi.evetech.net/killmails///"},"uploaded_at":1775112083,"sequence_id":7}"#;
    let Ok(Document::Placeholder(Some(feed))) = parse(entry.as_bytes()) else {
        panic!()
    };
    assert_eq!(feed.sequence_id, 7);
    assert_eq!(parse(b" null "), Ok(Document::Placeholder(None)));
}

#[test]
fn r2z2_entry_that_lost_its_body_is_a_reference_with_its_feed_numbers() {
    let entry = format!(r#"{{"killmail_id":900,"hash":"{HASH}","esi":null,"sequence_id":7}}"#);
    let reference = reference(&entry);
    assert_eq!(
        (reference.id.get(), reference.hash.to_string()),
        (900, HASH.to_owned())
    );
    assert_eq!(reference.feed.unwrap().sequence_id, 7);
}

#[test]
fn redisq_package_before_december_2025_alone_and_in_its_answer() {
    let package = format!(r#"{{"killID":900,"killmail":{ESI},"zkb":{ZKB}}}"#);
    for document in [format!(r#"{{"package":{package}}}"#), package] {
        let parsed = killmail(&document);
        assert_eq!(parsed.killmail, killmail(ESI).killmail);
        assert_eq!(parsed.esi, ESI.as_bytes(), "byte for byte");
        assert_eq!(
            parsed.hash_check,
            HashCheck::Right,
            "the hash stands in zkb"
        );
    }
}

#[test]
fn redisq_package_since_december_2025_is_a_reference() {
    let document = format!(r#"{{"package":{{"killID":900,"zkb":{ZKB}}}}}"#);
    let reference = reference(&document);
    assert_eq!(
        (reference.id.get(), reference.hash.to_string()),
        (900, HASH.to_owned())
    );
    assert_eq!(reference.zkb.solo, Some(true));
    assert_eq!(reference.feed, None);
}

#[test]
fn redisq_reference_by_address_alone() {
    let href = format!("https://esi.evetech.net/v1/killmails/900/{HASH}/");
    let package = format!(r#"{{"package":{{"zkb":{{"href":"{href}"}}}}}}"#);
    let bare = format!(r#"{{"href":"{href}"}}"#);
    for document in [package, bare] {
        let reference = reference(&document);
        assert_eq!(
            (reference.id.get(), reference.hash.to_string()),
            (900, HASH.to_owned())
        );
    }
}

#[test]
fn redisq_answer_with_nothing() {
    assert_eq!(parse(br#"{"package":null}"#), Ok(Document::Empty));
}

#[test]
fn zkillboard_rest_element_and_killmail_stream_are_esi_with_zkb_beside() {
    let parsed = killmail(&format!(r#"{},"zkb":{ZKB}}}"#, open_esi()));
    assert_eq!(parsed.killmail, killmail(ESI).killmail);
    assert_eq!(
        parsed.esi,
        ESI.as_bytes(),
        "without zkb, otherwise byte for byte"
    );
    assert_eq!(parsed.hash_check, HashCheck::Right);
    assert_eq!(parsed.zkb.unwrap().points, Some(1));
}

#[test]
fn zkillboard_rest_element_before_june_2026_is_a_reference() {
    let reference = reference(&format!(r#"{{"killmail_id":900,"zkb":{ZKB}}}"#));
    assert_eq!(
        (reference.id.get(), reference.hash.to_string()),
        (900, HASH.to_owned())
    );
}

#[test]
fn eve_ref_member_has_hash_and_date_beside_esi() {
    let parsed = killmail(&format!(
        r#"{},"killmail_hash":"{HASH}","http_last_modified":"2026-04-02T06:42:00Z"}}"#,
        open_esi()
    ));
    assert_eq!(parsed.esi, ESI.as_bytes());
    assert_eq!((parsed.hash_check, parsed.zkb), (HashCheck::Right, None));
}

#[test]
fn capture_of_2018_has_nulls_floats_and_another_time() {
    let parsed = killmail(
        r#"{"killmail_id":900.0,"killmail_time":"2026-04-02 06:40:33","solar_system_id":31000005.0,"moon_id":null,"war_id":0,
            "victim":{"character_id":1001.0,"alliance_id":null,"ship_type_id":587.0,"damage_taken":458.0,"items":null,"position":null},
            "attackers":[{"character_id":1002,"faction_id":0,"damage_done":458.0,"security_status":null,"final_blow":true,"weapon_type_id":null}],
            "zkb":{"locationID":0,"hash":null,"fittedValue":10000.0,"totalValue":10000,"points":1.0,"npc":null,"href":null}}"#,
    );
    let esi = killmail(ESI).killmail;
    assert_eq!(
        (parsed.killmail.id, parsed.killmail.time),
        (esi.id, esi.time)
    );
    assert_eq!(
        (parsed.killmail.moon_id, parsed.killmail.war_id),
        (None, None)
    );
    assert_eq!(parsed.killmail.attackers[0].faction_id, None);
    assert_eq!(parsed.hash_check, HashCheck::Absent);
    let zkb = parsed.zkb.unwrap();
    assert_eq!((zkb.location_id, zkb.href, zkb.npc), (None, None, None));
    assert_eq!((zkb.total_value, zkb.points), (zkb.fitted_value, Some(1)));
}

#[test]
fn a_wrong_hash_is_told_apart_from_none() {
    let other = HASH.replace('a', "b");
    assert_ne!(other, HASH);
    let parsed = killmail(&format!(r#"{},"killmail_hash":"{other}"}}"#, open_esi()));
    assert_eq!(parsed.hash_check, HashCheck::Wrong);
    let parsed = killmail(&format!(
        r#"{},"killmail_hash":"CCP VERIFIED"}}"#,
        open_esi()
    ));
    assert_eq!((parsed.hash, parsed.hash_check), (None, HashCheck::Absent));
}

#[test]
fn esi_bytes_of_every_shape_read_back_as_the_killmail() {
    let unusual = ESI.replace(
        r#"{"killmail_id":900"#,
        r#"{"package":null,"esi":1,"killmail_id":900"#,
    );
    let entry = format!(r#"{{"esi":{unusual}}}"#);
    let parsed = killmail(&entry);
    assert_eq!(Killmail::from_esi(&parsed.esi), Ok(parsed.killmail));
    assert_eq!(
        Killmail::from_esi(b"null").unwrap_err().to_string(),
        "killmail_id is missing"
    );
}
