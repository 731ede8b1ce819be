//! Lets only so many calls be inside at once. The others wait in two queues: a live call passes all
//! backfill ones, and within a queue the first comes first. Each queue has a bound; a call that
//! finds its queue full is told so at once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::{Answer, Exchange, Request};
use crate::meter::Meter;
use crate::{Priority, Upstream, UpstreamError};

/// The door and its two queues.
struct Door {
    upstream: Upstream,
    /// How many may wait in each queue.
    bound: usize,
    state: Mutex<State>,
}

struct State {
    free: usize,
    live: VecDeque<oneshot::Sender<Place>>,
    backfill: VecDeque<oneshot::Sender<Place>>,
}

impl State {
    fn queue(&mut self, priority: Priority) -> &mut VecDeque<oneshot::Sender<Place>> {
        match priority {
            Priority::Live => &mut self.live,
            Priority::Backfill => &mut self.backfill,
        }
    }
}

/// A place inside. Dropping it lets the next one in, also when nobody ever took it up.
struct Place(Option<Arc<Door>>);

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(door) = self.0.take() {
            Door::pass_on(&door);
        }
    }
}

impl Door {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a place that became free to the next who still waits.
    fn pass_on(door: &Arc<Self>) {
        loop {
            let next = {
                let mut state = door.lock();
                let live = state.live.pop_front();
                match live.or_else(|| state.backfill.pop_front()) {
                    Some(next) => next,
                    None => {
                        state.free += 1;
                        return;
                    }
                }
            };
            match next.send(Place(Some(Arc::clone(door)))) {
                Ok(()) => return,
                // It has stopped waiting: the place is still to be given.
                Err(mut place) => place.0 = None,
            }
        }
    }

    /// A place, or the promise of one.
    fn ask(
        door: &Arc<Self>,
        priority: Priority,
    ) -> Result<Result<Place, oneshot::Receiver<Place>>, UpstreamError> {
        let mut state = door.lock();
        if let Some(free) = state.free.checked_sub(1) {
            state.free = free;
            return Ok(Ok(Place(Some(Arc::clone(door)))));
        }
        let queue = state.queue(priority);
        if queue.len() >= door.bound {
            queue.retain(|waiting| !waiting.is_closed());
        }
        if queue.len() >= door.bound {
            return Err(UpstreamError::Busy {
                upstream: door.upstream,
                waiting: queue.len(),
            });
        }
        let (promise, place) = oneshot::channel();
        queue.push_back(promise);
        Ok(Err(place))
    }
}

pub(super) struct Concurrency<E> {
    inner: E,
    door: Arc<Door>,
    meter: Arc<Meter>,
}

impl<E> Concurrency<E> {
    pub(super) fn new(inner: E, at_once: usize, bound: usize, meter: Arc<Meter>) -> Self {
        Self {
            inner,
            door: Arc::new(Door {
                upstream: meter.upstream(),
                bound,
                state: Mutex::new(State {
                    free: at_once.max(1),
                    live: VecDeque::new(),
                    backfill: VecDeque::new(),
                }),
            }),
            meter,
        }
    }
}

impl<E: Exchange> Exchange for Concurrency<E> {
    async fn exchange(&self, request: &Request) -> Result<Answer, UpstreamError> {
        let _place = match Door::ask(&self.door, request.priority)? {
            Ok(place) => place,
            Err(promise) => {
                let _waiting = self.meter.waiting();
                // The door keeps the promise for as long as it stands, and this holds it.
                promise.await.unwrap_or(Place(None))
            }
        };
        let _inside = self.meter.inside();
        self.inner.exchange(request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(at_once: usize, bound: usize) -> Arc<Door> {
        Arc::new(Door {
            upstream: Upstream::Esi,
            bound,
            state: Mutex::new(State {
                free: at_once,
                live: VecDeque::new(),
                backfill: VecDeque::new(),
            }),
        })
    }

    fn queue(door: &Arc<Door>, priority: Priority) -> oneshot::Receiver<Place> {
        match Door::ask(door, priority).unwrap() {
            Err(promise) => promise,
            Ok(_) => panic!("there was a place"),
        }
    }

    #[test]
    fn live_calls_pass_backfill_ones_and_keep_their_order() {
        let door = door(1, 8);
        let inside = Door::ask(&door, Priority::Backfill).unwrap().ok().unwrap();
        let mut old = queue(&door, Priority::Backfill);
        let mut first = queue(&door, Priority::Live);
        let mut second = queue(&door, Priority::Live);
        drop(inside);
        let place = first.try_recv().unwrap();
        assert!(second.try_recv().is_err() && old.try_recv().is_err());
        drop(place);
        let place = second.try_recv().unwrap();
        assert!(old.try_recv().is_err());
        drop(place);
        assert!(old.try_recv().is_ok());
    }

    #[test]
    fn a_full_queue_says_so_and_leaves_the_other_one_alone() {
        let door = door(1, 2);
        let _inside = Door::ask(&door, Priority::Live).unwrap();
        let _waiting = [
            queue(&door, Priority::Backfill),
            queue(&door, Priority::Backfill),
        ];
        assert_eq!(
            Door::ask(&door, Priority::Backfill).err(),
            Some(UpstreamError::Busy {
                upstream: Upstream::Esi,
                waiting: 2
            })
        );
        let _live = queue(&door, Priority::Live);
    }

    #[test]
    fn who_stops_waiting_loses_nobodys_place() {
        let door = door(1, 2);
        let inside = Door::ask(&door, Priority::Live).unwrap();
        let gone = queue(&door, Priority::Live);
        let given_up = queue(&door, Priority::Live);
        let mut behind = queue(&door, Priority::Backfill);
        drop(gone);
        // Makes room for one more, because one has gone.
        let mut third = queue(&door, Priority::Live);
        drop(inside);
        // It had its place already when it stopped waiting.
        drop(given_up);
        drop(third.try_recv().unwrap());
        drop(behind.try_recv().unwrap());
        assert_eq!(door.lock().free, 1);
    }
}
