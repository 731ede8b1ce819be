//! Who may do what with profiles: their owner, and whoever looks after the server.

use killwire_delivery::{Asker, ProfileFault};
use killwire_store::{ProfileRow, Scope, TokenId};

/// The person at the machine: over the control socket, or in a command that works alone.
pub(crate) const OPERATOR: Asker = Asker {
    token: None,
    scope: Scope::Admin,
    operator: true,
};

/// Whether everybody's profiles are theirs.
pub(super) fn sees_all(who: &Asker) -> bool {
    who.operator || (who.token.is_some() && who.scope.includes(Scope::Admin))
}

/// To whom a profile belongs that they make; none for the operator.
pub(super) fn owner(who: &Asker) -> Option<TokenId> {
    who.token.filter(|_| !who.operator)
}

/// The token that was shown.
pub(super) fn token(who: &Asker) -> Result<TokenId, ProfileFault> {
    who.token.ok_or_else(|| {
        let text = "profiles belong to tokens: show one; `killwire token create` makes it";
        ProfileFault::Forbidden(text.to_owned())
    })
}

/// Whether they may change something.
pub(super) fn writes(who: &Asker) -> Result<(), ProfileFault> {
    if who.operator {
        return Ok(());
    }
    token(who)?;
    if who.scope.includes(Scope::Write) {
        return Ok(());
    }
    Err(ProfileFault::Forbidden(
        "this token may only read; one of scope write is needed".to_owned(),
    ))
}

/// Whether a profile is theirs.
pub(super) fn sees(who: &Asker, row: &ProfileRow) -> Result<(), ProfileFault> {
    if sees_all(who) || row.owner == Some(token(who)?) {
        return Ok(());
    }
    Err(ProfileFault::Forbidden(format!(
        "profile {} is somebody else's",
        row.id
    )))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use killwire_store::{ProfileId, ProfileName};

    use super::*;

    fn asker(token: Option<TokenId>, scope: Scope) -> Asker {
        Asker {
            token,
            scope,
            operator: false,
        }
    }

    fn profile(owner: Option<TokenId>) -> ProfileRow {
        ProfileRow {
            id: ProfileId(1),
            owner,
            name: ProfileName::new("supers").unwrap(),
            condition: "true".to_owned(),
            version: 1,
            enabled: true,
            created_at: Timestamp::UNIX_EPOCH,
            changed_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_profile_is_its_owners_and_an_admins_and_the_operators() {
        let of_seven = profile(Some(7));
        let of_the_machine = profile(None);
        for (who, seven, machine) in [
            (OPERATOR, true, true),
            (asker(Some(1), Scope::Admin), true, true),
            (asker(Some(7), Scope::Write), true, false),
            (asker(Some(7), Scope::Read), true, false),
            (asker(Some(8), Scope::Write), false, false),
            // Open reading shows no token, and what it is granted is nobody's in particular.
            (asker(None, Scope::Read), false, false),
            (asker(None, Scope::Admin), false, false),
        ] {
            assert_eq!(sees(&who, &of_seven).is_ok(), seven, "{who:?}");
            assert_eq!(sees(&who, &of_the_machine).is_ok(), machine, "{who:?}");
        }
    }

    #[test]
    fn changing_something_needs_a_token_of_scope_write() {
        assert!(writes(&OPERATOR).is_ok());
        assert!(writes(&asker(Some(7), Scope::Write)).is_ok());
        assert!(writes(&asker(Some(7), Scope::Admin)).is_ok());
        assert!(writes(&asker(Some(7), Scope::Read)).is_err());
        assert!(writes(&asker(None, Scope::Admin)).is_err());
        assert_eq!(owner(&OPERATOR), None);
        assert_eq!(owner(&asker(Some(7), Scope::Admin)), Some(7));
    }
}
