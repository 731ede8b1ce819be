//! Who asks about profiles and lists, and what they may: the one definition, for the routes and
//! channels, which read what profiles found from the store, and for whoever answers the questions.

use killwire_store::{Party, ProfileRow, Scope, TokenId};
use serde::{Deserialize, Serialize};

use crate::ProfileFault;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asker {
    /// The token that was shown; none for a reader without one where reading is open.
    pub token: Option<TokenId>,
    /// What it allows.
    pub scope: Scope,
    /// Whether it is the machine's own operator, over the control socket or in a command that works
    /// alone: everything is theirs.
    pub operator: bool,
}

impl Asker {
    /// The person at the machine.
    pub const OPERATOR: Self = Self {
        token: None,
        scope: Scope::Admin,
        operator: true,
    };

    /// Whether everybody's profiles and lists are for them.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        self.operator || (self.token.is_some() && self.scope.includes(Scope::Admin))
    }

    /// Whether they have said who they are. Open reading grants scopes to nobody in particular.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.operator || self.token.is_some()
    }

    /// To whom belongs what they make; none for the operator.
    #[must_use]
    pub fn owner(&self) -> Option<TokenId> {
        self.token.filter(|_| !self.operator)
    }

    /// On whose behalf the store changes something for them.
    #[must_use]
    pub fn party(&self) -> Party {
        Party {
            token: self.owner(),
            all: self.sees_all(),
        }
    }

    /// The token that was shown.
    ///
    /// # Errors
    /// `Forbidden` where there is none.
    pub fn token(&self) -> Result<TokenId, ProfileFault> {
        self.token.ok_or_else(|| {
            let text = "profiles belong to tokens: show one; `killwire token create` makes it";
            ProfileFault::Forbidden(text.to_owned())
        })
    }

    /// Whether they may change something.
    ///
    /// # Errors
    /// `Forbidden`, saying what is missing.
    pub fn writes(&self) -> Result<(), ProfileFault> {
        if self.operator {
            return Ok(());
        }
        self.token()?;
        if self.scope.includes(Scope::Write) {
            return Ok(());
        }
        Err(ProfileFault::Forbidden(
            "this token may only read; one of scope write is needed".to_owned(),
        ))
    }

    /// Whether a profile is for them: their own, and everything for an admin and for the operator.
    /// What belongs to nobody's token is the operator's.
    ///
    /// # Errors
    /// `Forbidden` where it is not.
    pub fn sees(&self, profile: &ProfileRow) -> Result<(), ProfileFault> {
        if self.party().holds(profile.owner) {
            return Ok(());
        }
        self.token()?;
        Err(ProfileFault::Forbidden(format!(
            "profile {} belongs to another token",
            profile.id
        )))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
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
            (Asker::OPERATOR, true, true),
            (asker(Some(1), Scope::Admin), true, true),
            (asker(Some(7), Scope::Write), true, false),
            (asker(Some(7), Scope::Read), true, false),
            (asker(Some(8), Scope::Write), false, false),
            // Open reading shows no token, and what it is granted is nobody's in particular.
            (asker(None, Scope::Read), false, false),
            (asker(None, Scope::Admin), false, false),
        ] {
            assert_eq!(who.sees(&of_seven).is_ok(), seven, "{who:?}");
            assert_eq!(who.sees(&of_the_machine).is_ok(), machine, "{who:?}");
        }
    }

    #[test]
    fn changing_something_needs_a_token_of_scope_write() {
        assert!(Asker::OPERATOR.writes().is_ok());
        assert!(asker(Some(7), Scope::Write).writes().is_ok());
        assert!(asker(Some(7), Scope::Admin).writes().is_ok());
        assert!(asker(Some(7), Scope::Read).writes().is_err());
        assert!(asker(None, Scope::Admin).writes().is_err());
        assert_eq!(Asker::OPERATOR.owner(), None);
        assert_eq!(asker(Some(7), Scope::Admin).owner(), Some(7));
    }
}
