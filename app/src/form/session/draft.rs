//! Keeps the draft of an unfinished form on a phone, so that a reload of its tab loses nothing.

use leptos::prelude::*;

use super::sending::Posted;
use super::{Identity, Session};
use crate::form::draft::{Delivery, Draft, Filling};
use crate::form::host::Surface;
use crate::form::package::Package;
use crate::form::paradata::Happening;
use crate::platform::{clock, drafts, ids, page, sessions, worker};

/// The unfinished form that can be taken up here. Whatever else is kept is forgotten, and on a
/// device that many people use everything.
pub(super) fn kept(surface: Surface, package: &Package) -> Option<Draft> {
    let draft = drafts::read().and_then(|text| Draft::from_text(&text));
    let is_ours = |draft: &Draft| {
        let is_phone = surface == Surface::Phone;
        is_phone && draft.fits(&package.address, &package.instrument, clock::now())
    };
    let draft = draft.filter(is_ours);
    if draft.is_none() {
        drafts::delete();
    }
    draft
}

impl Session {
    /// Looks and speaks as the unfinished form did.
    pub(super) fn look_as_kept(self) {
        let filling = self.kept.with_untracked(|kept| kept.as_ref().and_then(Draft::filling));
        if let Some(Filling { chosen, language, .. }) = filling {
            self.preferences.choose(chosen);
            self.preferences.speak(language);
        }
    }

    /// Takes up the unfinished form.
    pub async fn resume(self) {
        let Some(draft) = self.kept.get_untracked().filter(|_| !self.is_storing()) else {
            return;
        };
        let Some(filling) = draft.filling() else { return self.forget() };
        self.is_busy.set(true);
        let Filling { id, started_at, resumed, delivery, .. } = filling;
        let address = self.package().address.clone();
        let is_open = sessions::is_open(&address, id).await;
        if !is_open && matches!(delivery, Delivery::Begun(_)) {
            // It was sealed just before the page went away.
            self.is_busy.set(false);
            return self.forget();
        }
        // Another tab has begun a form at this address, or the storage was emptied or did not answer
        // then: the answers are here all the same. Others than those posted have an id of their own.
        let is_same = is_open && delivery != Delivery::Outdated;
        let id = if is_same { id } else { ids::submission_id() };
        let identity = Identity { id, sequence: None, started_at };
        self.memory.update_value(|memory| memory.identity = Some(identity));
        self.identify(id).await;
        self.is_busy.set(false);
        for _ in 0..=resumed {
            self.note(Happening::Resumed);
        }
        self.kept.set(None);
        worker::hold();
        let paging = draft.paging(&self.package().instrument);
        if let Delivery::Begun(body) = delivery {
            let answers = paging.form().evaluation().answers.clone();
            let posted = Posted { answers, id, body };
            self.memory.update_value(|memory| memory.posted = Some(posted));
        }
        self.go(|_| paging);
    }

    /// Forgets the unfinished form and begins anew.
    pub fn forget(self) {
        if self.is_storing() {
            return;
        }
        drafts::delete();
        self.kept.set(None);
        // It may be somebody else who begins.
        self.preferences.reset();
        page::show_heading();
    }

    fn delivery(self) -> Delivery {
        let answers = self.answers();
        self.memory.with_value(|memory| match &memory.posted {
            None => Delivery::None,
            Some(posted) if posted.answers == answers => Delivery::Begun(posted.body.clone()),
            Some(_) => Delivery::Outdated,
        })
    }

    /// Keeps the form as it is now, on a phone and once it was begun.
    pub(super) fn keep(self) {
        let Some(Identity { id, sequence: _, started_at }) = self.identity() else { return };
        if !self.is_on_phone() {
            return;
        }
        let filling = Filling {
            id,
            started_at,
            language: self.preferences.language().get_untracked(),
            chosen: self.preferences.now(),
            resumed: self.memory.with_value(|memory| memory.observer.resumed()),
            delivery: self.delivery(),
        };
        let address = self.package().address.clone();
        let draft =
            self.paging.with_untracked(|paging| Draft::of(&address, paging, filling, clock::now()));
        if let Some(text) = draft.and_then(|draft| draft.text()) {
            drafts::write(&text);
        }
    }
}
