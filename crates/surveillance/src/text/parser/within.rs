//! `within 7 jumps of "Jita"` and `within 5.5 ly of "Jita"`.

use super::{Parser, Read};
use crate::text::lexer::Token;
use crate::tree::{Check, Ref, RefKind};
use crate::vocabulary::{FINEST_LIGHT_YEARS, read_count, read_decimal};

const DISTANCE: &str = "a distance, as in `within 7 jumps of` or `within 5.5 ly of`";

impl Parser<'_> {
    /// What stands behind `within`.
    pub(super) fn within(&mut self) -> Read<Check> {
        let Token::Number(written) = *self.0.token() else {
            return Err(self.0.unexpected(DISTANCE));
        };
        // `5.5ly` is one word to the lexer.
        let glued = written.len().checked_sub(2).and_then(|cut| {
            let (number, unit) = written.split_at_checked(cut)?;
            unit.eq_ignore_ascii_case("ly").then_some(number)
        });
        let number = glued.unwrap_or(written);
        let wrong = self.0.unexpected(DISTANCE);
        self.0.advance()?;
        if glued.is_some() || self.0.take_word("ly")? {
            let thousandths = read_decimal(number, FINEST_LIGHT_YEARS);
            let Some(distance) = thousandths.and_then(|far| u32::try_from(far).ok()) else {
                return Err(wrong);
            };
            return Ok(Check::LightYears(distance, self.origins()?));
        }
        if self.0.take_word("jumps")? || self.0.take_word("jump")? {
            let Some(jumps) = read_count(number) else {
                return Err(wrong);
            };
            return Ok(Check::Jumps(jumps, self.origins()?));
        }
        Err(self
            .0
            .unexpected_word("`jumps` or `ly` behind the distance", ["jumps"].into_iter()))
    }

    /// `of` one solar system, or several in brackets.
    fn origins(&mut self) -> Read<Vec<Ref>> {
        if !self.0.take_word("of")? {
            return Err(self.0.unexpected("`of` and one or several solar systems"));
        }
        if self.0.is_sign("[") {
            return self.references(RefKind::System);
        }
        Ok(vec![self.reference(RefKind::System)?])
    }
}
