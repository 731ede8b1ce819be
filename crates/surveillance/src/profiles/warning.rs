//! What a condition asks for that no killmail has: it can be read and kept, and is hardly what
//! somebody meant.

use std::collections::BTreeSet;

use crate::tree::{Expr, Field};

/// What is odd about a condition, in words, each thing once.
pub(super) fn warnings(expr: &Expr) -> Vec<String> {
    let mut asked = BTreeSet::new();
    of_victims(expr, false, &mut asked);
    asked.into_iter().map(of_victim).collect()
}

/// Collects the fields of a victim that are always absent.
fn of_victims(expr: &Expr, victim: bool, asked: &mut BTreeSet<&'static str>) {
    if let Expr::Test(test) = expr
        && victim
        && is_attackers(test.field)
    {
        asked.insert(test.field.name());
    }
    let victim = victim || matches!(expr, Expr::Victim(_));
    for child in expr.children() {
        of_victims(child, victim, asked);
    }
}

/// Whether only attackers have it: ESI's victim carries none of these.
const fn is_attackers(field: Field) -> bool {
    matches!(
        field,
        Field::Weapon | Field::WeaponGroup | Field::SecurityStatus | Field::FinalBlow
    )
}

fn of_victim(field: &str) -> String {
    format!(
        "no condition on victim.{field} ever holds, and what negates one always does: \
         a victim has none on any killmail; attacker.{field} is that of an attacker"
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::text;
    use crate::tree::TreeLimits;

    fn warned(condition: &str) -> Vec<String> {
        let parsed = text::parse(condition, &TreeLimits::default());
        let warnings = warnings(&parsed.unwrap().expr);
        let field = |warning: String| warning.split(' ').nth(3).unwrap().to_owned();
        warnings.into_iter().map(field).collect()
    }

    #[test]
    fn what_no_victim_has_is_warned_of_once_however_it_is_written() {
        for (condition, fields) in [
            ("victim.weapon = 2456", &["victim.weapon"][..]),
            ("not victim.weapon exists", &["victim.weapon"]),
            ("victim.weapon.group in [53, 55]", &["victim.weapon.group"]),
            (
                "victim.security_status <= -5.0",
                &["victim.security_status"],
            ),
            ("victim.final_blow", &["victim.final_blow"]),
            (
                "victim {damage >= 1k and (weapon != 2456 or final_blow)} or victim.weapon = 1",
                &["victim.final_blow", "victim.weapon"],
            ),
        ] {
            assert_eq!(warned(condition), fields, "{condition}");
        }
    }

    #[test]
    fn what_an_attacker_or_anyone_may_have_is_not_warned_of() {
        for condition in [
            "attacker.weapon = 2456 and victim.ship = 587",
            "anyone.security_status <= -5.0",
            "attackers any {final_blow and weapon.group = 53}",
            "victim {damage >= 1k and character exists}",
            "solo and security <= 0.4",
        ] {
            assert_eq!(warned(condition), [""; 0], "{condition}");
        }
    }
}
