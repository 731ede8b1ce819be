//! When it happened, and how long ago.

use super::case::{Case, these};

pub(super) const CASES: &[Case] = &[
    these(
        "from_a_day_to_a_moment",
        r#"time >= 2014-01-01 and time < 2015-02-22T08:18:00Z"#,
        "the battery died at that very second: it is out",
        &[36_092_010, 36_592_035, 41_245_293],
    ),
    these(
        "a_moment",
        r#"time = 2025-11-10T05:12:31Z"#,
        "the Keepstar's end",
        &[131_126_432],
    ),
    these(
        "hours_past_midnight",
        r#"hour in [22..4] and id >= 100m"#,
        "22:00 to 04:59 UTC, since 2022",
        &[
            115_769_073,
            115_797_013,
            119_689_329,
            126_740_298,
            132_249_213,
            132_461_133,
            132_462_203,
            134_554_450,
        ],
    ),
    these(
        "an_hour",
        r#"hour = 7"#,
        "07:00 to 07:59 UTC",
        &[
            21_723_632, 71_818_473, 72_404_845, 72_420_520, 73_780_191, 73_780_209, 73_780_323,
            73_780_522, 73_780_827, 73_780_832,
        ],
    ),
    these(
        "the_weekend",
        r#"weekday in [sat, sun] and value >= 20b"#,
        "nine; of 22 of a weekend nobody knows the value",
        &[
            71_657_415, 71_821_003, 72_317_726, 72_890_272, 72_893_199, 72_902_466, 72_905_770,
            72_906_409, 72_908_937,
        ],
    )
    .unknown(22),
    these(
        "not_on_those_days",
        r#"weekday not in [wed..sun] and band = highsec"#,
        "Mondays and Tuesdays",
        &[24_209_201, 71_847_699, 72_244_664],
    ),
    these(
        "fresh",
        r#"age <= 1m"#,
        "the feed had the pod 50 seconds after it died",
        &[134_435_757],
    ),
    these(
        "of_the_last_months",
        r#"age > 30d and age <= 200d"#,
        "four of May to July 2026, published on 20 November",
        &[135_403_572, 137_202_920, 137_230_345, 137_259_365],
    ),
];
