//! What is said of a JSON document that is not a profile.

use killwire_surveillance::json::read;
use killwire_surveillance::tree::TreeLimits;

/// Each document, and what is said of it.
fn said(table: &[(&str, &str)]) {
    for (document, said) in table {
        let error = read(document.as_bytes(), &TreeLimits::default()).expect_err(document);
        assert_eq!(error.to_string(), *said, "{document}");
    }
}

#[test]
fn the_path_leads_to_what_is_wrong() {
    said(&[
        (
            r#"{"and":[{"field":"solo"},{"victim":{"field":"coporation","in":[1]}}]}"#,
            "/and/1/victim/field: found the text `coporation`, expected a field of the victim or an \
             attacker; did you mean `corporation`?",
        ),
        (
            r#"{"not":{"attackers":{"any":{"field":"ship","in":[1,0]}}}}"#,
            "/not/attackers/any/in/1: found `0`, expected the id or, in quotes, the name of a type",
        ),
        (
            r#"{"attackers":{"count":{">=":-1},"where":true}}"#,
            "/attackers/count/>=: found `-1`, expected a whole number from 0",
        ),
        (
            r#"{"field":"system","within_jumps":5,"of":[true]}"#,
            "/of/0: found true, expected the id or, in quotes, the name of a solar system",
        ),
    ]);
}

#[test]
fn unknown_members_are_named_with_the_nearest_known_one() {
    said(&[
        (
            r#"{"nto":true}"#,
            "found a member `nto`, expected true, false, or an object with one of `field`, `and`, \
             `or`, `not`, `victim`, `anyone`, `attackers`, `items`; did you mean `not`?",
        ),
        (
            r#"{"victim":{"victim":true}}"#,
            "/victim: found a member `victim`, expected true, false, or an object with one of \
             `field`, `and`, `or`, `not`",
        ),
        (
            r#"{"field":"system","within_jump":5,"of":[1]}"#,
            "found a member `within_jump`, expected one of `in`, `not_in`, `=`, `!=`, `list`, \
             `contains`, `chain`, `within_jumps`, `within_ly` beside the field `system`; did you \
             mean `within_jumps`?",
        ),
        (
            r#"{"field":"solo","is":true}"#,
            "found a member `is`, expected nothing beside the field `solo`: it is yes or no by \
             itself",
        ),
        (
            r#"{"attackers":{"som":true}}"#,
            "/attackers: found a member `som`, expected one of `any`, `all` and `none`, or `where` \
             with `count` or `share`",
        ),
        (
            r#"{"attackers":{"quantity":{">=":1},"where":true}}"#,
            "/attackers: found a member `quantity`, expected one of `any`, `all` and `none`, or \
             `where` with `count` or `share`",
        ),
    ]);
}

#[test]
fn a_field_of_another_scope_is_sent_where_it_belongs() {
    said(&[
        (
            r#"{"field":"corporation","in":[1]}"#,
            "/field: found the text `corporation`, expected whose it is: this stands inside \
             {\"victim\": …}, {\"attackers\": {\"any\": …}} or {\"anyone\": …}",
        ),
        (
            r#"{"field":"victim.corporation","in":[1]}"#,
            "/field: found the text `victim.corporation`, expected `corporation` inside {\"victim\": \
             …}",
        ),
        (
            r#"{"field":"quantity",">=":1}"#,
            "/field: found the text `quantity`, expected it inside {\"items\": {\"any\": …}}",
        ),
        (
            r#"{"field":"dropped",">":"10m"}"#,
            "/field: found the text `dropped`, expected `value.dropped` where ISK are meant; else it \
             inside {\"items\": {\"any\": …}}",
        ),
        (
            r#"{"victim":{"field":"system","in":[1]}}"#,
            "/victim/field: found the text `system`, expected a field of the one in question: this \
             one is of the killmail",
        ),
        (
            r#"{"field":"sytem","in":[1]}"#,
            "/field: found the text `sytem`, expected a field of the killmail; did you mean \
             `system`?",
        ),
        (
            r#"{"field":7}"#,
            "/field: found `7`, expected the name of a field",
        ),
    ]);
}

#[test]
fn what_does_not_fit_together_is_refused() {
    said(&[
        (
            r#"{"and":[]}"#,
            "/and: found an empty list, expected a list with at least one condition",
        ),
        (
            r#"{"and":[true],"or":[true]}"#,
            "found a member `or`, expected no other beside `and`: several stand in the list of \
             `and` or `or`",
        ),
        (
            r#"{"not":true,"not":false}"#,
            "found a member `not`, expected it once only",
        ),
        (
            "{}",
            "found an object, expected true, false, or an object with one of `field`, `and`, `or`, \
             `not`, `victim`, `anyone`, `attackers`, `items`",
        ),
        (
            "[]",
            "found an empty list, expected true, false, or an object with one of `field`, `and`, \
             `or`, `not`, `victim`, `anyone`, `attackers`, `items`",
        ),
        (
            r#"{"field":"value"}"#,
            "found the field `value` alone, expected one of `=`, `!=`, `<`, `<=`, `>`, `>=`, \
             `exists` beside the field `value`",
        ),
        (
            r#"{"field":"value",">=":1,"<":5}"#,
            "found a member `<`, expected no other beside `>=`: several stand in the list of `and`",
        ),
        (
            r#"{"field":"system","in":[1],"of":[2]}"#,
            "found a member `of`, expected `within_jumps` or `within_ly` together with `of`, or \
             neither",
        ),
        (
            r#"{"field":"system","within_jumps":2}"#,
            "found a member `within_jumps`, expected `within_jumps` or `within_ly` together with \
             `of`, or neither",
        ),
        (
            r#"{"field":"system","in":[]}"#,
            "/in: found an empty list, expected a list with at least one value",
        ),
        (
            r#"{"field":"value",">=":"5h"}"#,
            "/>=: found the text `5h`, expected an amount of ISK, such as 500m, 1.2b or 1500000.25",
        ),
        (
            r#"{"field":"age","<=":3600}"#,
            "/<=: found `3600`, expected a duration, such as 90s, 15m, 24h or 7d",
        ),
        (
            r#"{"field":"band","in":["wspce"]}"#,
            "/in/0: found the text `wspce`, expected one of highsec, lowsec, nullsec, wspace, \
             abyssal; did you mean `wspace`?",
        ),
        (
            r#"{"field":"tags","any":["Cloke"]}"#,
            "/any/0: found `Cloke`, expected a module tag in quotes, such as \"T2\" or \"Cynosural\"; \
             did you mean `Cloak`?",
        ),
        (
            r#"{"field":"system","list":""}"#,
            "/list: found the text ``, expected a name of 1 to 64 characters, without blanks at its \
             ends",
        ),
        (
            r#"{"attackers":{"share":{">=":101},"where":true}}"#,
            "/attackers/share/>=: found `101`, expected a share in per cent, such as 50 or 12.5",
        ),
        (
            r#"{"field":"war","in":["x"]}"#,
            "/in/0: found the text `x`, expected the id of a war, a whole number above 0",
        ),
    ]);
}

#[test]
fn what_is_not_json_is_told_with_its_place() {
    said(&[
        (
            r#"{"and":["#,
            "found what is not JSON (EOF while parsing a list at line 1 column 8), expected a \
             condition as JSON",
        ),
        (
            "solo",
            "found what is not JSON (expected value at line 1 column 1), expected a condition as \
             JSON",
        ),
        (
            "true false",
            "found what is not JSON (trailing characters at line 1 column 6), expected a condition \
             as JSON",
        ),
    ]);
}
