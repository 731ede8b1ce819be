//! A killmail of the world and where its body comes from.

use std::sync::Arc;

use jiff::Timestamp;

use super::Document;
use crate::generator::{Population, Sketch, Zkb};

/// A killmail that was offered. Its body is written when somebody asks.
#[derive(Debug)]
pub(crate) struct Kill {
    /// Its place in the generator's stream or among the documents.
    pub(super) index: u64,
    pub(crate) id: i64,
    pub(crate) time: Timestamp,
    pub(crate) hash: [u8; 20],
    pub(crate) solar_system_id: i64,
    /// When the feed first offered it.
    pub(crate) published: Timestamp,
    /// When the day archives first have it.
    pub(crate) archived: Timestamp,
    pub(crate) hole: bool,
    pub(super) first_sequence: u64,
    pub(super) later_sequences: Vec<u64>,
}

impl Kill {
    /// The numbers it was published under.
    pub(crate) fn sequences(&self) -> impl Iterator<Item = u64> + '_ {
        std::iter::once(self.first_sequence).chain(self.later_sequences.iter().copied())
    }
}

/// From what a killmail's body is written.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    Generated {
        seed: u64,
        index: u64,
        id: i64,
        time: Timestamp,
        population: Population,
    },
    Document(Arc<Document>),
}

/// A killmail's body and what zKillboard says of it.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) esi: Vec<u8>,
    pub(crate) zkb: ZkbBlock,
}

/// zKillboard's block: typed from the generator, as it came from a document.
#[derive(Debug)]
pub(crate) enum ZkbBlock {
    Generated(Box<Zkb>),
    Document(serde_json::Map<String, serde_json::Value>),
}

impl Origin {
    pub(crate) fn body(&self) -> Body {
        match self {
            Self::Generated {
                seed,
                index,
                id,
                time,
                population,
            } => {
                let sketch = Sketch::draw(*seed, *index, *id, *time, population);
                let made = sketch.finish(population);
                Body {
                    esi: made.esi_json,
                    zkb: ZkbBlock::Generated(Box::new(made.zkb)),
                }
            }
            Self::Document(document) => Body {
                esi: document.esi.clone(),
                zkb: ZkbBlock::Document(document.zkb.clone()),
            },
        }
    }
}

impl ZkbBlock {
    pub(crate) fn add_label(&mut self, label: &str) {
        match self {
            Self::Generated(zkb) => zkb.labels.push(label.to_owned()),
            Self::Document(zkb) => {
                let labels = zkb
                    .entry("labels")
                    .or_insert_with(|| serde_json::Value::Array(Vec::new()));
                if let serde_json::Value::Array(labels) = labels {
                    labels.push(label.into());
                }
            }
        }
    }

    /// Other prices, as when zKillboard reads a killmail anew: what dropped is worth a little more.
    pub(crate) fn revalue(&mut self) {
        if let Self::Generated(zkb) = self {
            zkb.dropped_value.0 += zkb.dropped_value.0 / 50 + 100;
            zkb.total_value.0 = zkb.dropped_value.0 + zkb.destroyed_value.0;
        }
    }

    /// As JSON.
    pub(crate) fn json(&self) -> Vec<u8> {
        // Numbers and text always serialise.
        match self {
            Self::Generated(zkb) => serde_json::to_vec(zkb),
            Self::Document(zkb) => serde_json::to_vec(zkb),
        }
        .unwrap_or_default()
    }
}
