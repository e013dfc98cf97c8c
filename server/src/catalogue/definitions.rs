//! The definitions that come with the program, by id.

use std::collections::BTreeMap;
use std::sync::Arc;

use survey_defs::api::InstrumentSummary;
use survey_defs::ids::MethodId;
use survey_defs::instrument::{self, Instrument, InstrumentRef};
use survey_defs::method::{self, Method, MethodSummary};
use survey_defs::target::Targets;

/// Instruments, methods and targets, loaded once at start.
#[derive(Debug)]
pub struct Definitions {
    instruments: BTreeMap<InstrumentRef, Arc<Instrument>>,
    methods: BTreeMap<MethodId, Arc<Method>>,
    targets: Arc<Targets>,
}

impl Definitions {
    /// Those embedded in the program.
    pub fn embedded() -> Self {
        let instruments = instrument::embedded();
        let methods = method::embedded();
        Self {
            instruments: instruments.into_iter().map(|i| (i.reference(), Arc::new(i))).collect(),
            methods: methods.into_iter().map(|m| (m.id().clone(), Arc::new(m))).collect(),
            targets: Arc::new(Targets::embedded()),
        }
    }

    /// One version of an instrument.
    pub fn instrument(&self, reference: &InstrumentRef) -> Option<&Arc<Instrument>> {
        self.instruments.get(reference)
    }

    /// One method.
    pub fn method(&self, id: &MethodId) -> Option<&Arc<Method>> {
        self.methods.get(id)
    }

    /// The targets of all plans.
    pub fn targets(&self) -> &Arc<Targets> {
        &self.targets
    }

    /// All instruments, by id and version.
    pub fn instrument_summaries(&self) -> Vec<InstrumentSummary> {
        let summary = |instrument: &Arc<Instrument>| InstrumentSummary {
            reference: instrument.reference(),
            title: instrument.title().clone(),
            wording: instrument.definition().wording,
            n_statements: instrument.statements().count(),
        };
        self.instruments.values().map(summary).collect()
    }

    /// All methods, by id.
    pub fn method_summaries(&self) -> Vec<MethodSummary> {
        self.methods.values().map(|method| method.summary()).collect()
    }
}
