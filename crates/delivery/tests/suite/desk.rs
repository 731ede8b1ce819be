//! Who answers questions about profiles in these tests: it notes what it is asked, and says what the
//! test has told it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use killwire_delivery::{Asker, ProfileAsk, ProfileDesk, ProfileFault};
use serde_json::{Value, json};
use tokio::sync::Notify;

pub(crate) struct Desk {
    asked: Mutex<Vec<(Asker, ProfileAsk)>>,
    answer: Mutex<Result<Value, ProfileFault>>,
    /// Whether it takes for ever.
    holds: AtomicBool,
    /// Told when something is asked.
    pub(crate) heard: Notify,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            asked: Mutex::default(),
            answer: Mutex::new(Ok(json!({ "answer": 42 }))),
            holds: AtomicBool::new(false),
            heard: Notify::new(),
        }
    }
}

impl Desk {
    /// What it says from now on.
    pub(crate) fn says(&self, answer: Result<Value, ProfileFault>) {
        *self.answer.lock().unwrap() = answer;
    }

    /// It answers nothing any more, or does again.
    pub(crate) fn holds(&self, holds: bool) {
        self.holds.store(holds, Ordering::SeqCst);
    }

    /// What it was asked since the last time, each on one line.
    pub(crate) fn was_asked(&self) -> String {
        let asked = std::mem::take(&mut *self.asked.lock().unwrap());
        let line = |(who, ask): (Asker, ProfileAsk)| {
            let token = who
                .token
                .map_or("nobody".to_owned(), |id| format!("token {id}"));
            let ask = serde_json::to_string(&ask).unwrap();
            format!("{token} ({}): {ask}", who.scope)
        };
        asked.into_iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

impl ProfileDesk for Desk {
    fn ask(&self, who: Asker, ask: ProfileAsk) -> BoxFuture<'_, Result<Value, ProfileFault>> {
        assert!(!who.operator, "nobody is the operator over HTTP");
        self.asked.lock().unwrap().push((who, ask));
        self.heard.notify_one();
        async {
            if self.holds.load(Ordering::SeqCst) {
                std::future::pending::<()>().await;
            }
            self.answer.lock().unwrap().clone()
        }
        .boxed()
    }
}
