//! How large a condition may be, and that nothing beyond it does harm.

use killwire_surveillance::json;
use killwire_surveillance::text::{self, Problem};
use killwire_surveillance::tree::{Expr, TooMuch, TreeLimits};

const LIMITS: TreeLimits = TreeLimits {
    depth: 8,
    nodes: 20,
    values: 10,
    bytes: 2_000,
};

fn in_text(text: &str) -> Result<Expr, Problem> {
    let parsed = text::parse(text, &LIMITS);
    parsed
        .map(|parsed| parsed.expr)
        .map_err(|error| error.problem)
}

fn in_json(document: &str) -> Result<Expr, Problem> {
    json::read(document.as_bytes(), &LIMITS).map_err(|error| error.problem)
}

fn too_deep<T>() -> Result<T, Problem> {
    Err(Problem::TooMuch(TooMuch::Depth(LIMITS.depth)))
}

#[test]
fn nesting_is_limited_and_the_limit_itself_is_allowed() {
    let nots = |count: usize| "not ".repeat(count) + "solo";
    assert!(in_text(&nots(7)).is_ok());
    assert_eq!(in_text(&nots(8)), too_deep());
    let parentheses = |count: usize| "(".repeat(count) + "solo" + &")".repeat(count);
    assert!(in_text(&parentheses(7)).is_ok());
    assert_eq!(in_text(&parentheses(8)), too_deep());
    let documents =
        |count: usize| "{\"not\":".repeat(count) + "{\"field\":\"solo\"}" + &"}".repeat(count);
    assert!(in_json(&documents(7)).is_ok());
    assert_eq!(in_json(&documents(8)), too_deep());
}

#[test]
fn connectives_without_parentheses_are_levels_too() {
    // Each pair of parentheses holds two connectives.
    let text = |count: usize| "solo or npc and (".repeat(count) + "solo" + &")".repeat(count);
    assert!(in_text(&text(3)).is_ok());
    let error = text::parse(&text(4), &LIMITS).unwrap_err();
    assert_eq!(error.problem, Problem::TooMuch(TooMuch::Depth(8)));
    assert_eq!((error.line, error.column), (1, 68));
}

#[test]
fn no_depth_overflows_the_stack() {
    let limits = TreeLimits {
        bytes: usize::MAX,
        ..TreeLimits::default()
    };
    let deep = 1_000_000;
    for piece in [
        "(",
        "not ",
        "victim {",
        "attackers any {",
        "not(",
        "[",
        "{",
        "\"",
    ] {
        assert!(
            text::parse(&piece.repeat(deep), &limits).is_err(),
            "{piece}"
        );
    }
    for piece in [
        "[",
        "{\"not\":",
        "{\"and\":[",
        "{\"victim\":",
        "{\"field\":",
        "{\"a\":",
    ] {
        let document = piece.repeat(deep);
        let error = json::read(document.as_bytes(), &limits).unwrap_err();
        assert_eq!(
            error.problem,
            Problem::TooMuch(TooMuch::Depth(32)),
            "{piece}"
        );
    }
}

#[test]
fn conditions_are_limited_in_number() {
    let text = |count: usize| vec!["solo"; count].join(" and ");
    assert!(in_text(&text(19)).is_ok());
    let too_many = Err(Problem::TooMuch(TooMuch::Nodes(20)));
    assert_eq!(in_text(&text(20)), too_many);
    let document = |count: usize| {
        let solo = vec!["{\"field\":\"solo\"}"; count].join(",");
        format!("{{\"and\":[{solo}]}}")
    };
    assert!(in_json(&document(19)).is_ok());
    assert_eq!(in_json(&document(20)), too_many);
}

#[test]
fn values_are_limited_in_number_whatever_they_are() {
    let too_many = || Err(Problem::TooMuch(TooMuch::Values(10)));
    let table = [
        ("system", "1", 10),
        ("system", "1", 11),
        ("labels", "\"x\"", 10),
        ("labels", "\"x\"", 11),
    ];
    for (field, value, count) in table {
        let values = vec![value; count].join(",");
        let check = if field == "labels" { "any" } else { "in" };
        let text = in_text(&format!("{field} {check} [{values}]"));
        let json = in_json(&format!("{{\"field\":\"{field}\",\"{check}\":[{values}]}}"));
        if count > 10 {
            assert_eq!(text, too_many());
            assert_eq!(json, too_many());
        } else {
            assert!(text.is_ok() && json.is_ok());
        }
    }
    assert_eq!(in_text("hour in [0..9] and class = C5"), too_many());
    assert_eq!(in_text("hour in [0..10]"), too_many());
}

#[test]
fn length_is_limited() {
    let text = format!("solo{}", " ".repeat(LIMITS.bytes - 4));
    assert!(in_text(&text).is_ok());
    assert_eq!(
        in_text(&(text + " ")),
        Err(Problem::TooMuch(TooMuch::Bytes(2_000)))
    );
    let document = format!("true{}", " ".repeat(LIMITS.bytes - 4));
    assert!(in_json(&document).is_ok());
    assert_eq!(
        in_json(&(document + " ")),
        Err(Problem::TooMuch(TooMuch::Bytes(2_000)))
    );
}
