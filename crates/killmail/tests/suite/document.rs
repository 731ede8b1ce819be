//! A small handmade killmail and the verbs that the tests use on documents.

use killwire_killmail::{Document, ParseError, Parsed, Reference, parse};

/// ESI's body of a made-up loss: a Rifter shot by one pilot, with a cargo container in its hold.
pub(crate) const ESI: &str = r#"{"killmail_id":900,"killmail_time":"2026-04-02T06:40:33Z","solar_system_id":31000005,"victim":{"character_id":1001,"corporation_id":2001,"ship_type_id":587,"damage_taken":458,"position":{"x":1.5,"y":-2.25,"z":3},"items":[{"item_type_id":2046,"flag":11,"singleton":0,"quantity_destroyed":1},{"item_type_id":3465,"flag":5,"singleton":1,"quantity_dropped":1,"items":[{"item_type_id":34,"flag":0,"singleton":0,"quantity_dropped":1000}]}]},"attackers":[{"character_id":1002,"corporation_id":2002,"alliance_id":3002,"ship_type_id":17843,"weapon_type_id":2488,"damage_done":458,"security_status":-1.8,"final_blow":true}]}"#;

/// The hash of [`ESI`], by the formula that CCP uses.
pub(crate) const HASH: &str = "6982faee0b745db14f5f842de0c0e8259c43c2dd";

/// zKillboard's block for [`ESI`].
pub(crate) const ZKB: &str = r##"{"locationID":40000001,"hash":"6982faee0b745db14f5f842de0c0e8259c43c2dd","fittedValue":450000.5,"droppedValue":4000,"destroyedValue":450100.25,"totalValue":454100.25,"points":1,"npc":false,"solo":true,"awox":false,"labels":["solo","cat:6","pvp","loc:w-space"]}"##;

/// [`ESI`] without its closing brace, for shapes that put more members behind.
pub(crate) fn open_esi() -> &'static str {
    ESI.strip_suffix('}').unwrap()
}

pub(crate) fn killmail(document: &str) -> Parsed {
    match parse(document.as_bytes()) {
        Ok(Document::Killmail(parsed)) => *parsed,
        other => panic!("expected a killmail, got {other:?}"),
    }
}

pub(crate) fn reference(document: &str) -> Reference {
    match parse(document.as_bytes()) {
        Ok(Document::Reference(reference)) => *reference,
        other => panic!("expected a reference, got {other:?}"),
    }
}

pub(crate) fn error(document: &str) -> ParseError {
    parse(document.as_bytes()).expect_err("the document should be refused")
}
