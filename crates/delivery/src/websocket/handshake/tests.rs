use super::*;

/// The handshake of RFC 6455 section 1.2.
const RFC: &[(&str, &str)] = &[
    ("host", "server.example.com"),
    ("upgrade", "websocket"),
    ("connection", "Upgrade"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("sec-websocket-version", "13"),
];

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for &(name, value) in pairs {
        headers.append(name, HeaderValue::from_static(value));
    }
    headers
}

fn with(name: &'static str, value: &'static str) -> HeaderMap {
    let mut all = headers(RFC);
    all.insert(name, HeaderValue::from_static(value));
    all
}

fn without(name: &'static str) -> HeaderMap {
    let mut all = headers(RFC);
    all.remove(name);
    all
}

fn ask(headers: &HeaderMap) -> Result<HeaderMap, Refusal> {
    accept(&Method::GET, Version::HTTP_11, headers)
}

#[test]
fn the_handshake_of_the_rfc_is_answered() {
    let answer = ask(&headers(RFC)).unwrap();
    let expected = headers(&[
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ]);
    assert_eq!(answer, expected);
}

#[test]
fn the_mappers_request_is_accepted_without_origin_agent_or_subprotocol() {
    let mapper = headers(&[
        ("host", "killwire"),
        ("connection", "Upgrade"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "BLfhkZJAI1JFj0SBuXtGTA=="),
        ("upgrade", "websocket"),
    ]);
    assert!(ask(&mapper).is_ok());
}

#[test]
fn words_are_read_in_any_case_and_from_lists() {
    for (name, value) in [
        ("upgrade", "WebSocket"),
        ("upgrade", "h2c, websocket"),
        ("connection", "keep-alive, Upgrade"),
        ("connection", "upgrade"),
    ] {
        assert!(ask(&with(name, value)).is_ok(), "{name}: {value}");
    }
    let mut twice = with("connection", "keep-alive");
    twice.append("connection", HeaderValue::from_static("Upgrade"));
    assert!(ask(&twice).is_ok());
}

#[test]
fn extensions_are_never_agreed_on() {
    let offered = with(
        "sec-websocket-extensions",
        "permessage-deflate; client_max_window_bits",
    );
    assert!(
        !ask(&offered)
            .unwrap()
            .contains_key("sec-websocket-extensions")
    );
}

#[test]
fn of_the_subprotocols_only_phoenix_is_picked() {
    let offered = with(
        "sec-websocket-protocol",
        "phoenix, base64url.bearer.phx.dG9rZW4",
    );
    assert_eq!(ask(&offered).unwrap()["sec-websocket-protocol"], "phoenix");
    let other = with("sec-websocket-protocol", "mqtt");
    assert!(!ask(&other).unwrap().contains_key("sec-websocket-protocol"));
}

#[test]
fn a_request_that_is_no_handshake_is_refused_with_its_reason() {
    let cases = [
        (without("upgrade"), Refusal::NoUpgrade),
        (without("connection"), Refusal::NoUpgrade),
        (with("connection", "keep-alive"), Refusal::NoUpgrade),
        (with("upgrade", "h2c"), Refusal::NoUpgrade),
        (without("sec-websocket-version"), Refusal::Version),
        (with("sec-websocket-version", "8"), Refusal::Version),
        (without("sec-websocket-key"), Refusal::Key),
        (with("sec-websocket-key", "short"), Refusal::Key),
        (
            with("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZ==="),
            Refusal::Key,
        ),
    ];
    for (headers, refusal) in cases {
        assert_eq!(ask(&headers), Err(refusal), "{headers:?}");
    }
    let rfc = headers(RFC);
    assert_eq!(
        accept(&Method::POST, Version::HTTP_11, &rfc),
        Err(Refusal::Method)
    );
    assert_eq!(
        accept(&Method::GET, Version::HTTP_10, &rfc),
        Err(Refusal::Http)
    );
}

#[test]
fn a_refusal_says_what_would_do() {
    assert_eq!(Refusal::Version.status(), 426);
    assert_eq!(Refusal::Version.headers()["sec-websocket-version"], "13");
    assert_eq!(Refusal::NoUpgrade.status(), 426);
    assert_eq!(Refusal::NoUpgrade.headers()["upgrade"], "websocket");
    assert_eq!(Refusal::Method.status(), 405);
    assert_eq!(Refusal::Method.headers()["allow"], "GET");
    assert_eq!(Refusal::Http.status(), 505);
    assert_eq!(Refusal::Key.status(), 400);
}
