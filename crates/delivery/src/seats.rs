//! Who may keep a connection open: so many in all, and so many from one address.
//!
//! Each connection holds a [`Seat`] from its acceptance to its end. The seat goes with the socket,
//! not with the task that serves it: a WebSocket leaves its HTTP connection and keeps its seat.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::{counter, gauge};
use tokio::sync::Notify;

use crate::address::ClientAddress;
use crate::{ConnectionLimits, metric};

/// Connections too many that are told so; those beyond them as well are dropped unheard.
const TURNED_AWAY: usize = 64;

/// How many of those may be turned away because of their address, so that one address cannot take
/// the places of all.
const TURNED_AWAY_BY_ADDRESS: usize = TURNED_AWAY / 2;

/// All seats of one server. Clones share them.
#[derive(Clone)]
pub(crate) struct Seats(Arc<House>);

struct House {
    open: usize,
    per_address: usize,
    taken: Mutex<Taken>,
    one_left: Notify,
}

#[derive(Default)]
struct Taken {
    served: usize,
    turned_away: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// What becomes of a new connection.
pub(crate) enum Admission {
    /// It is served.
    Served(Seat),
    /// It is told why it is not.
    TurnedAway(Full, Seat),
    /// It is closed at once.
    Unheard,
}

/// What there are too many of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// Connections in all.
    Server,
    /// Connections from this address.
    Address,
}

/// One connection's place, given back when it is dropped. Keep it as long as the socket.
#[must_use = "the connection counts only as long as its seat is kept"]
pub(crate) struct Seat {
    house: Arc<House>,
    kind: Kind,
}

enum Kind {
    Served(Option<IpAddr>),
    TurnedAway,
}

impl Seats {
    pub(crate) fn new(limits: &ConnectionLimits) -> Self {
        Self(Arc::new(House {
            open: limits.open,
            per_address: limits.per_address,
            taken: Mutex::default(),
            one_left: Notify::new(),
        }))
    }

    /// A seat for a connection from `address`, where there is one.
    pub(crate) fn admit(&self, address: ClientAddress) -> Admission {
        let by = address.limited_as();
        let mut taken = self.0.taken();
        let Some(full) = self.0.full(&taken, by) else {
            taken.served += 1;
            if let Some(ip) = by {
                *taken.by_address.entry(ip).or_default() += 1;
            }
            return Admission::Served(self.seat(Kind::Served(by)));
        };
        counter!(metric::CONNECTIONS_REFUSED, "full" => full.name()).increment(1);
        if taken.turned_away < full.room() {
            taken.turned_away += 1;
            Admission::TurnedAway(full, self.seat(Kind::TurnedAway))
        } else {
            Admission::Unheard
        }
    }

    fn seat(&self, kind: Kind) -> Seat {
        gauge!(metric::CONNECTIONS).increment(1);
        Seat {
            house: Arc::clone(&self.0),
            kind,
        }
    }

    /// How many are taken.
    pub(crate) fn taken(&self) -> usize {
        let taken = self.0.taken();
        taken.served + taken.turned_away
    }

    /// Waits until none is taken.
    pub(crate) async fn empty(&self) {
        loop {
            // Made before the look, so that no leaving between the two goes unnoticed.
            let one_left = self.0.one_left.notified();
            if self.taken() == 0 {
                return;
            }
            one_left.await;
        }
    }
}

impl House {
    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn full(&self, taken: &Taken, by: Option<IpAddr>) -> Option<Full> {
        let from_here = by.and_then(|ip| taken.by_address.get(&ip));
        if taken.served >= self.open {
            Some(Full::Server)
        } else if from_here.is_some_and(|count| *count >= self.per_address) {
            Some(Full::Address)
        } else {
            None
        }
    }
}

impl Full {
    const fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Address => "address",
        }
    }

    const fn room(self) -> usize {
        match self {
            Self::Server => TURNED_AWAY,
            Self::Address => TURNED_AWAY_BY_ADDRESS,
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        gauge!(metric::CONNECTIONS).decrement(1);
        let mut taken = self.house.taken();
        match self.kind {
            Kind::TurnedAway => taken.turned_away -= 1,
            Kind::Served(by) => {
                taken.served -= 1;
                if let Some(ip) = by
                    && let Some(count) = taken.by_address.get_mut(&ip)
                {
                    *count -= 1;
                    if *count == 0 {
                        taken.by_address.remove(&ip);
                    }
                }
            }
        }
        drop(taken);
        self.house.one_left.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;
    use crate::TrustedProxies;

    fn seats(open: usize, per_address: usize) -> Seats {
        Seats::new(&ConnectionLimits {
            open,
            per_address,
            ..ConnectionLimits::default()
        })
    }

    fn from(ip: &str) -> ClientAddress {
        let proxies: TrustedProxies = "10.0.0.1".parse().unwrap();
        proxies.client(ip.parse().unwrap(), &HeaderMap::new())
    }

    fn served(admission: Admission) -> Seat {
        match admission {
            Admission::Served(seat) => seat,
            Admission::TurnedAway(full, _) => panic!("{full:?} is full"),
            Admission::Unheard => panic!("dropped unheard"),
        }
    }

    fn refused(admission: Admission) -> (Full, Seat) {
        match admission {
            Admission::TurnedAway(full, seat) => (full, seat),
            Admission::Served(_) => panic!("served"),
            Admission::Unheard => panic!("dropped unheard"),
        }
    }

    #[test]
    fn an_address_has_its_own_cap_and_gets_seats_back() {
        let seats = seats(10, 2);
        let first = served(seats.admit(from("192.0.2.1")));
        let _second = served(seats.admit(from("192.0.2.1")));
        assert_eq!(refused(seats.admit(from("192.0.2.1"))).0, Full::Address);
        let _other = served(seats.admit(from("192.0.2.2")));
        drop(first);
        let _third = served(seats.admit(from("192.0.2.1")));
    }

    #[test]
    fn this_machine_and_trusted_proxies_have_only_the_cap_of_all() {
        let seats = seats(4, 1);
        let _taken: Vec<_> = ["127.0.0.1", "127.0.0.1", "10.0.0.1", "10.0.0.1"]
            .map(|ip| served(seats.admit(from(ip))))
            .into();
        assert_eq!(refused(seats.admit(from("127.0.0.1"))).0, Full::Server);
    }

    #[test]
    fn one_address_cannot_take_the_places_of_those_who_are_told() {
        let seats = seats(2, 1);
        let _one = served(seats.admit(from("192.0.2.1")));
        let flood: Vec<_> = (0..TURNED_AWAY)
            .map(|_| seats.admit(from("192.0.2.1")))
            .collect();
        let told = |admission: &&Admission| matches!(admission, Admission::TurnedAway(..));
        assert_eq!(flood.iter().filter(told).count(), TURNED_AWAY_BY_ADDRESS);
        let _two = served(seats.admit(from("192.0.2.2")));
        let (full, _told) = refused(seats.admit(from("192.0.2.3")));
        assert_eq!(full, Full::Server);
    }

    #[test]
    fn what_is_given_back_leaves_nothing_behind() {
        let seats = seats(10, 10);
        let taken: Vec<_> = (0..10)
            .map(|host| served(seats.admit(from(&format!("192.0.2.{host}")))))
            .collect();
        let refused = refused(seats.admit(from("192.0.2.99")));
        assert_eq!(seats.taken(), 11);
        drop((taken, refused));
        assert_eq!(seats.taken(), 0);
        assert!(seats.0.taken().by_address.is_empty());
    }

    #[tokio::test]
    async fn a_server_can_wait_until_everyone_has_left() {
        let seats = seats(10, 10);
        let seat = served(seats.admit(from("192.0.2.1")));
        let waiting = tokio::spawn({
            let seats = seats.clone();
            async move { seats.empty().await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(seat);
        waiting.await.unwrap();
    }
}
