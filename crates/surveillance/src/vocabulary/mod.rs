//! What text and JSON share: the words and numbers that profiles are written with, and what is said
//! where one is wrong.

mod choice;
mod field;
mod nearest;
mod number;
mod prefix;
mod problem;
mod value;

pub use problem::Problem;

pub(crate) use choice::{between, place, runs};
pub(crate) use field::{field_elsewhere, field_names, part_of_value};
pub(crate) use nearest::nearest;
pub(crate) use number::{
    FINEST_LIGHT_YEARS, FINEST_PER_CENT, MOMENTS, MOST_SHARE, expected_number, read_count,
    read_decimal, read_id, read_number, write_decimal, write_number,
};
pub(crate) use prefix::Prefix;
pub(crate) use problem::shown;
pub(crate) use value::{blank, expected_ref, expected_word, reference, word};
