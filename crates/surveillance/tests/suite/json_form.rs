//! The JSON form by examples: what a document means, and how it is written in the canonical form.

use killwire_surveillance::json::{read, write};
use killwire_surveillance::text::{parse, print};
use killwire_surveillance::tree::TreeLimits;
use serde_json::Value;

fn in_text(document: &str) -> String {
    match read(document.as_bytes(), &TreeLimits::default()) {
        Ok(expr) => print(&expr),
        Err(error) => panic!("{error}\n{document}"),
    }
}

#[test]
fn a_document_says_the_same_as_its_text_and_is_written_as_it_stands() {
    let table = [
        ("true", "true"),
        (r#"{"field":"solo"}"#, "solo"),
        (
            r#"{"and":[{"field":"solo"},{"not":{"field":"npc"}}]}"#,
            "solo and not npc",
        ),
        (
            r#"{"or":[{"field":"solo"},{"field":"npc"}]}"#,
            "solo or npc",
        ),
        (r#"{"field":"war","exists":true}"#, "war exists"),
        (r#"{"field":"value",">=":"5b"}"#, "value >= 5b"),
        (r#"{"field":"value","<":0.5}"#, "value < 0.5"),
        (r#"{"not":{"field":"value","=":0}}"#, "value != 0"),
        (
            r#"{"field":"value","=":"92233720368547758.07"}"#,
            "value = 92233720368547758.07",
        ),
        (r#"{"field":"id",">":123456789}"#, "id > 123456789"),
        (
            r#"{"field":"id",">":"9223372036854775807"}"#,
            "id > 9223372036854775807",
        ),
        (r#"{"field":"security","<=":-1.0}"#, "security <= -1.0"),
        (r#"{"field":"age","<=":"2h"}"#, "age <= 2h"),
        (
            r#"{"field":"time",">=":"2026-11-25"}"#,
            "time >= 2026-11-25",
        ),
        (
            r#"{"field":"system","in":[30000142,"Jita",{"id":1,"name":"x"}]}"#,
            "system in [30000142, \"Jita\", \"x\"#1]",
        ),
        (
            r#"{"victim":{"field":"corporation","list":"blues"}}"#,
            "victim.corporation in list \"blues\"",
        ),
        (
            r#"{"field":"system","chain":"home"}"#,
            "system in chain \"home\"",
        ),
        (
            r#"{"anyone":{"field":"ship","contains":"Navy"}}"#,
            "anyone.ship contains \"Navy\"",
        ),
        (
            r#"{"field":"system","within_jumps":7,"of":["J123456"]}"#,
            "system within 7 jumps of \"J123456\"",
        ),
        (
            r#"{"field":"system","within_ly":5.5,"of":[1,2]}"#,
            "system within 5.5 ly of [1, 2]",
        ),
        (r#"{"field":"class","in":["C5","C6"]}"#, "class in [C5, C6]"),
        (r#"{"field":"hour","in":[0,1,2,23]}"#, "hour in [0..2, 23]"),
        (
            r#"{"field":"labels","any":["ganked"]}"#,
            "labels any [\"ganked\"]",
        ),
        (
            r#"{"field":"tags","all":["T2","Cloak"]}"#,
            "tags all [\"T2\", \"Cloak\"]",
        ),
        (
            r#"{"attackers":{"any":{"field":"final_blow"}}}"#,
            "attacker.final_blow",
        ),
        (
            r#"{"attackers":{"all":{"field":"final_blow"}}}"#,
            "attackers all {final_blow}",
        ),
        (
            r#"{"attackers":{"none":{"field":"final_blow"}}}"#,
            "not attacker.final_blow",
        ),
        (
            r#"{"attackers":{"count":{">=":3},"where":{"field":"final_blow"}}}"#,
            "attackers count >= 3 {final_blow}",
        ),
        (
            r#"{"attackers":{"share":{">=":12.5},"where":{"field":"final_blow"}}}"#,
            "attackers share >= 12.5% {final_blow}",
        ),
        (
            r#"{"items":{"none":{"field":"fitted"}}}"#,
            "not item.fitted",
        ),
        (
            r#"{"items":{"quantity":{">=":"10k"},"where":{"field":"fitted"}}}"#,
            "items quantity >= 10k {fitted}",
        ),
    ];
    for (document, text) in table {
        assert_eq!(in_text(document), text, "{document}");
        let parsed = parse(text, &TreeLimits::default()).unwrap();
        let canonical: Value = serde_json::from_str(document).unwrap();
        assert_eq!(write(&parsed.expr), canonical, "{text}");
    }
}

#[test]
fn some_other_ways_of_writing_are_understood() {
    let table = [
        (r#"{"and":[{"field":"solo"}]}"#, "solo"),
        (r#"{"field":"SOLO"}"#, "solo"),
        (r#"{">=":5e9,"field":"value"}"#, "value >= 5b"),
        (r#"{"field":"value",">=":"5_000m"}"#, "value >= 5b"),
        (r#"{"field":"value","!=":0}"#, "value != 0"),
        (r#"{"field":"system","=":"Jita"}"#, "system = \"Jita\""),
        (
            r#"{"field":"system","!=":{"name":"Jita","id":30000142}}"#,
            "system != \"Jita\"#30000142",
        ),
        (
            r#"{"field":"system","not_in":["Jita",30000142.0]}"#,
            "system not in [\"Jita\", 30000142]",
        ),
        (
            r#"{"field":"system","within_jumps":"7","of":"Jita"}"#,
            "system within 7 jumps of \"Jita\"",
        ),
        (r#"{"field":"class","=":"c5"}"#, "class = C5"),
        (
            r#"{"field":"hour","not_in":["03",2,2]}"#,
            "hour not in [2, 3]",
        ),
        (
            r#"{"field":"labels","none":["pvp"]}"#,
            "labels none [\"pvp\"]",
        ),
        (r#"{"field":"war","exists":false}"#, "not war exists"),
        (
            r#"{"attackers":{"where":{"field":"final_blow"},"count":{"!=":3}}}"#,
            "attackers count != 3 {final_blow}",
        ),
        (
            r#"{"attackers":{"share":{"=":"50%"},"where":{"field":"final_blow"}}}"#,
            "attackers share = 50% {final_blow}",
        ),
    ];
    for (document, text) in table {
        assert_eq!(in_text(document), text, "{document}");
    }
}
