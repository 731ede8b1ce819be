use super::*;

const PROXY: &str = "10.0.0.5";
const STRANGER: &str = "203.0.113.7";

fn proxies() -> TrustedProxies {
    "10.0.0.0/8, 2001:db8:1::/48".parse().unwrap()
}

fn headers(values: &[&str]) -> HeaderMap {
    let values = values.iter().map(|value| value.parse().unwrap());
    values.map(|value| (X_FORWARDED_FOR, value)).collect()
}

/// The client of a request from `socket` with these headers, one text for each header line.
fn client(socket: &str, forwarded_for: &[&str]) -> ClientAddress {
    proxies().client(socket.parse().unwrap(), &headers(forwarded_for))
}

fn ip(socket: &str, forwarded_for: &[&str]) -> String {
    client(socket, forwarded_for).ip().to_string()
}

#[test]
fn without_a_proxy_the_socket_says_who_it_is() {
    assert_eq!(ip(STRANGER, &[]), STRANGER);
}

#[test]
fn a_stranger_is_not_believed() {
    assert_eq!(ip(STRANGER, &["198.51.100.1"]), STRANGER);
    assert_eq!(ip("127.0.0.1", &["198.51.100.1"]), "127.0.0.1");
}

#[test]
fn a_trusted_proxy_is_believed_about_whom_it_saw() {
    assert_eq!(ip(PROXY, &[STRANGER]), STRANGER);
}

#[test]
fn what_the_client_itself_wrote_is_not_believed() {
    assert_eq!(ip(PROXY, &["198.51.100.1, 203.0.113.7"]), STRANGER);
    assert_eq!(ip(PROXY, &["127.0.0.1, 10.9.9.9, 203.0.113.7"]), STRANGER);
}

#[test]
fn trusted_proxies_in_a_row_are_looked_through() {
    let through = ["198.51.100.1, 203.0.113.7, 10.1.1.1, 2001:db8:1::7"];
    assert_eq!(ip(PROXY, &through), STRANGER);
}

#[test]
fn several_lines_of_the_header_are_one() {
    assert_eq!(ip(PROXY, &["198.51.100.1", "203.0.113.7"]), STRANGER);
    assert_eq!(ip(PROXY, &["203.0.113.7", "10.1.1.1"]), STRANGER);
}

#[test]
fn addresses_come_in_every_form_that_proxies_write() {
    for (written, read) in [
        ("203.0.113.7:4711", STRANGER),
        (" 203.0.113.7 ", STRANGER),
        ("::ffff:203.0.113.7", STRANGER),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
    ] {
        assert_eq!(ip(PROXY, &[written]), read, "{written:?}");
    }
}

#[test]
fn behind_what_cannot_be_read_nothing_is_believed() {
    for written in ["unknown", "", "203.0.113.7, _hidden", "203.0.113.7,"] {
        assert_eq!(ip(PROXY, &[written]), PROXY, "{written:?}");
    }
}

#[test]
fn a_socket_of_ipv6_that_carries_ipv4_is_one_of_ipv4() {
    assert_eq!(ip("::ffff:10.0.0.5", &[STRANGER]), STRANGER);
    assert_eq!(ip("::ffff:203.0.113.7", &["198.51.100.1"]), STRANGER);
}

#[test]
fn an_endless_row_of_proxies_is_not_followed() {
    let row = vec!["10.1.1.1"; 10 * MAX_HOPS].join(",");
    let found = ip(PROXY, &[&format!("203.0.113.7,{row}")]);
    assert_eq!(found, "10.1.1.1");
}

#[test]
fn limits_count_an_ipv6_subscriber_as_one() {
    let counted = |socket: &str| client(socket, &[]).limited_as();
    assert_eq!(counted(STRANGER), Some(STRANGER.parse().unwrap()));
    assert_eq!(counted("2001:db8::1"), counted("2001:db8::ffff:2"));
    assert_ne!(counted("2001:db8::1"), counted("2001:db8:0:1::1"));
}

#[test]
fn this_machine_and_trusted_proxies_are_not_limited_but_those_behind_them_are() {
    for socket in ["127.0.0.1", "::1", PROXY] {
        assert_eq!(client(socket, &[]).limited_as(), None, "{socket}");
    }
    let behind = client(PROXY, &[STRANGER]).limited_as();
    assert_eq!(behind, Some(STRANGER.parse().unwrap()));
}

#[test]
fn a_list_that_cannot_be_meant_is_refused() {
    let refused = |text: &str| text.parse::<TrustedProxies>().unwrap_err().to_string();
    assert_eq!(
        refused("10.0.0.0/8, nginx"),
        r#""nginx" is neither an address nor a network such as 10.0.0.0/8"#
    );
    assert_eq!(
        refused("0.0.0.0/0"),
        "0.0.0.0/0 is everyone: name the proxies' own addresses or networks"
    );
    assert_eq!(
        refused(&"10.0.0.1,".repeat(MAX_NETWORKS + 1)),
        "65 networks: at most 64 are looked through"
    );
    assert_eq!("".parse(), Ok(TrustedProxies::default()));
}
