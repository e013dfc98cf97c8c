//! Ends a form without sending it. Only a report without answers remains.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use survey_defs::engine::Step;
use survey_defs::generation::{Extra, Generation};
use survey_defs::paradata::{BreakOff, BreakOffReason};

use super::sending::app_version;
use super::{Identity, Session};
use crate::form::paging::Paging;
use crate::form::paradata::Observer;
use crate::platform::form_address::FormAddress;
use crate::platform::{clock, drafts, json, outbox, sessions};

impl Session {
    /// The report of a form that is not finished; none if none was begun.
    pub fn break_off(self, reason: BreakOffReason) -> Option<BreakOff> {
        let Identity { id, sequence: _, started_at } = self.identity()?;
        if self.peek(survey_defs::engine::Form::step) == Step::Sent {
            return None;
        }
        let package = self.package();
        let setting = self.setting();
        self.memory.with_value(|memory| {
            Some(BreakOff {
                id,
                wave: package.wave.id.clone(),
                point: package.address.point.clone(),
                instrument: package.instrument.reference(),
                language: self.preferences.language().get_untracked(),
                app_version: app_version()?,
                started_at,
                ended_at: clock::now(),
                reason,
                last_item: memory.observer.last().cloned(),
                paradata: memory.observer.paradata(setting),
                generation: Generation::THIS,
                extra: Extra::default(),
            })
        })
    }

    /// Ends the form without sending: its answers are gone at once, and the report of it is on its
    /// way. The host decides what comes on the screen.
    pub fn abandon(self, reason: BreakOffReason) {
        self.preferences.speech.stop();
        // What is being stored was sent by its respondent.
        let report = (!self.is_storing()).then(|| self.break_off(reason)).flatten();
        let package = self.package();
        self.memory.update_value(|memory| {
            memory.identity = None;
            memory.posted = None;
            memory.observer = Observer::default();
        });
        self.paging.set(Paging::start(Arc::clone(&package.instrument)));
        self.kept.set(None);
        if self.is_on_phone() {
            drafts::delete();
        }
        let outbox = self.host().outbox;
        if let Some(report) = report {
            spawn_local(async move {
                if seal(&package.address, &report).await {
                    outbox.has_sealed(report.id);
                }
            });
        }
    }

    /// The respondent gives up.
    pub fn cancel(self) {
        if self.is_storing() {
            return;
        }
        self.abandon(BreakOffReason::Cancelled);
        self.host().cancelled.run(());
    }
}

/// True if the report is stored. Without it the session is ended all the same, so that the next
/// form has an id of its own.
async fn seal(address: &FormAddress, report: &BreakOff) -> bool {
    let Ok(body) = json::to_text(report) else { return false };
    let is_sealed = outbox::seal_break_off(address, report.id, &body).await.is_ok();
    if !is_sealed {
        // A report is worth less than an answer: where there is no room, it is lost.
        let _ = sessions::end(address).await;
    }
    is_sealed
}
