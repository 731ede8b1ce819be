//! Whether the parts of a tree fit each other.

use killwire_universe::Tag;

use super::{Check, Count, Expr, Field, Ref, RefKind, Scope, ValueKind};
use crate::vocabulary::{MOMENTS, MOST_SHARE, reference};

impl Expr {
    /// Whether the tree is one that text and JSON can say: fields in their scopes with checks that
    /// they take, connectives of two parts at least, lists that are not empty, numbers in their
    /// ranges. What is read is well formed; who builds trees otherwise can ask. The compiler and
    /// the printers make something of other trees, too, but promise nothing of it.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        self.fits(Scope::Killmail)
    }

    fn fits(&self, scope: Scope) -> bool {
        let outside = scope == Scope::Killmail;
        match self {
            Self::Const(_) => true,
            Self::And(parts) | Self::Or(parts) => {
                parts.len() >= 2 && parts.iter().all(|part| part.fits(scope))
            }
            Self::Not(of) => of.fits(scope),
            Self::Victim(of) | Self::Anyone(of) => outside && of.fits(Scope::Party),
            Self::Attackers(count, of) => {
                let counts = match count {
                    Count::Any | Count::All | Count::Number(..) => true,
                    Count::Share(_, share) => *share <= MOST_SHARE,
                    Count::Quantity(..) => false,
                };
                outside && counts && of.fits(Scope::Party)
            }
            Self::Items(count, of) => {
                let counts = match count {
                    Count::Any | Count::All | Count::Number(..) => true,
                    Count::Share(..) => false,
                    Count::Quantity(_, pieces) => *pieces >= 0,
                };
                outside && counts && of.fits(Scope::Item)
            }
            Self::Test(test) => test.field.scope() == scope && test.field.takes(&test.check),
        }
    }
}

impl Field {
    /// Whether this check can be made of it.
    #[must_use]
    pub fn takes(self, check: &Check) -> bool {
        let kind = self.kind();
        match (check, kind) {
            (Check::Yes, ValueKind::Flag) => true,
            (Check::Exists, _) => self.may_be_absent(),
            (Check::Compare(_, number), ValueKind::Number(unit)) => {
                unit != super::Unit::Moment || MOMENTS.contains(number)
            }
            (Check::In(refs), ValueKind::Ref(kind)) => refer(kind, refs),
            (Check::List(_), ValueKind::Ref(_))
            | (Check::Chain(_), ValueKind::Ref(RefKind::System)) => true,
            (Check::Contains(part), ValueKind::Ref(kind)) => {
                kind.is_static() && !part.trim().is_empty()
            }
            (
                Check::Jumps(_, refs) | Check::LightYears(_, refs),
                ValueKind::Ref(RefKind::System),
            ) => refer(RefKind::System, refs),
            (Check::Choice(choices), ValueKind::Choice(of)) => {
                let there = |choice: &u8| usize::from(*choice) < of.len();
                let ascending = choices.is_sorted_by(|one, next| one < next);
                !choices.is_empty() && ascending && choices.iter().all(there)
            }
            (Check::Words(_, words), ValueKind::Words) => {
                let known = |word: &str| match self {
                    Self::Tags | Self::ItemTags => Tag::ALL.iter().any(|tag| tag.name() == word),
                    _ => !word.trim().is_empty(),
                };
                !words.is_empty() && words.iter().all(|word| known(word))
            }
            _ => false,
        }
    }
}

/// At least one reference, each as it can be written for the kind.
fn refer(kind: RefKind, refs: &[Ref]) -> bool {
    let fits = |of: &Ref| reference(kind, of.id(), of.name()).is_some();
    !refs.is_empty() && refs.iter().all(fits)
}
