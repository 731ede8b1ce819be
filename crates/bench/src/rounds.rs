//! Both sides in turns, several times: a machine that drifts drifts under both.

use std::time::{Duration, Instant};

use crate::Outcome;

/// Measures both sides `rounds` times, the one first in even rounds and the other in odd ones.
/// Answers the medians.
pub(crate) fn in_turns(
    rounds: usize,
    mut ours: impl FnMut() -> Outcome<f64>,
    mut theirs: impl FnMut() -> Outcome<f64>,
) -> Outcome<(f64, f64)> {
    let (mut our_figures, mut their_figures) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        if round % 2 == 0 {
            our_figures.push(ours()?);
            their_figures.push(theirs()?);
        } else {
            their_figures.push(theirs()?);
            our_figures.push(ours()?);
        }
    }
    Ok((median(our_figures), median(their_figures)))
}

/// Measures one side only, where there is nothing to compare with. Answers the median.
pub(crate) fn alone(rounds: usize, mut ours: impl FnMut() -> Outcome<f64>) -> Outcome<f64> {
    let figures = (0..rounds).map(|_| ours()).collect::<Outcome<Vec<f64>>>()?;
    Ok(median(figures))
}

/// The middle figure; the mean of the two middle ones where their number is even.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let upper = figures.len() / 2;
    let lower = figures.len().saturating_sub(1) / 2;
    match (figures.get(lower), figures.get(upper)) {
        (Some(lower), Some(upper)) => f64::midpoint(*lower, *upper),
        _ => 0.0,
    }
}

/// How many times per second `once` ran when repeated for at least `span`. `once` answers how
/// many pieces of work it did.
pub(crate) fn per_second(span: Duration, mut once: impl FnMut() -> Outcome<u32>) -> Outcome<f64> {
    let start = Instant::now();
    let mut done = 0_u32;
    while start.elapsed() < span {
        done += once()?;
    }
    Ok(f64::from(done) / start.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![9.0, 1.0, 2.0, 4.0]), 3.0);
    }

    #[test]
    fn the_sides_take_turns_and_neither_is_always_first() {
        let order = std::cell::RefCell::new(String::new());
        let side = |mark| {
            let order = &order;
            move || {
                order.borrow_mut().push(mark);
                Ok(1.0)
            }
        };
        assert!(in_turns(3, side('a'), side('b')).is_ok());
        assert_eq!(order.into_inner(), "abbaab");
    }
}
