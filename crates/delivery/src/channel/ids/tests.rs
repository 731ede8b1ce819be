use super::*;

fn systems(json: &str) -> Result<List<SystemId>, ListError> {
    read(json, &ChannelLimits::default())
}

fn numbers(list: &List<SystemId>) -> Vec<i64> {
    list.ids.iter().map(|id| id.get()).collect()
}

fn failure(json: &str) -> String {
    let list = systems(json).expect("a list");
    list.ignored
        .fail(What::Systems)
        .expect_err("an error")
        .to_string()
}

#[test]
fn a_list_is_sorted_and_without_duplicates() {
    let list = systems(r#"[30000143, 30000142,"30000142",1, 50000000]"#).unwrap();
    assert_eq!(numbers(&list), [1, 30_000_142, 30_000_143, 50_000_000]);
    assert_eq!(list.ignored, Ignored::default());
    assert!(systems("[]").unwrap().ids.is_empty());
}

#[test]
fn what_is_no_id_is_named_as_it_was_written() {
    let json = r#"[0,-1,50000001,99999999999999999999,1.0,1e7,"x","", "01", true,null,[1],{"a":1},30000142]"#;
    let list = systems(json).unwrap();
    assert_eq!(numbers(&list), [30_000_142]);
    assert_eq!(list.ignored.count, 13);
    let named = list.ignored.named.join(" ");
    insta::assert_snapshot!(
        named,
        @r#"0 -1 50000001 99999999999999999999 1.0 1e7 "x" "" "01" true null [1] {"a":1}"#
    );
}

#[test]
fn so_many_and_so_much_of_them_is_named() {
    let json = format!(r#"["{}"{}]"#, "é".repeat(500), ",0".repeat(99));
    let ignored = systems(&json).unwrap().ignored;
    assert_eq!((ignored.count, ignored.named.len()), (100, NAMED));
    let long: String = serde_json::from_str(&ignored.named[0]).unwrap();
    assert_eq!(long, format!("\"{}…", "é".repeat(39)));
}

#[test]
fn errors_have_the_peers_form() {
    insta::assert_snapshot!(failure("[0,-5]"), @"[validation:invalid_system_ids] Not system ids: 0, -5");
    insta::assert_snapshot!(
        failure(r#"[0,"jita"]"#),
        @r#"[validation:non_integer_system_ids] Not whole numbers: 0, "jita""#
    );
    for json in ["7", "{}", "\"x\"", "true"] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(
                systems(json).unwrap_err(),
                @r#"[validation:non_integer_system_ids] "systems" must be a list of system ids"#
            );
        }
    }
    let characters = read::<CharacterId>("7", &ChannelLimits::default()).unwrap_err();
    insta::assert_snapshot!(
        characters,
        @r#"[validation:non_integer_character_ids] "character_ids" must be a list of character ids"#
    );
}

#[test]
fn a_list_may_be_as_long_as_allowed_and_duplicates_do_not_count() {
    let limits = ChannelLimits {
        systems: 3,
        characters: 1,
        ..ChannelLimits::default()
    };
    assert!(read::<SystemId>("[1,2,3,3,2,1]", &limits).is_ok());
    insta::assert_snapshot!(
        read::<SystemId>("[1,2,3,4]", &limits).unwrap_err(),
        @"[validation:too_many_systems] Too many systems: 4 in all, at most 3 are allowed"
    );
    insta::assert_snapshot!(
        read::<CharacterId>("[1,2]", &limits).unwrap_err(),
        @"[validation:too_many_characters] Too many characters: 2 in all, at most 1 are allowed"
    );
}

#[test]
fn the_character_of_the_example_client_is_taken() {
    let list = read::<CharacterId>("[12345678]", &ChannelLimits::default()).unwrap();
    assert_eq!(list.ids.len(), 1);
}

#[test]
fn counts_are_whole_and_not_negative() {
    assert_eq!(count("0"), Some(0));
    assert_eq!(count(r#""17""#), Some(17));
    for json in [
        "-1",
        "1.0",
        "1e3",
        "\"\"",
        "null",
        "01",
        "99999999999999999999",
    ] {
        assert_eq!(count(json), None, "{json}");
    }
}
