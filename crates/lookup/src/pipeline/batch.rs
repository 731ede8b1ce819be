//! One batch of keys: asked together, and taken apart where one of them is no id.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use killwire_cache::{Loaded, Validity};
use killwire_upstream::Priority;

use super::Inner;
use super::queue::Waiting;
use crate::LookupError;
use crate::kind::{Kind, Question};
use crate::limits::{MAX_BAD_ANSWERS, SPLIT};

/// A batch on its way.
struct Run<'a, K: Kind> {
    inner: &'a Arc<Inner<K>>,
    priority: Priority,
    /// How many answers blamed an id.
    bad_answers: usize,
}

/// Why a run stops: the rest is not asked.
struct Stopped<K: Kind> {
    error: LookupError,
    unasked: Vec<Waiting<K>>,
}

impl<K: Kind> Inner<K> {
    /// Asks for a batch. Every key of it is answered: value, missing, or an error.
    pub(super) async fn run(self: &Arc<Self>, batch: Vec<Waiting<K>>, priority: Priority) {
        self.counters.batch(batch.len());
        let mut run = Run {
            inner: self,
            priority,
            bad_answers: 0,
        };
        if let Err(stopped) = run.ask(batch).await {
            self.fail(stopped.unasked, &stopped.error);
        }
    }

    /// Tells everyone who waits for these keys of an error, and holds the keys for a while.
    fn fail(&self, waiting: Vec<Waiting<K>>, error: &LookupError) {
        self.counters.failed(waiting.len());
        tracing::debug!(%error, keys = waiting.len(), kind = K::LIMITS.name, "a look-up failed");
        let now = Validity::since(self.clock.now());
        for waiting in waiting {
            if error.was_asked() {
                self.held.put(waiting.lease.key(), error.clone(), now);
            }
            waiting.lease.finish(Err(error.clone()));
        }
    }

    fn missing(self: &Arc<Self>, waiting: Waiting<K>) {
        self.counters.missing();
        let loaded = Loaded::missing(Validity::since(self.clock.now()));
        self.shelve(vec![(waiting.lease.key().clone(), loaded.clone())]);
        waiting.lease.finish(Ok(loaded));
    }
}

impl<K: Kind> Run<'_, K> {
    /// Asks for a group of keys; takes it apart where the upstream blames one of them.
    async fn ask(&mut self, group: Vec<Waiting<K>>) -> Result<(), Stopped<K>> {
        let questions: Vec<Question<K>> = group
            .iter()
            .map(|waiting| Question {
                key: waiting.lease.key().clone(),
                known: waiting.known.clone(),
            })
            .collect();
        self.inner.counters.called();
        match self.inner.kind.load(&questions, self.priority).await {
            Ok(answers) => {
                self.tell(group, answers);
                Ok(())
            }
            Err(error) if error.blames_an_id() => {
                self.bad_answers += 1;
                self.take_apart(group).await
            }
            Err(error) => Err(Stopped {
                error,
                unasked: group,
            }),
        }
    }

    /// Finds out which of a group's keys does not exist; there is at least one.
    fn take_apart(
        &mut self,
        mut group: Vec<Waiting<K>>,
    ) -> Pin<Box<dyn Future<Output = Result<(), Stopped<K>>> + Send + '_>> {
        Box::pin(async move {
            if group.len() == 1 {
                group.into_iter().for_each(|one| self.inner.missing(one));
                return Ok(());
            }
            let size = group.len().div_ceil(SPLIT);
            let before = self.bad_answers;
            while !group.is_empty() {
                let part = group.split_off(group.len().saturating_sub(size));
                let certain = group.is_empty() && self.bad_answers == before;
                let asked = if self.bad_answers >= MAX_BAD_ANSWERS {
                    Err(Stopped {
                        error: LookupError::TooManyBad {
                            upstream: K::LIMITS.upstream,
                            operation: K::LIMITS.operation,
                        },
                        unasked: part,
                    })
                } else if certain && part.len() > 1 {
                    // All other parts were good, so it is in here: no need to hear it again.
                    self.take_apart(part).await
                } else {
                    self.ask(part).await
                };
                if let Err(mut stopped) = asked {
                    stopped.unasked.append(&mut group);
                    return Err(stopped);
                }
            }
            Ok(())
        })
    }

    /// Hands out what came. A key that the upstream left out is an error, not a missing one.
    fn tell(&self, group: Vec<Waiting<K>>, answers: Vec<(K::Key, Loaded<K::Value>)>) {
        let inner = self.inner;
        inner.shelve(answers.clone());
        let mut answers: HashMap<_, _> = answers.into_iter().collect();
        let answered: Vec<_> = group
            .into_iter()
            .map(|waiting| {
                let answer = answers.remove(waiting.lease.key());
                (waiting, answer)
            })
            .collect();
        // What came along unasked is there before anybody is told.
        for (key, loaded) in answers {
            inner.keep(&key, loaded);
        }
        for (waiting, answer) in answered {
            match answer {
                Some(loaded) => {
                    if loaded.value.is_none() {
                        inner.counters.missing();
                    }
                    waiting.lease.finish(Ok(loaded));
                }
                None => {
                    let error = LookupError::Unanswered {
                        upstream: K::LIMITS.upstream,
                        operation: K::LIMITS.operation,
                        key: format!("{:?}", waiting.lease.key()),
                    };
                    inner.fail(vec![waiting], &error);
                }
            }
        }
    }
}
