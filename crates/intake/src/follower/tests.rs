//! The follower as stories: what it asks, after how long, what comes, what it makes of it.

use std::ops::RangeInclusive;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use killwire_upstream::Refusal;

use super::{Begin, Came, FeedState, Follower, Question, SkipReason, Verdict};
use Question::{Entry, Head, Probe, Reread};

/// Between two requests: the floor and its jitter.
const AT_ONCE: RangeInclusive<u64> = 100..=120;
/// Before a number is asked for again.
const A_MISS: RangeInclusive<u64> = 6_000..=7_000;

struct Story {
    follower: Follower,
    now: Timestamp,
    asked: Option<Question>,
}

fn begin(begin: Begin) -> Story {
    let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    Story {
        follower: Follower::new(begin, now, 7),
        now,
        asked: None,
    }
}

fn at_number(number: u64) -> Story {
    begin(Begin::Number(number))
}

impl Story {
    /// The next question and how many milliseconds it waits.
    #[track_caller]
    fn asks(&mut self, question: Question, waits: RangeInclusive<u64>) -> &mut Self {
        let ask = self.follower.ask();
        assert_eq!(ask.question, question);
        let waited = ask.not_before.duration_since(self.now).as_millis();
        let waited = u64::try_from(waited.max(0)).unwrap();
        assert!(waits.contains(&waited), "waits {waited} ms, not {waits:?}");
        self.now = self.now.max(ask.not_before);
        self.asked = Some(question);
        self
    }

    fn gets(&mut self, came: Came) -> Verdict {
        let question = self.asked.take().unwrap();
        self.follower.hear(self.now, question, came)
    }

    #[track_caller]
    fn takes(&mut self, number: u64) -> &mut Self {
        assert_eq!(self.gets(killmail()), Verdict::Take { number });
        self
    }

    #[track_caller]
    fn misses(&mut self) -> &mut Self {
        assert_eq!(self.gets(Came::Missing), Verdict::Nothing);
        self
    }

    #[track_caller]
    fn hears_head(&mut self, head: u64) -> &mut Self {
        assert_eq!(self.gets(Came::Head(head)), Verdict::Nothing);
        self
    }

    #[track_caller]
    fn stands(&self, state: &str) {
        assert_eq!(self.follower.state().to_string(), state);
    }
}

fn killmail() -> Came {
    Came::Killmail {
        published_at: None,
        sequence_updated: None,
    }
}

fn naming(older: u64) -> Came {
    Came::Killmail {
        published_at: None,
        sequence_updated: Some(older),
    }
}

fn bad() -> Came {
    Came::Bad {
        reason: "an HTML page instead of JSON".to_owned(),
    }
}

fn failed() -> Came {
    Came::Failed {
        reason: "status 503".to_owned(),
    }
}

fn skip(from: u64, to: u64, why: SkipReason) -> Verdict {
    Verdict::Skip { from, to, why }
}

#[test]
fn from_the_head_it_begins_where_sequence_json_says() {
    let mut story = begin(Begin::Head);
    story.asks(Head, 0..=0).hears_head(500);
    story.asks(Entry(500), AT_ONCE).takes(500);
    story.asks(Entry(501), AT_ONCE).takes(501);
    assert_eq!(story.follower.next(), Some(502));
}

#[test]
fn from_a_number_it_asks_for_that_number_at_once() {
    at_number(42).asks(Entry(42), 0..=0).takes(42);
}

#[test]
fn from_a_stored_position_it_first_waits_because_the_process_before_may_have_just_asked() {
    let mut story = begin(Begin::Stored {
        next: 42,
        published_at: None,
    });
    story.stands("starting; a short pause before the first request");
    story.asks(Entry(42), A_MISS).takes(42);
}

#[test]
fn a_wrong_head_at_the_start_is_corrected_while_nothing_has_been_read() {
    let mut story = begin(Begin::Head);
    story.asks(Head, 0..=0).hears_head(900_000);
    story.asks(Entry(900_000), AT_ONCE).misses();
    story.asks(Entry(900_000), A_MISS).misses();
    story.asks(Head, AT_ONCE).hears_head(500);
    assert_eq!(story.follower.next(), None, "no position to be stored yet");
    story.asks(Entry(500), AT_ONCE).takes(500);
}

#[test]
fn at_the_end_of_the_feed_it_waits_for_the_number_and_asks_the_head_once_per_wait() {
    let mut story = at_number(100);
    story.asks(Entry(100), 0..=0).takes(100);
    story.asks(Entry(101), AT_ONCE).misses();
    story.asks(Head, AT_ONCE).hears_head(90);
    story.stands("waiting for number 101, not yet published");
    for _ in 0..20 {
        story.asks(Entry(101), 5_000..=7_000).misses();
        story.asks(Head, AT_ONCE).hears_head(90);
    }
    story.asks(Entry(101), 5_000..=7_000).takes(101);
}

#[test]
fn an_edge_that_kept_a_404_gives_the_number_later() {
    let mut story = at_number(100);
    story.asks(Entry(100), 0..=0).misses();
    story.asks(Head, AT_ONCE).hears_head(150);
    story.stands("number 100 is missing although the head is 150; tried 1 times");
    story.asks(Entry(100), 5_000..=7_000).misses();
    story.asks(Entry(100), A_MISS).takes(100);
}

#[test]
fn a_hole_is_stepped_over_after_five_tries_and_recorded() {
    let mut story = at_number(100);
    story.asks(Entry(100), 0..=0).misses();
    story.asks(Head, AT_ONCE).hears_head(150);
    story.asks(Entry(100), 5_000..=7_000).misses();
    story.asks(Entry(100), A_MISS).misses();
    story.asks(Entry(100), A_MISS).misses();
    story.asks(Head, AT_ONCE).hears_head(150);
    story.asks(Entry(100), 5_000..=7_000);
    assert_eq!(story.gets(Came::Missing), skip(100, 100, SkipReason::Hole));
    story.asks(Entry(101), AT_ONCE).takes(101);
}

#[test]
fn a_number_that_the_head_has_not_passed_is_never_a_hole() {
    let mut story = at_number(100);
    for _ in 0..50 {
        let ask = story.follower.ask();
        story.now = ask.not_before;
        story.asked = Some(ask.question);
        let came = match ask.question {
            Head => Came::Head(100),
            _ => Came::Missing,
        };
        assert_eq!(story.gets(came), Verdict::Nothing);
    }
    assert_eq!(story.follower.next(), Some(100));
}

/// Plays a world in which everything up to `expired` is gone, until something is recorded.
fn play(story: &mut Story, head: u64, expired: u64) -> (Verdict, Vec<Question>) {
    let mut asked = Vec::new();
    loop {
        let ask = story.follower.ask();
        story.now = story.now.max(ask.not_before);
        story.asked = Some(ask.question);
        asked.push(ask.question);
        let came = match ask.question {
            Head => Came::Head(head),
            Entry(number) | Probe(number) | Reread(number) if number <= expired => Came::Missing,
            _ => killmail(),
        };
        match story.gets(came) {
            Verdict::Nothing => assert!(asked.len() < 1_000, "no end"),
            verdict => return (verdict, asked),
        }
    }
}

#[test]
fn a_position_older_than_the_retention_is_fast_forwarded_in_few_requests_and_the_range_recorded() {
    let mut story = begin(Begin::Stored {
        next: 1_000,
        published_at: Some("2026-11-17T00:00:00Z".parse().unwrap()),
    });
    let began = story.now;
    let (verdict, asked) = play(&mut story, 41_000, 21_000);
    assert_eq!(verdict, skip(1_000, 21_000, SkipReason::Expired));
    assert!(asked.len() < 100, "{} requests", asked.len());
    let took = story.now.duration_since(began);
    assert!(took < SignedDuration::from_mins(3), "{took:?}");
    story.asks(Entry(21_001), A_MISS).takes(21_001);
}

#[test]
fn a_hole_far_behind_the_head_costs_one_more_question() {
    let mut story = at_number(100);
    let (verdict, asked) = play(&mut story, 5_000, 100);
    assert_eq!(verdict, skip(100, 100, SkipReason::Hole));
    assert_eq!(asked.last(), Some(&Probe(101)));
}

#[test]
fn after_two_holes_in_a_row_the_end_of_the_stretch_is_searched_for() {
    let mut story = at_number(100);
    assert_eq!(
        play(&mut story, 180, 140).0,
        skip(100, 100, SkipReason::Hole)
    );
    assert_eq!(
        play(&mut story, 180, 140).0,
        skip(101, 101, SkipReason::Hole)
    );
    assert_eq!(
        play(&mut story, 180, 140).0,
        skip(102, 140, SkipReason::Expired)
    );
}

#[test]
fn a_head_that_lies_never_moves_the_position_past_what_was_seen() {
    let mut story = at_number(100);
    for _ in 0..2_000 {
        let ask = story.follower.ask();
        story.now = story.now.max(ask.not_before);
        story.asked = Some(ask.question);
        let came = match ask.question {
            Head => Came::Head(900_000_000_000_000),
            _ => Came::Missing,
        };
        assert_eq!(story.gets(came), Verdict::Nothing);
    }
}

#[test]
fn a_head_far_below_the_position_is_shown_and_nothing_is_rewound() {
    let mut story = at_number(1_000);
    story.asks(Entry(1_000), 0..=0).misses();
    story.asks(Head, AT_ONCE).hears_head(939);
    story.stands(
        "zKillboard's head is 939, far below our position 1000; nothing is rewound, waiting for it to come back",
    );
    assert!(!story.follower.state().is_well());
    story.asks(Entry(1_000), 5_000..=7_000).misses();
    story.asks(Head, AT_ONCE).hears_head(940);
    story.stands("waiting for number 1000, not yet published");
}

#[test]
fn a_head_told_long_ago_raises_no_alarm_at_a_number_that_is_not_there_yet() {
    let mut story = begin(Begin::Head);
    story.asks(Head, 0..=0).hears_head(100);
    for number in 100..200 {
        story.asks(Entry(number), 0..=120).takes(number);
    }
    story.asks(Entry(200), AT_ONCE).misses();
    story.stands("waiting for number 200, not yet published");
}

#[test]
fn a_placeholder_is_skipped_and_recorded() {
    let mut story = at_number(100);
    story.asks(Entry(100), 0..=0);
    assert_eq!(
        story.gets(Came::Placeholder),
        skip(100, 100, SkipReason::Placeholder)
    );
    story.asks(Entry(101), AT_ONCE);
}

#[test]
fn an_entry_that_is_no_killmail_is_read_three_times_and_then_quarantined() {
    let mut story = at_number(100);
    story.asks(Entry(100), 0..=0);
    assert_eq!(story.gets(bad()), Verdict::Nothing);
    story.asks(Entry(100), 6_000..=7_500);
    assert_eq!(story.gets(bad()), Verdict::Nothing);
    story.asks(Entry(100), 12_000..=15_000);
    assert_eq!(
        story.gets(bad()),
        skip(
            100,
            100,
            SkipReason::Unreadable("an HTML page instead of JSON".to_owned())
        )
    );
    story.asks(Entry(101), AT_ONCE).takes(101);
}

#[test]
fn failures_are_tried_again_ever_later_up_to_a_minute() {
    let mut story = at_number(100);
    let mut waits = Vec::new();
    for _ in 0..7 {
        let ask = story.follower.ask();
        assert_eq!(ask.question, Entry(100));
        waits.push(ask.not_before.duration_since(story.now).as_secs());
        story.now = ask.not_before;
        story.asked = Some(ask.question);
        assert_eq!(story.gets(failed()), Verdict::Nothing);
    }
    for (wait, least) in waits.iter().zip([0, 6, 12, 24, 48, 60, 60]) {
        assert!((least..=least + least / 4).contains(wait), "{waits:?}");
    }
}

/// Fails at one number while the head stands at `head`, or fails too.
fn fail_at(story: &mut Story, number: u64, head: Option<u64>) -> Option<Verdict> {
    for _ in 0..40 {
        let ask = story.follower.ask();
        story.now = story.now.max(ask.not_before);
        story.asked = Some(ask.question);
        let came = match (ask.question, head) {
            (Head, Some(head)) => Came::Head(head),
            (Entry(asked), _) => {
                assert_eq!(asked, number);
                failed()
            }
            _ => failed(),
        };
        match story.gets(came) {
            Verdict::Nothing => {}
            verdict => return Some(verdict),
        }
    }
    None
}

#[test]
fn one_number_that_always_fails_while_the_head_answers_does_not_stop_the_feed() {
    let why = SkipReason::Unreadable("status 503".to_owned());
    let verdict = fail_at(&mut at_number(100), 100, Some(200));
    assert_eq!(verdict, Some(skip(100, 100, why)));
}

#[test]
fn a_feed_that_fails_altogether_is_waited_for() {
    assert_eq!(fail_at(&mut at_number(100), 100, None), None);
}

#[test]
fn inside_a_block_nothing_is_asked() {
    let mut story = at_number(100);
    story.asks(Entry(100), 0..=0);
    let until = story.now + SignedDuration::from_mins(10);
    let refused = Came::Refused {
        until,
        why: Refusal::Blocked,
    };
    assert_eq!(story.gets(refused), Verdict::Nothing);
    assert_eq!(story.follower.state().name(), "blocked");
    story.asks(Entry(100), 600_000..=601_000).takes(100);
}

#[test]
fn a_rewritten_entry_is_read_again_in_the_time_that_a_wait_leaves() {
    let mut story = at_number(100);
    story.asks(Entry(100), 0..=0);
    assert_eq!(story.gets(naming(90)), Verdict::Take { number: 100 });
    story.asks(Entry(101), AT_ONCE).misses();
    story.asks(Head, AT_ONCE).hears_head(90);
    story.asks(Entry(101), 5_000..=7_000).misses();
    story.asks(Head, AT_ONCE).hears_head(90);
    story.asks(Entry(101), 5_000..=7_000).misses();
    story.asks(Head, AT_ONCE).hears_head(90);
    story.asks(Reread(90), 0..=5_000);
    assert_eq!(story.gets(killmail()), Verdict::TakeAgain { number: 90 });
    story.asks(Entry(101), 0..=7_000);
    assert_eq!(story.follower.next(), Some(101), "the position stays");
}

#[test]
fn while_catching_up_rereads_have_their_turn() {
    let mut story = at_number(100);
    story.asks(Entry(100), 0..=0);
    story.gets(naming(90));
    story.now = story.now.checked_add(Duration::from_secs(60)).unwrap();
    let mut number = 101;
    while story.follower.ask().question == Entry(number) {
        story.asks(Entry(number), 0..=120).takes(number);
        number += 1;
        assert!(number < 130, "never read again");
    }
    story.asks(Reread(90), 0..=120);
}

#[test]
fn a_rewritten_entry_that_cannot_be_read_is_forgotten_after_a_few_tries() {
    let mut story = at_number(100);
    story.asks(Entry(100), 0..=0);
    story.gets(naming(90));
    let mut rereads = 0;
    for _ in 0..200 {
        let ask = story.follower.ask();
        story.now = story.now.max(ask.not_before);
        story.asked = Some(ask.question);
        rereads += u32::from(ask.question == Reread(90));
        let came = match ask.question {
            Head => Came::Head(100),
            _ => Came::Missing,
        };
        story.gets(came);
    }
    assert_eq!(rereads, 3);
    assert_eq!(story.follower.rereads(), 0);
}

#[test]
fn a_number_that_is_named_as_rewritten_before_it_was_read_is_not_read_twice() {
    let mut story = at_number(100);
    for named in [100, 101, 5_000, 0] {
        let number = story.follower.next().unwrap();
        story.asks(Entry(number), 0..=120);
        story.gets(naming(named.max(number)));
    }
    assert_eq!(story.follower.rereads(), 0);
}

#[test]
fn states_have_names_and_words() {
    assert_eq!(FeedState::default().name(), "starting");
    assert_eq!(
        serde_json::to_string(&FeedState::Waiting { number: 3 }).unwrap(),
        r#""waiting""#
    );
}
