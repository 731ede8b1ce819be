//! One event on its way to readers, with each wire form made once, whoever needs it first.

use std::io::IoSlice;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use killwire_store::LogEvent;

use crate::channel::{Shape, Topic};

/// A way in which an event is written for a protocol. Whole frames, so that a thousand readers of
/// one protocol are sent the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) wire: Wire,
    /// Whether it says that the event is a patch: only to who asked for patches.
    pub(crate) patch: bool,
}

/// A protocol's way to write an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    /// Lines of the event stream.
    Sse,
    /// The same, packed.
    SsePacked,
    /// A WebSocket frame with a push of this topic.
    Channel(Topic, Shape),
}

/// An event as it is written in a form: what stands before its killmail, the killmail itself as the
/// store encoded it, and what stands behind. Sent one after the other and never copied together, so
/// that a form takes next to no memory beside the event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    pub(crate) before: Bytes,
    pub(crate) killmail: Bytes,
    pub(crate) behind: Bytes,
}

impl Written {
    /// All of it in one piece.
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self {
            before: bytes,
            ..Self::default()
        }
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> usize {
        self.before.len() + self.killmail.len() + self.behind.len()
    }

    /// For a system call that takes many pieces.
    pub(crate) fn slices(&self) -> [IoSlice<'_>; 3] {
        [&self.before, &self.killmail, &self.behind].map(|piece| IoSlice::new(piece))
    }

    /// What is left of it after so many bytes, in pieces that are not empty.
    pub(crate) fn rest(&self, mut written: usize) -> impl Iterator<Item = Bytes> {
        let pieces = [&self.before, &self.killmail, &self.behind];
        pieces.into_iter().filter_map(move |piece| {
            let skipped = written.min(piece.len());
            written -= skipped;
            (skipped < piece.len()).then(|| piece.slice(skipped..))
        })
    }
}

/// An event, shared by all who are sent it.
#[derive(Debug)]
pub(crate) struct Parcel {
    pub(crate) event: Arc<LogEvent>,
    forms: Forms,
}

/// Forms that were made, in a list that only grows: reading it takes no lock, however many do. It is
/// short: one for each form that somebody reads.
type Forms = OnceLock<Box<Made>>;

#[derive(Debug)]
struct Made {
    form: Form,
    written: Written,
    next: Forms,
}

impl Parcel {
    pub(crate) fn new(event: Arc<LogEvent>) -> Arc<Self> {
        Arc::new(Self {
            event,
            forms: Forms::new(),
        })
    }

    /// The event in `form`; `encode` is called at most once for each.
    pub(crate) fn form(&self, form: Form, encode: impl Fn(&LogEvent) -> Written) -> &Written {
        let mut forms = &self.forms;
        loop {
            let made = forms.get_or_init(|| {
                Box::new(Made {
                    form,
                    written: encode(&self.event),
                    next: Forms::new(),
                })
            });
            if made.form == form {
                return &made.written;
            }
            forms = &made.next;
        }
    }

    /// Roughly what it takes in memory, with two forms in pieces and one packed.
    pub(crate) fn weight(&self) -> usize {
        const OWN: usize = size_of::<Parcel>() + size_of::<LogEvent>();
        const FORM: usize = size_of::<Made>() + 256;
        let killmail = self.event.killmail.as_ref().map_or(0, Bytes::len);
        let facts = self.event.facts.iter().chain(&self.event.earlier);
        let facts = facts.map(|facts| {
            size_of_val(&**facts)
                + size_of_val(facts.attackers.as_slice())
                + size_of_val(facts.items.as_slice())
        });
        // Packed, a killmail is a quarter as a rule; rather too much than too little.
        OWN + 2 * FORM + killmail + killmail / 3 + facts.sum::<usize>()
    }
}

#[cfg(test)]
mod tests;
