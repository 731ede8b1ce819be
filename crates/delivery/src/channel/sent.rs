//! What a topic has sent: so that no killmail is sent a second time with the past of a system.

use std::collections::{HashSet, VecDeque};

use killwire_killmail::{KillmailId, SystemId};

/// Killmails that a topic remembers having sent; a client that follows more in a day may be sent one
/// a second time when it subscribes to its system later. One that was patched counts again.
const REMEMBERED: usize = 4_096;

/// What a topic has sent.
#[derive(Default)]
pub(super) struct Sent {
    /// In the order in which they were sent. Noting one is done with each delivery and must cost
    /// next to nothing; looking for one is seldom, and going through all of them takes a
    /// microsecond.
    killmails: VecDeque<KillmailId>,
    /// In which systems, since that was last asked.
    systems: HashSet<SystemId>,
    /// The last of these.
    last_system: Option<SystemId>,
    /// Whether anything was sent that the mapper takes for a sign of life, since that was last
    /// asked.
    alive: bool,
}

impl Sent {
    /// All of it; nothing is left.
    pub(super) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// Whether this killmail was sent.
    pub(super) fn has(&self, id: KillmailId) -> bool {
        self.killmails.contains(&id)
    }

    /// Notes that it was.
    pub(super) fn note(&mut self, id: Option<KillmailId>, system: Option<SystemId>) {
        self.alive = true;
        if system != self.last_system {
            self.last_system = system;
            self.systems.extend(system);
        }
        if self.killmails.len() == REMEMBERED {
            self.killmails.pop_front();
        }
        self.killmails.extend(id);
    }

    /// In which systems anything was sent since this was last asked.
    pub(super) fn take_systems(&mut self) -> HashSet<SystemId> {
        self.last_system = None;
        std::mem::take(&mut self.systems)
    }

    /// Whether anything was sent since this was last asked.
    pub(super) fn take_alive(&mut self) -> bool {
        std::mem::take(&mut self.alive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn killmail(id: i64) -> KillmailId {
        KillmailId::new(id).unwrap()
    }

    #[test]
    fn the_last_few_thousand_killmails_are_remembered() {
        let mut sent = Sent::default();
        for id in 1..=5_000 {
            sent.note(Some(killmail(id)), None);
        }
        assert!(!sent.has(killmail(904)));
        assert!(sent.has(killmail(905)) && sent.has(killmail(5_000)));
    }

    #[test]
    fn systems_are_told_once_and_again_when_more_was_sent() {
        let mut sent = Sent::default();
        let system = SystemId::new(30_000_142).unwrap();
        sent.note(Some(killmail(1)), Some(system));
        sent.note(Some(killmail(2)), Some(system));
        sent.note(Some(killmail(3)), None);
        assert_eq!(sent.take_systems(), HashSet::from([system]));
        assert_eq!(sent.take_systems(), HashSet::new());
        sent.note(Some(killmail(4)), Some(system));
        assert_eq!(sent.take_systems(), HashSet::from([system]));
    }
}
