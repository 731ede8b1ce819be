//! What was lost in ISK, each figure with where it comes from.

use jiff::Timestamp;
use serde::Serialize;

use crate::{Figure, Isk, Valued, ZkbInfo};

/// Who says so, where it is not one of our price sources.
const ZKILLBOARD: &str = "zkillboard";

/// `value`.
#[derive(Serialize)]
pub(super) struct ValueForm {
    #[serde(skip_serializing_if = "Option::is_none")]
    hull: Option<FigureForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fitted: Option<FigureForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<FigureForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destroyed: Option<FigureForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<FigureForm>,
    /// Only beside our own figures: zKillboard has a price for everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    unpriced: Option<u32>,
}

#[derive(Clone, Copy, Serialize)]
struct FigureForm {
    isk: Isk,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    priced_at: Option<Timestamp>,
}

impl ValueForm {
    pub(super) fn new(zkb: Option<&ZkbInfo>, ours: Option<&Valued>) -> Self {
        let figure =
            |pick: fn(&Valued) -> Option<Figure>| ours.and_then(pick).map(FigureForm::ours);
        let hull = figure(|ours| ours.hull);
        if let Some(zkb) = zkb.filter(|zkb| zkb.gives_values()) {
            return Self {
                hull,
                fitted: zkb.fitted_value.map(FigureForm::zkillboards),
                dropped: zkb.dropped_value.map(FigureForm::zkillboards),
                destroyed: zkb.destroyed_value.map(FigureForm::zkillboards),
                total: zkb.total_value.map(FigureForm::zkillboards),
                unpriced: None,
            };
        }
        Self {
            hull,
            fitted: figure(|ours| ours.fitted),
            dropped: figure(|ours| ours.dropped),
            destroyed: figure(|ours| ours.destroyed),
            total: figure(|ours| ours.total),
            unpriced: ours
                .map(|ours| ours.unpriced)
                .filter(|unpriced| *unpriced > 0),
        }
    }

    /// The amount that also stands beside it, as `total_value`.
    pub(super) fn total(&self) -> Option<Isk> {
        self.total.map(|total| total.isk)
    }

    /// Whether there is nothing to say.
    pub(super) fn is_empty(&self) -> bool {
        let figures = [
            &self.hull,
            &self.fitted,
            &self.dropped,
            &self.destroyed,
            &self.total,
        ];
        self.unpriced.is_none() && figures.into_iter().all(Option::is_none)
    }
}

impl FigureForm {
    fn ours(figure: Figure) -> Self {
        Self {
            isk: figure.isk,
            source: figure.source.name(),
            priced_at: Some(figure.priced_at),
        }
    }

    fn zkillboards(isk: Isk) -> Self {
        Self {
            isk,
            source: ZKILLBOARD,
            priced_at: None,
        }
    }
}
