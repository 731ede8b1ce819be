//! The topics that can be joined.

use std::fmt;

use killwire_killmail::SystemId;
use killwire_store::ProfileId;

/// What a client joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    /// `killmails:lobby`: kills in the systems or with the characters that the client subscribes
    /// to, as the peer has it.
    Lobby,
    /// `killmails:stream`: every killmail that the filters of the join let through.
    Stream,
    /// `system:{id}`: kills in one solar system.
    System(SystemId),
    /// `profiles:{id}`: what a profile finds.
    Profile(ProfileId),
}

const LOBBY: &str = "killmails:lobby";
const STREAM: &str = "killmails:stream";
const SYSTEM: &str = "system";
const PROFILES: &str = "profiles";

/// What topics are called, as an AsyncAPI address.
pub(crate) fn addresses() -> [String; 4] {
    [
        LOBBY.into(),
        STREAM.into(),
        format!("{SYSTEM}:{{id}}"),
        format!("{PROFILES}:{{id}}"),
    ]
}

impl Topic {
    /// The topic of this name, where there is one.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            LOBBY => Some(Self::Lobby),
            STREAM => Some(Self::Stream),
            _ => {
                let (kind, id) = name.split_once(':')?;
                match kind {
                    SYSTEM => super::ids::system(id).map(Self::System),
                    PROFILES => super::ids::profile(id).map(Self::Profile),
                    _ => None,
                }
            }
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lobby => f.write_str(LOBBY),
            Self::Stream => f.write_str(STREAM),
            Self::System(id) => write!(f, "{SYSTEM}:{id}"),
            Self::Profile(id) => write!(f, "{PROFILES}:{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_named_as_it_is_read() {
        for name in [
            "killmails:lobby",
            "killmails:stream",
            "system:30000142",
            "profiles:7",
        ] {
            assert_eq!(Topic::named(name).unwrap().to_string(), name);
        }
    }

    #[test]
    fn other_names_are_no_topics() {
        for name in [
            "",
            ":",
            "phoenix",
            "killmails:",
            "killmails:lobby2",
            "system:",
            "system:x",
            "system:0",
            "system:030000142",
            "system:50000001",
            "profiles:",
            "profiles:x",
            "profiles:0",
            "profiles:07",
            "profiles:-7",
            "profiles:99999999999999999999",
        ] {
            assert_eq!(Topic::named(name), None, "{name:?}");
        }
    }
}
