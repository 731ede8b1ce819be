//! Each rule with a rude client that is counted and a polite one that is not.

use std::net::SocketAddr;

use jiff::{SignedDuration, Timestamp};

use super::*;

const AGENT: &str = "Killwire/0.1 (test@example.com)";

struct Client {
    rules: Rules,
    connection: SocketAddr,
    in_flight: SignedDuration,
    now: Timestamp,
}

impl Client {
    fn new() -> Self {
        Self {
            rules: Rules::default(),
            connection: SocketAddr::from(([127, 0, 0, 1], 40_000)),
            in_flight: SignedDuration::from_millis(25),
            now: "2026-11-20T12:00:00Z".parse().unwrap(),
        }
    }

    fn wait(&mut self, millis: i64) -> &mut Self {
        self.now += SignedDuration::from_millis(millis);
        self
    }

    fn on_connection(&mut self, port: u16) -> &mut Self {
        self.connection.set_port(port);
        self
    }

    fn arrival(&self, service: Service, sequence: Option<u64>) -> Arrival<'static> {
        Arrival {
            service,
            path: "some/path",
            sequence,
            part: None,
            connection: self.connection,
            user_agent: Some(AGENT),
            conditional: false,
            in_flight: self.in_flight,
            at: self.now,
        }
    }

    fn ask(&mut self, service: Service) -> Result<(), Refusal> {
        let arrival = self.arrival(service, None);
        self.rules.arrive(&arrival)
    }

    fn ask_number(&mut self, sequence: u64) {
        let arrival = self.arrival(Service::R2z2, Some(sequence));
        self.rules.arrive(&arrival).unwrap();
    }

    fn count(&self, rule: &str) -> u64 {
        self.rules.counts().get(rule).copied().unwrap_or(0)
    }

    fn total(&self) -> u64 {
        self.rules.counts().values().sum()
    }
}

#[test]
fn ten_requests_a_second_are_polite_and_twelve_are_not() {
    let mut polite = Client::new();
    for _ in 0..1_000 {
        polite.wait(100).ask(Service::R2z2).unwrap();
    }
    assert_eq!(polite.total(), 0);

    let mut rude = Client::new();
    for _ in 0..100 {
        rude.wait(83).ask(Service::R2z2).unwrap();
    }
    assert!(rude.count("rate-10") > 80);
    assert_eq!(rude.count("rate-15"), 0);
}

#[test]
fn more_than_fifteen_requests_a_second_break_the_documented_limit() {
    let mut rude = Client::new();
    for _ in 0..100 {
        rude.wait(50).ask(Service::R2z2).unwrap();
    }
    assert!(rude.count("rate-15") > 80);
    assert_eq!(rude.rules.busiest_second(), 20);
}

#[test]
fn a_request_held_up_on_its_way_does_not_make_a_client_rude() {
    // Sent every 100 ms; every tenth is held up and seen together with its successor.
    let mut held_up = Client::new();
    for turn in 0..1_000 {
        let delay = if turn % 10 == 0 { 99 } else { 0 };
        held_up.wait(100 + delay).ask(Service::R2z2).unwrap();
        held_up.wait(-delay);
    }
    assert_eq!(held_up.total(), 0);
}

#[test]
fn opening_many_connections_buys_no_more_than_three_requests() {
    let mut rude = Client::new();
    for turn in 0..100 {
        rude.wait(66)
            .on_connection(40_000 + turn)
            .ask(Service::R2z2)
            .unwrap();
    }
    assert!(rude.count("rate-10") > 50);
}

#[test]
fn history_and_feed_share_one_limit() {
    let mut rude = Client::new();
    for turn in 0..100 {
        let service = if turn % 8 == 0 {
            Service::History
        } else {
            Service::R2z2
        };
        rude.wait(60).ask(service).unwrap();
    }
    assert!(rude.count("rate-15") > 50);
}

#[test]
fn two_archive_requests_a_second_are_polite_and_four_are_not() {
    for service in [Service::History, Service::Everef] {
        let mut polite = Client::new();
        for _ in 0..100 {
            polite.wait(500).ask(service).unwrap();
        }
        assert_eq!(polite.total(), 0);

        let mut rude = Client::new();
        for _ in 0..100 {
            rude.wait(250).ask(service).unwrap();
        }
        assert!(rude.count("archive-rate") > 90);
    }
}

#[test]
fn a_missing_number_may_be_asked_for_again_after_six_seconds_and_no_sooner() {
    let mut client = Client::new();
    client.ask_number(7);
    client.rules.missed(7, client.now);
    client.wait(6_000).ask_number(7);
    assert_eq!(client.total(), 0);
    client.rules.missed(7, client.now);
    client.wait(1_000).ask_number(8);
    assert_eq!(client.total(), 0);
    client.wait(4_999).ask_number(7);
    assert_eq!(client.count("missing-again"), 1);
    let breach = &client.rules.breaches()[0];
    assert_eq!(
        breach.detail,
        "7 was missing and asked for again after 5999 ms, 6000 ms are due"
    );
}

#[test]
fn a_block_forgives_one_request_and_counts_every_further_one() {
    let mut client = Client::new();
    let told = client.arrival(Service::R2z2, None);
    client.rules.block(&told, SignedDuration::from_mins(5));
    let refusal = client.wait(60_000).ask(Service::R2z2).unwrap_err();
    assert_eq!((refusal.status, refusal.retry_after), (403, None));
    assert_eq!(client.total(), 0);
    client.wait(60_000).ask(Service::History).unwrap_err();
    client.wait(60_000).ask(Service::R2z2).unwrap_err();
    assert_eq!(client.count("request-in-block"), 2);
    client.ask(Service::Esi).unwrap();
    client.wait(120_000).ask(Service::R2z2).unwrap();
    assert_eq!(client.count("request-in-block"), 2);
}

#[test]
fn a_request_on_its_way_when_the_block_began_is_not_the_one_that_is_forgiven() {
    let mut client = Client::new();
    let told = client.arrival(Service::R2z2, None);
    client.rules.block(&told, SignedDuration::from_mins(5));
    client
        .on_connection(2)
        .wait(10)
        .ask(Service::History)
        .unwrap_err();
    client
        .on_connection(3)
        .wait(10_000)
        .ask(Service::R2z2)
        .unwrap_err();
    assert_eq!(client.total(), 0);
    client.wait(10_000).ask(Service::R2z2).unwrap_err();
    assert_eq!(client.count("request-in-block"), 1);
}

#[test]
fn retry_after_is_a_promise() {
    let mut client = Client::new();
    let told = client.arrival(Service::R2z2, None);
    client
        .rules
        .ask_to_wait(&told, SignedDuration::from_secs(10));
    let refusal = client.wait(3_500).ask(Service::R2z2).unwrap_err();
    assert_eq!((refusal.status, refusal.retry_after), (429, Some(7)));
    client.wait(1_000).ask(Service::R2z2).unwrap_err();
    assert_eq!(client.count("before-retry-after"), 1);
    client.wait(5_500).ask(Service::R2z2).unwrap();
    assert_eq!(client.total(), 1);
}

#[test]
fn a_user_agent_names_a_contact() {
    let with_agent = |agent: Option<&'static str>| {
        let mut client = Client::new();
        let arrival = Arrival {
            user_agent: agent,
            ..client.arrival(Service::R2z2, None)
        };
        (
            client.rules.arrive(&arrival).is_ok(),
            client.count("user-agent"),
        )
    };
    assert_eq!(with_agent(Some(AGENT)), (true, 0));
    assert_eq!(
        with_agent(Some("Killwire (https://example.com)")),
        (true, 0)
    );
    assert_eq!(with_agent(Some("reqwest/0.13")), (true, 1));
    assert_eq!(with_agent(Some("  ")), (false, 1));
    assert_eq!(with_agent(None), (false, 1));
}

#[test]
fn the_feed_is_never_asked_conditionally() {
    let mut client = Client::new();
    let conditional = |service| Arrival {
        conditional: true,
        ..Client::new().arrival(service, None)
    };
    client.rules.arrive(&conditional(Service::Esi)).unwrap();
    assert_eq!(client.total(), 0);
    client.rules.arrive(&conditional(Service::R2z2)).unwrap();
    assert_eq!(client.count("conditional-request"), 1);
}

#[test]
fn a_hundred_errors_within_a_minute_use_up_the_error_limit() {
    let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let mut budget = EsiBudget::default();
    budget.advance(now);
    // Routes with a bucket have no part in it.
    budget.charge(Regime::Bucket(&KILLMAIL), 404, now);
    budget.charge(Regime::Errors, 304, now);
    for _ in 0..99 {
        budget.charge(Regime::Errors, 500, now);
    }
    assert!(!budget.is_error_limited());
    budget.charge(Regime::Errors, 404, now);
    assert!(budget.is_error_limited());
    assert_eq!(budget.errors_left(), 0);
    budget.advance(now + SignedDuration::from_secs(60));
    assert_eq!(budget.errors_left(), 100);
}

#[test]
fn tokens_come_back_a_quarter_of_an_hour_after_they_were_spent() {
    let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let mut budget = EsiBudget::default();
    let bucket = Regime::Bucket(&KILLMAIL);
    for (status, left) in [
        (200, 3_598),
        (304, 3_597),
        (404, 3_592),
        (503, 3_592),
        (429, 3_592),
    ] {
        budget.charge(bucket, status, now);
        assert_eq!(budget.tokens_left(&KILLMAIL), left);
    }
    for _ in 0..1_796 {
        budget.charge(bucket, 200, now);
    }
    assert!(budget.is_empty(&KILLMAIL));
    assert_eq!(budget.tokens_left(&STATUS), 600);
    budget.advance(now + SignedDuration::from_mins(15));
    assert_eq!(budget.tokens_left(&KILLMAIL), 3_600);
}

#[test]
fn all_breaches_are_counted_and_the_first_thousand_are_listed() {
    let mut client = Client::new();
    for _ in 0..1_500 {
        client.ask(Service::R2z2).unwrap();
    }
    assert_eq!(client.count("rate-15"), 1_485);
    assert_eq!(client.rules.breaches().len(), 1_000);
}

#[test]
fn every_connection_may_have_had_a_request_on_its_way_when_a_pause_began() {
    let mut client = Client::new();
    let told = client.arrival(Service::Esi, None);
    client
        .rules
        .ask_to_wait(&told, SignedDuration::from_mins(1));
    for port in 1..=8 {
        client
            .on_connection(port)
            .wait(1)
            .ask(Service::Esi)
            .unwrap_err();
    }
    assert_eq!(client.total(), 0);
    // A second one on the same connection was sent after the answer; the first such is forgiven.
    client.ask(Service::Esi).unwrap_err();
    client.ask(Service::Esi).unwrap_err();
    assert_eq!(client.count("before-retry-after"), 1);
}

#[test]
fn a_429_of_a_part_leaves_the_other_parts_open_and_a_block_does_not() {
    let mut client = Client::new();
    let part = |client: &Client, part| Arrival {
        part: Some(part),
        ..client.arrival(Service::Esi, None)
    };
    let killmail = part(&client, "killmail");
    client
        .rules
        .ask_to_wait(&killmail, SignedDuration::from_mins(1));
    client.rules.arrive(&killmail).unwrap_err();
    let status = part(&client, "status");
    client.rules.arrive(&status).unwrap();
    client.rules.block(&killmail, SignedDuration::from_mins(1));
    client.rules.arrive(&status).unwrap_err();
}

const ELEVEN: &str = "2026-11-20T11:00:00Z";

/// A request so many seconds after the downtime that began at `since`.
fn knock(since: &str, seconds: i64, is_probe: bool) -> Knock {
    let since: Timestamp = since.parse().unwrap();
    Knock {
        since,
        at: since + SignedDuration::from_secs(seconds),
        in_flight: SignedDuration::from_millis(25),
        is_probe,
    }
}

#[test]
fn a_question_every_five_seconds_is_decent_during_a_downtime_and_one_a_second_is_not() {
    let mut rules = Rules::default();
    rules.knock(&knock(ELEVEN, 0, true));
    for step in 1..=60 {
        rules.knock(&knock(ELEVEN, step * 5, true));
    }
    assert_eq!(rules.counts().len(), 0);
    for second in 301..=330 {
        rules.knock(&knock(ELEVEN, second, true));
    }
    // The minute before held twelve; each of these thirty adds one, and every fifth loses one.
    assert_eq!(rules.counts()["esi-during-downtime"], 30);
    let breach = rules.breaches().first().unwrap();
    assert_eq!(
        breach.detail,
        "13 questions for the status within a minute of downtime, 12 are decent"
    );
}

#[test]
fn ten_other_requests_are_decent_in_a_downtime_however_long_it_lasts() {
    let mut rules = Rules::default();
    // Those on their way, then ten tries.
    for _ in 0..8 {
        rules.knock(&knock(ELEVEN, 0, false));
    }
    for minute in 1..=10 {
        rules.knock(&knock(ELEVEN, minute * 60, false));
    }
    assert_eq!(rules.counts().len(), 0);
    // One more a minute would be forgiven for ever if they came back with time.
    for minute in 11..=15 {
        rules.knock(&knock(ELEVEN, minute * 60, false));
    }
    assert_eq!(rules.counts()["esi-during-downtime"], 5);
    let breach = rules.breaches().first().unwrap();
    assert_eq!(breach.detail, "11 requests in one downtime, 10 are decent");
}

#[test]
fn the_next_downtime_forgives_ten_requests_anew() {
    let mut rules = Rules::default();
    for since in [ELEVEN, "2026-11-21T11:00:00Z"] {
        for second in 0..=10 {
            rules.knock(&knock(since, second, false));
        }
    }
    assert_eq!(rules.counts().len(), 0);
    rules.knock(&knock("2026-11-21T11:00:00Z", 11, false));
    assert_eq!(rules.counts()["esi-during-downtime"], 1);
}

#[test]
fn one_request_a_second_is_decent_towards_zkillboards_rest() {
    let mut polite = Client::new();
    for _ in 0..100 {
        polite.wait(1_000).ask(Service::Zkillboard).unwrap();
    }
    assert_eq!(polite.total(), 0);
    let mut rude = Client::new();
    for _ in 0..100 {
        rude.wait(400).ask(Service::Zkillboard).unwrap();
    }
    assert!(rude.count("zkillboard-rate") > 90);
}
