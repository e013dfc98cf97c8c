//! Where the numbers of a table come from.

use survey_defs::analysis::{PROGRAM, Provenance, Versions, Weighting};

use crate::Request;
use crate::precision::LEVEL;
use crate::wave_totals::{Answers, Scope, WaveTotals};

/// Says of a request and its data all that a reader must know.
pub(crate) fn provenance(wave_totals: &WaveTotals<'_>) -> Provenance {
    let Request { wave, method, data, filters, disclosure, .. } = wave_totals.request;
    let Request { period, selection, audit_number, annulments, .. } = wave_totals.request;
    let Request { sampling, dossiers, .. } = wave_totals.request;
    Provenance {
        wave: wave.id.clone(),
        wave_title: wave.title.clone(),
        population: wave.population,
        simulated: wave.simulated,
        instrument: data.instrument().reference(),
        method: method.summary(),
        period: period.clone(),
        selection: selection.clone(),
        filters: filters.clone(),
        weighting: weighting(wave_totals),
        sampling: *sampling,
        versions: Versions {
            data_position: data.position(),
            audit_number: *audit_number,
            annulments: *annulments,
            dossiers_version: dossiers.map(|dossiers| dossiers.version),
            program: PROGRAM.to_owned(),
        },
        confidence: LEVEL.get(),
        min_n: disclosure.min_n,
        caution_n: disclosure.caution_n,
    }
}

/// What each answer weighs.
fn weighting(wave_totals: &WaveTotals<'_>) -> Weighting {
    let Answers::Forms(forms) = &wave_totals.answers else {
        return Weighting::None;
    };
    let strata = forms.weighting.post_strata.as_ref();
    match wave_totals.request.dossiers.zip(strata) {
        Some((dossiers, strata)) => {
            Weighting::PostStratified { version: dossiers.version, cells: strata.cells }
        }
        None if forms.totals(Scope::Wave).weighted => Weighting::SampleWeights,
        None => Weighting::None,
    }
}
