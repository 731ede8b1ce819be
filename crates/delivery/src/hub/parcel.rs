//! One event on its way to readers, with each wire form made once, whoever needs it first.

use std::sync::{Arc, Mutex, PoisonError};

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
    /// A WebSocket frame with a push of this topic.
    Channel(Topic, Shape),
}

/// An event, shared by all who are sent it.
#[derive(Debug)]
pub(crate) struct Parcel {
    pub(crate) event: Arc<LogEvent>,
    /// Few: one for each form that somebody reads.
    forms: Mutex<Vec<(Form, Bytes)>>,
}

impl Parcel {
    pub(crate) fn new(event: Arc<LogEvent>) -> Arc<Self> {
        Arc::new(Self {
            event,
            forms: Mutex::default(),
        })
    }

    /// The event in `form`; `encode` is called at most once for each.
    pub(crate) fn form(&self, form: Form, encode: impl FnOnce(&LogEvent) -> Bytes) -> Bytes {
        let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, bytes)) = forms.iter().find(|(of, _)| *of == form) {
            return bytes.clone();
        }
        let bytes = encode(&self.event);
        forms.push((form, bytes.clone()));
        bytes
    }

    /// Roughly what it takes in memory, where it is written in two forms.
    pub(crate) fn weight(&self) -> usize {
        const OWN: usize = size_of::<Parcel>() + size_of::<LogEvent>() + 256;
        let killmail = self.event.killmail.as_ref().map_or(0, Bytes::len);
        OWN + 3 * killmail
    }
}
