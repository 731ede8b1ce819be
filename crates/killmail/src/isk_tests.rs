use proptest::prelude::*;

use super::*;

fn isk(text: &str) -> Isk {
    text.parse().unwrap()
}

fn json(amount: Isk) -> String {
    serde_json::to_string(&amount).unwrap()
}

#[test]
fn people_write_amounts_in_many_ways() {
    for (text, hundredths) in [
        ("0", 0),
        ("1500000.25", 150_000_025),
        ("1,500.25", 150_025),
        ("1_000", 100_000),
        ("500m", 50_000_000_000),
        ("1.2b", 120_000_000_000),
        ("5B", 500_000_000_000),
        (" 3 t ", 300_000_000_000_000),
        ("10k ISK", 1_000_000),
        ("-5k", -500_000),
        ("+7", 700),
        ("0.005", 1),
        ("0.0049", 0),
        ("92233720368547758.07", i64::MAX),
    ] {
        assert_eq!(isk(text).hundredths(), hundredths, "{text}");
    }
}

#[test]
fn what_is_not_an_amount_is_refused_with_examples_of_what_is() {
    for text in [
        "",
        "m",
        "isk",
        "abc",
        "1,5",
        "1,50,000",
        ",500",
        "1.2.3",
        "1e9",
        "5.",
        ".5",
        "--5",
        "5mm",
        "1 000",
        "∞",
        "92233720368547758.08",
        "99999999999999999999999999t",
        "½",
    ] {
        let error = text.parse::<Isk>().unwrap_err();
        assert!(error.to_string().contains("500m"), "{text}: {error}");
    }
}

#[test]
fn a_short_amount_has_two_decimals_and_its_unit() {
    for (hundredths, short) in [
        (0, "0"),
        (1, "0.01"),
        (99_999, "999.99"),
        (100_000, "1k"),
        (62_786_822_910, "627.87m"),
        (123_456_789_012, "1.23b"),
        (99_999_999_999, "1b"),
        (-150_000_000_000, "-1.5b"),
        (815_618_918_766, "8.16b"),
        (i64::MAX, "92233.72t"),
        (i64::MIN, "-92233.72t"),
    ] {
        assert_eq!(Isk::from_hundredths(hundredths).short(), short);
    }
}

#[test]
fn json_numbers_are_read_to_the_hundredth_and_out_of_range_is_refused() {
    let read = |text: &str| serde_json::from_str::<Isk>(text).map(Isk::hundredths);
    assert_eq!(read("627868229.1").unwrap(), 62_786_822_910);
    assert_eq!(read("8156189187.66").unwrap(), 815_618_918_766);
    assert_eq!(read("10000").unwrap(), 1_000_000);
    assert_eq!(read("-0.125").unwrap(), -13, "half away from zero");
    assert_eq!(
        read("92233720368547758").unwrap(),
        9_223_372_036_854_775_800
    );
    for wrong in [
        "92233720368547759",
        "1e17",
        "-1e17",
        "18446744073709551615",
        "\"5\"",
        "null",
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    assert_eq!(Isk::from_f64(f64::NAN), None);
    assert_eq!(Isk::from_f64(f64::INFINITY), None);
}

#[test]
fn sums_saturate_instead_of_wrapping() {
    let most = Isk::from_hundredths(i64::MAX);
    let one = Isk::from_hundredths(1);
    assert_eq!(most + one, most);
    assert_eq!(
        Isk::from_hundredths(i64::MIN) - one,
        Isk::from_hundredths(i64::MIN)
    );
    assert_eq!([most, one].into_iter().sum::<Isk>(), most);
    assert_eq!([most, one, Isk::ZERO - one].into_iter().sum::<Isk>(), most);
}

proptest! {
    #[test]
    fn json_shows_every_amount_exactly(hundredths: i64) {
        let amount = Isk::from_hundredths(hundredths);
        prop_assert_eq!(json(amount), amount.to_string());
        prop_assert_eq!(amount.to_string().parse::<Isk>(), Ok(amount));
    }

    #[test]
    fn json_is_read_back_exactly_below_2_to_the_46_isk(
        hundredths in -(1_i64 << 46) * 100 + 1..(1_i64 << 46) * 100,
    ) {
        let amount = Isk::from_hundredths(hundredths);
        prop_assert_eq!(json(amount), amount.to_string());
        prop_assert_eq!(serde_json::from_str::<Isk>(&json(amount)).unwrap(), amount);
    }

    #[test]
    fn whole_amounts_are_read_back_exactly_whatever_their_size(whole in i64::MIN / 100..=i64::MAX / 100) {
        let amount = Isk::from_hundredths(whole * 100);
        prop_assert_eq!(serde_json::from_str::<Isk>(&json(amount)).unwrap(), amount);
    }

    #[test]
    fn stored_amounts_are_hundredths(hundredths: i64) {
        let amount = Isk::from_hundredths(hundredths);
        let bytes = postcard::to_stdvec(&amount).unwrap();
        prop_assert_eq!(&bytes, &postcard::to_stdvec(&hundredths).unwrap());
        prop_assert_eq!(postcard::from_bytes::<Isk>(&bytes).unwrap(), amount);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[0-9,._kmbt +-]{0,60}") {
        let _ = text.parse::<Isk>();
    }
}
