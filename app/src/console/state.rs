//! Holds the state that all components share: the selection, the newest answers, and what follows.

use std::sync::Arc;

use app::platform::{clock, location, page};
use jiff::Timestamp;
use leptos::prelude::*;
use survey_defs::analysis::{Grouping, QualityReport, ScoreQuery, ScoreTable};
use survey_defs::api::{DeviceView, PointView, SessionView, WaveView, paths};
use survey_defs::ids::MethodId;
use survey_defs::method::MethodSummary;
use survey_defs::phrases::Phrase;
use survey_defs::text::Language;
use survey_defs::wave::Population;

use crate::chart::Chart;
use crate::login::says_log_in;
use crate::polled_resource::PolledResource;
use crate::requests;
use crate::search_key::search_key;
use crate::selection::{Page, Selection};
use crate::table_model::TableModel;
use crate::texts;

/// Handles on the state; copied freely.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console {
    pub(crate) selection: RwSignal<Selection>,
    pub(crate) language: Memo<Language>,
    pub(crate) page: Memo<Page>,
    /// The repetition of all requests.
    refresh_tick: RwSignal<u32>,
    /// The time of the last repetition, by the clock of this machine.
    pub(crate) now: RwSignal<Timestamp>,

    /// How whoever looks has come in.
    pub(crate) session: PolledResource<SessionView>,
    pub(crate) waves: PolledResource<Vec<WaveView>>,
    pub(crate) methods: PolledResource<Vec<MethodSummary>>,
    pub(crate) scores: PolledResource<ScoreTable>,
    pub(crate) city: PolledResource<ScoreTable>,
    pub(crate) unit: PolledResource<ScoreTable>,
    /// Of the same answers, while somebody looks at it.
    pub(crate) quality: PolledResource<QualityReport>,
    pub(crate) quality_is_open: RwSignal<bool>,
    pub(crate) devices: PolledResource<Vec<DeviceView>>,
    pub(crate) points: PolledResource<Vec<PointView>>,

    /// The wave that is looked at.
    pub(crate) wave: Memo<Option<WaveView>>,
    /// The grouping that is looked at.
    pub(crate) by: Memo<Grouping>,
    pub(crate) table_model: Memo<Option<Arc<TableModel>>>,
    pub(crate) city_chart: Memo<Option<Chart>>,
    pub(crate) unit_chart: Memo<Option<Chart>>,
}

impl Console {
    /// Builds the state once, at the root.
    pub(crate) fn new(selection: Selection) -> Self {
        let selection = RwSignal::new(selection);
        let language = Memo::new(move |_| selection.with(|selection| selection.language));
        let page = Memo::new(move |_| selection.with(|selection| selection.page));
        let refresh_tick = RwSignal::new(0);

        let session =
            PolledResource::<SessionView>::follow(|| Some(paths::SESSION.to_owned()), refresh_tick);
        let waves =
            PolledResource::<Vec<WaveView>>::follow(|| Some(paths::WAVES.to_owned()), refresh_tick);
        let methods = PolledResource::follow(|| Some(paths::METHODS.to_owned()), refresh_tick);
        let wave = Memo::new(move |_| waves.value.with(|waves| chosen(waves.as_ref()?, selection)));
        let by = Memo::new(move |_| {
            let chosen = selection.with(|selection| selection.by);
            chosen.unwrap_or_else(|| wave.with(|wave| default_grouping(wave.as_ref())))
        });

        let query = Memo::new(move |_| {
            if page.get() != Page::Scores {
                return None;
            }
            let wave = wave.get()?;
            Some(selection.with(|selection| requests::table(selection, &wave, by.get())))
        });
        let city_query = move || {
            let query: ScoreQuery = query.get()?;
            (query.by != Grouping::City).then(|| requests::city(query))
        };
        let unit_query = move || {
            let group = selection.with(|selection| selection.group.clone())?;
            Some(requests::unit(query.get()?, group))
        };
        let scores: PolledResource<ScoreTable> =
            PolledResource::follow(move || query.get().map(requests::path), refresh_tick);
        let city: PolledResource<ScoreTable> =
            PolledResource::follow(move || city_query().map(requests::path), refresh_tick);
        let unit: PolledResource<ScoreTable> =
            PolledResource::follow(move || unit_query().map(requests::path), refresh_tick);

        let quality_is_open = RwSignal::new(false);
        let quality = PolledResource::follow(
            move || {
                quality_is_open.get().then(|| query.get().map(requests::quality_path)).flatten()
            },
            refresh_tick,
        );

        let is_devices = move || page.get() == Page::Devices;
        let devices = PolledResource::follow(
            move || is_devices().then(|| paths::DEVICES.to_owned()),
            refresh_tick,
        );
        let points_path = move || {
            let wave = wave.with(|view| Some(view.as_ref()?.wave.id.clone()))?;
            is_devices().then(|| paths::fill(paths::POINTS, &[wave.as_str()]))
        };
        let points = PolledResource::follow(points_path, refresh_tick);

        let table_model = Memo::new(move |_| {
            let table = scores.value.get()?;
            Some(Arc::new(TableModel::new(&table, language.get(), search_key)))
        });
        let chart_of = move |resource: PolledResource<ScoreTable>| {
            Memo::new(move |_| Chart::of_first(&*resource.value.get()?, language.get()))
        };

        Self {
            selection,
            language,
            page,
            refresh_tick,
            now: RwSignal::new(clock::now()),
            session,
            waves,
            methods,
            scores,
            city,
            unit,
            quality,
            quality_is_open,
            devices,
            points,
            wave,
            by,
            table_model,
            city_chart: chart_of(city),
            unit_chart: chart_of(unit),
        }
    }

    /// The state, in a component.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// A sentence in the language of the page.
    pub(crate) fn say(self, phrase: Phrase) -> impl Fn() -> &'static str + Copy + Send + Sync {
        move || phrase.get(self.language.get())
    }

    /// Asks everything again.
    pub(crate) fn refresh(self) {
        self.now.set(clock::now());
        self.refresh_tick.update(|refresh_tick| *refresh_tick += 1);
    }

    /// Asks everything again if somebody looks.
    pub(crate) fn refresh_if_visible(self) {
        if location::is_visible() {
            self.refresh();
        }
    }

    /// Whether the server says that nobody has logged in, or not any more.
    pub(crate) fn is_logged_out(self) -> bool {
        let errors = [
            self.session.error,
            self.waves.error,
            self.scores.error,
            self.devices.error,
            self.points.error,
        ];
        errors.into_iter().any(|error| error.with(|error| error.as_ref().is_some_and(says_log_in)))
    }

    /// Whether there is nothing to see without logging in: of a session that has ended the data stay.
    pub(crate) fn must_log_in(self) -> bool {
        self.is_logged_out() && self.waves.value.with(Option::is_none)
    }

    /// The method of the table that is wanted: the chosen one, else the wave's own.
    pub(crate) fn method_id(self) -> Option<MethodId> {
        let chosen = self.selection.with(|selection| selection.method.clone());
        chosen.or_else(|| self.wave.with(|view| Some(view.as_ref()?.wave.method.clone())))
    }

    /// Whether anything on the page is simulated.
    pub(crate) fn is_simulated(self) -> bool {
        let table =
            self.scores.value.with(|table| table.as_ref().is_some_and(|t| t.provenance.simulated));
        table || self.wave.with(|view| view.as_ref().is_some_and(|view| view.wave.simulated))
    }

    /// What has to stand outside: the address and the language of the document.
    pub(crate) fn mirror(self) {
        Effect::new(move || {
            let mut selection = self.selection.get();
            // A link must mean the same tomorrow, when another wave may be the latest.
            selection.wave =
                self.wave.with(|view| Some(view.as_ref()?.wave.id.clone())).or(selection.wave);
            location::set_parameters(&selection.to_query());
        });
        Effect::new(move || {
            let language = self.language.get();
            page::set_language(language);
            let title = match self.page.get() {
                _ if self.must_log_in() => texts::LOGIN_TITLE,
                Page::Scores => texts::PAGE_TITLE,
                Page::Devices => texts::DEVICES_TITLE,
            };
            page::set_title(title.get(language));
        });
    }
}

/// The wave that is asked for, or the default; `None` for a wave that does not exist.
fn chosen(waves: &[WaveView], selection: RwSignal<Selection>) -> Option<WaveView> {
    selection
        .with(|selection| match &selection.wave {
            Some(id) => waves.iter().find(|view| view.wave.id == *id),
            None => requests::default_wave(waves),
        })
        .cloned()
}

/// Household samples are drawn per district, transactions happen in wards.
fn default_grouping(wave: Option<&WaveView>) -> Grouping {
    match wave.map(|view| view.wave.population) {
        Some(Population::Household) => Grouping::District,
        Some(Population::Transaction) | None => Grouping::Ward,
    }
}
