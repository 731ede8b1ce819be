//! Foreign profiles that are too large.

use killwire_surveillance::import::{ImportError, Source, import};
use killwire_surveillance::tree::{TooMuch, TreeLimits};

fn refused(source: Source, text: &str, limits: &TreeLimits) -> TooMuch {
    match import(source, text, limits) {
        Err(ImportError::TooMuch(much)) => much,
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_source_reads_more_bytes_than_the_limit() {
    let limits = TreeLimits {
        bytes: 1_000,
        ..TreeLimits::default()
    };
    for source in Source::ALL {
        let much = refused(source, &" ".repeat(1_001), &limits);
        assert_eq!(much, TooMuch::Bytes(1_000), "{source:?}");
    }
}

#[test]
fn nesting_ends_at_the_limit_and_not_with_the_stack() {
    let limits = TreeLimits::default();
    let nested = |depth: usize| {
        let open = "(solo=1;".repeat(depth);
        format!("{open}npc=0{}", ")".repeat(depth))
    };
    assert!(import(Source::Zkillbot, &nested(30), &limits).is_ok());
    for depth in [32, 20_000] {
        let much = refused(Source::Zkillbot, &nested(depth), &limits);
        assert_eq!(much, TooMuch::Depth(32), "{depth}");
    }
    let leaf = r#"{"field":"total_value","operator":"gt","value":1}"#;
    let nested = |depth: usize| {
        let open = format!(r#"{{"condition":"and","rules":[{leaf},"#).repeat(depth);
        format!("{open}{leaf}{}", "]}".repeat(depth))
    };
    assert!(import(Source::EveDmv, &nested(31), &limits).is_ok());
    assert_eq!(
        refused(Source::EveDmv, &nested(32), &limits),
        TooMuch::Depth(32)
    );
    // Beyond what the reader of JSON follows.
    let error = import(Source::EveDmv, &nested(2_000), &limits).unwrap_err();
    assert!(matches!(error, ImportError::NotJson(_)), "{error}");
}

#[test]
fn what_becomes_of_it_keeps_to_the_limits_too() {
    let limits = TreeLimits {
        nodes: 10,
        values: 5,
        ..TreeLimits::default()
    };
    let much = refused(Source::Zkillbot, &["solo=1"; 20].join(","), &limits);
    assert_eq!(much, TooMuch::Nodes(10));
    let regions = r#"{"require_regions":[1,2,3,4,5,6]}"#;
    let much = refused(Source::Killtracker, regions, &limits);
    assert_eq!(much, TooMuch::Values(5));
    let url = "/api/characterID/1,2,3,4,5,6/";
    assert_eq!(
        refused(Source::ZkillboardUrl, url, &limits),
        TooMuch::Values(5)
    );
}

#[test]
fn messages_do_not_repeat_what_they_were_given() {
    let long = "x".repeat(100_000);
    for (source, text) in [
        (Source::Killtracker, format!(r#"{{"{long}":1}}"#)),
        (Source::Zkillbot, format!("{long}=1")),
        (Source::Zkillbot, format!("character_id={long}")),
        (Source::ZkillboardUrl, format!("https://{long}.com/")),
        (Source::ZkillboardUrl, format!("/{long}/")),
        (
            Source::EveDmv,
            format!(r#"{{"field":"{long}","operator":"eq","value":1}}"#),
        ),
    ] {
        let error = import(source, &text, &TreeLimits::default()).unwrap_err();
        assert!(error.to_string().len() < 500, "{source:?}");
    }
}
