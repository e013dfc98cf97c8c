//! What tables of a wave are computed from, and the definitions that it names.

use std::sync::Arc;

use scoring::{Counts, Data, Disclosure, Forms, Request, Uncertainty};
use store::Store;
use survey_defs::analysis::{Detail, Filters, Grouping, SamplingBasis, Selection, Weights};
use survey_defs::dossiers::DossierCounts;
use survey_defs::ids::{MethodId, WaveId};
use survey_defs::method::Method;
use survey_defs::unit::Gazetteer;
use survey_defs::wave::Wave;

use super::Error;
use crate::catalogue::definitions::Definitions;

/// A wave with all that its tables are computed from.
#[derive(Debug)]
pub struct WaveData {
    pub(super) wave: Wave,
    pub(super) answers: Answers,
    pub(super) sampling: SamplingBasis,
    pub(super) audit_number: u64,
    pub(super) annulments: u64,
    pub(super) dossiers: Option<DossierCounts>,
}

/// The answers of a wave, once they have caught up with the log.
#[derive(Debug)]
pub(super) enum Answers {
    Forms(Box<Forms>),
    Counts(Counts),
}

impl WaveData {
    /// The scores of all answers, as far as a question does not say more.
    pub(super) fn request<'a>(
        &'a self,
        method: &'a Method,
        selection: &Selection,
        by: Grouping,
    ) -> Request<'a> {
        Request {
            wave: &self.wave,
            method,
            gazetteer: Gazetteer::hanoi(),
            data: match &self.answers {
                Answers::Forms(forms) => Data::Forms(forms),
                Answers::Counts(counts) => Data::Counts(counts),
            },
            by,
            group: None,
            period: None,
            selection: selection.clone(),
            filters: Filters::default(),
            audit_number: self.audit_number,
            annulments: self.annulments,
            detail: Detail::default(),
            uncertainty: Uncertainty::default(),
            sampling: self.sampling,
            dossiers: weights(self.dossiers.as_ref(), selection),
            disclosure: Disclosure::PUBLISHED,
        }
    }
}

/// The dossier counts that forms are post-stratified to.
pub(super) fn weights<'a>(
    dossiers: Option<&'a DossierCounts>,
    selection: &Selection,
) -> Option<&'a DossierCounts> {
    match selection.weights {
        Weights::Known => dossiers,
        Weights::None => None,
    }
}

/// A wave that must exist.
pub(super) async fn wave(store: &dyn Store, id: &WaveId) -> Result<Wave, Error> {
    store.wave(id).await?.ok_or_else(|| Error::UnknownWave(id.clone()))
}

/// A method that must exist.
pub(super) fn method(definitions: &Definitions, id: &MethodId) -> Result<Arc<Method>, Error> {
    definitions.method(id).map(Arc::clone).ok_or_else(|| {
        let known = definitions.method_summaries().into_iter().map(|one| one.id.to_string());
        Error::UnknownMethod { id: id.clone(), known: known.collect::<Vec<_>>().join(", ") }
    })
}
