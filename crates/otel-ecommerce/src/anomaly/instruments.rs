//! What judging payments is measured by.

use std::time::Duration;

use otel_core::{Counter, Histogram, Telemetry, UpDownCounter};

use super::detectors::{News, Remembered};
use super::findings::Findings;
use crate::conventions::fraud as said;
use crate::labels::{EntityType, FraudDecision, FraudLabel, RuleName};

/// The instruments of one detector.
#[derive(Debug)]
pub(super) struct Instruments {
    evaluations: Counter<(FraudDecision, RuleName)>,
    duration: Histogram<FraudDecision>,
    labels: Counter<FraudLabel>,
    entities: UpDownCounter<EntityType>,
    evictions: Counter<EntityType>,
    late: Counter<()>,
    unlearned: Counter<()>,
}

impl Instruments {
    pub(super) fn new(telemetry: &Telemetry) -> Self {
        Self {
            evaluations: telemetry.counter(&said::EVALUATIONS),
            duration: telemetry.histogram(&said::EVALUATION_DURATION),
            labels: telemetry.counter(&said::LABELS),
            entities: telemetry.up_down_counter(&said::ENTITY_COUNT),
            evictions: telemetry.counter(&said::ENTITY_EVICTIONS),
            late: telemetry.counter(&said::ENTITY_LATE),
            unlearned: telemetry.counter(&said::UNLEARNED),
        }
    }

    pub(super) fn judged(&self, findings: &Findings, took: Duration) {
        let rule = findings.worst().map_or(RuleName::NoRule, |worst| worst.rule.name);
        self.evaluations.add(1, (findings.decision(), rule));
        self.duration.record_duration(took, findings.decision());
    }

    pub(super) fn labelled(&self, label: FraudLabel) {
        self.labels.add(1, label);
    }

    pub(super) fn remembers(&self, news: &News) {
        if news.late != 0 {
            self.late.add(news.late, ());
        }
        if news.unlearned != 0 {
            self.unlearned.add(news.unlearned, ());
        }
        for (entity, Remembered { entities, evicted }) in &news.entities {
            if *entities != 0 {
                self.entities.add(*entities, *entity);
            }
            if *evicted != 0 {
                self.evictions.add(*evicted, *entity);
            }
        }
    }
}
