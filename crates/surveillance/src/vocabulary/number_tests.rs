use proptest::prelude::*;

use super::*;

const UNITS: [Unit; 6] = [
    Unit::Plain,
    Unit::Isk,
    Unit::Security,
    Unit::Status,
    Unit::Seconds,
    Unit::Moment,
];

#[test]
fn numbers_are_written_in_their_shortest_exact_form() {
    let table = [
        (Unit::Plain, 0, "0"),
        (Unit::Plain, 999, "999"),
        (Unit::Plain, 1_000, "1k"),
        (Unit::Plain, 1_250, "1250"),
        (Unit::Plain, 1_500, "1.5k"),
        (Unit::Plain, 123_456_789, "123456789"),
        (Unit::Plain, -10_000, "-10k"),
        (Unit::Plain, i64::MIN, "-9223372036854775808"),
        (Unit::Isk, 1, "0.01"),
        (Unit::Isk, 150, "1.5"),
        (Unit::Isk, 50_000_000, "500k"),
        (Unit::Isk, 125_000_000, "1.25m"),
        (Unit::Isk, 9_000_000_000, "90m"),
        (Unit::Isk, 500_000_000_000, "5b"),
        (Unit::Isk, 120_000_000_000_000, "1.2t"),
        (Unit::Isk, 62_786_822_910, "627868229.1"),
        (Unit::Security, 5, "0.5"),
        (Unit::Security, 10, "1.0"),
        (Unit::Security, -2, "-0.2"),
        (Unit::Status, -1_800_000, "-1.8"),
        (Unit::Status, 5_000_000, "5.0"),
        (Unit::Status, 1, "0.000001"),
        (Unit::Seconds, 0, "0s"),
        (Unit::Seconds, 90, "90s"),
        (Unit::Seconds, 5_400, "90m"),
        (Unit::Seconds, 7_200, "2h"),
        (Unit::Seconds, 604_800, "7d"),
        (Unit::Seconds, -60, "-1m"),
        (Unit::Moment, 0, "1970-01-01"),
        (Unit::Moment, 1_795_564_800, "2026-11-25"),
        (Unit::Moment, 1_795_631_400, "2026-11-25T18:30:00Z"),
    ];
    for (unit, number, text) in table {
        assert_eq!(write_number(unit, number), text);
        assert_eq!(read_number(unit, text), Some(number), "{text}");
    }
}

#[test]
fn other_ways_of_writing_mean_the_same() {
    let table = [
        (Unit::Plain, "1_000_000", 1_000_000),
        (Unit::Plain, "0.5K", 500),
        (Unit::Plain, "+7", 7),
        (Unit::Plain, "-0", 0),
        (Unit::Isk, "1500000.250", 150_000_025),
        (Unit::Isk, "1.2B", 120_000_000_000),
        (Unit::Security, "0", 0),
        (Unit::Seconds, "1.5h", 5_400),
        (Unit::Moment, "2026-11-25T18:30Z", 1_795_631_400),
        (Unit::Moment, "2026-11-25T18:30:00", 1_795_631_400),
        (Unit::Moment, "2026-11-25T20:30:00+02:00", 1_795_631_400),
    ];
    for (unit, text, number) in table {
        assert_eq!(read_number(unit, text), Some(number), "{text}");
    }
}

#[test]
fn what_is_of_another_unit_or_does_not_come_out_even_is_refused() {
    let table = [
        (Unit::Plain, "1.5"),
        (Unit::Plain, "5h"),
        (Unit::Plain, ""),
        (Unit::Plain, "k"),
        (Unit::Plain, "1."),
        (Unit::Plain, "1.2.3"),
        (Unit::Plain, "_"),
        (Unit::Plain, "--1"),
        (Unit::Plain, "9223372036854775808"),
        (Unit::Plain, "99999999999999999999999999"),
        (Unit::Plain, "0.00000000000000000001"),
        (Unit::Isk, "0.001"),
        (Unit::Isk, "93000t"),
        (Unit::Isk, "5x"),
        (Unit::Isk, "5µ"),
        (Unit::Security, "0.45"),
        (Unit::Status, "0.0000001"),
        (Unit::Seconds, "90"),
        (Unit::Seconds, "0.5s"),
        (Unit::Seconds, "5b"),
        (Unit::Moment, "2026"),
        (Unit::Moment, "20261125"),
        (Unit::Moment, "2026-13-01"),
        (Unit::Moment, "2026-11-25T18:30:00.5Z"),
        (Unit::Moment, "1969-12-31"),
        (Unit::Moment, "2026-11-25xyz"),
        (Unit::Moment, "2026-11-2ü"),
    ];
    for (unit, text) in table {
        assert_eq!(read_number(unit, text), None, "{text}");
    }
}

#[test]
fn moments_that_cannot_be_written_become_the_nearest_that_can() {
    assert_eq!(write_number(Unit::Moment, i64::MIN), "1970-01-01");
    let last = write_number(Unit::Moment, i64::MAX);
    assert_eq!(last, "9999-12-30T22:00:00Z");
    assert_eq!(read_number(Unit::Moment, &last), Some(*MOMENTS.end()));
}

#[test]
fn ids_are_digits_above_nought() {
    assert_eq!(read_id("30000142"), Some(30_000_142));
    assert_eq!(read_id("9223372036854775807"), Some(i64::MAX));
    for wrong in ["0", "-1", "1.0", "30m", "", "9223372036854775808"] {
        assert_eq!(read_id(wrong), None, "{wrong}");
    }
}

proptest! {
    #[test]
    fn every_number_is_read_as_it_was_written(
        number in prop_oneof![any::<i64>(), -1_000_000_000..1_000_000_000_i64, (any::<i32>(), 0..9_u32)
            .prop_map(|(digits, noughts)| i64::from(digits) * 10_i64.pow(noughts))]
    ) {
        for unit in UNITS {
            let number = match unit {
                Unit::Moment => number.rem_euclid(*MOMENTS.end()),
                _ => number,
            };
            prop_assert_eq!(read_number(unit, &write_number(unit, number)), Some(number));
        }
        prop_assert_eq!(read_decimal(&write_decimal(number, 3), 3), Some(number));
    }

    #[test]
    fn reading_never_fails_otherwise_than_by_refusing(text in "[-+0-9_.a-zT:µ]{0,30}") {
        for unit in UNITS {
            read_number(unit, &text);
        }
    }
}
