//! Keeps the draft of an unfinished form on a phone, so that a reload of its tab loses nothing.

use leptos::prelude::*;

use super::{Identity, Session};
use crate::form::draft::{Draft, Filling};
use crate::form::host::Surface;
use crate::form::package::Package;
use crate::form::paradata::Happening;
use crate::platform::{clock, drafts, page, sessions, worker};

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
        let Filling { id, started_at, resumed, .. } = filling;
        let address = self.package().address.clone();
        if !sessions::is_open(&address, id).await {
            // It was sealed just before the page went away, or in another tab.
            self.is_busy.set(false);
            return self.forget();
        }
        let identity = Identity { id, sequence: None, started_at };
        self.memory.update_value(|memory| memory.identity = Some(identity));
        self.identify(id).await;
        self.is_busy.set(false);
        for _ in 0..=resumed {
            self.note(Happening::Resumed);
        }
        self.kept.set(None);
        worker::hold();
        let package = self.package();
        self.go(|_| draft.paging(&package.instrument));
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
        };
        let address = self.package().address.clone();
        let draft =
            self.paging.with_untracked(|paging| Draft::of(&address, paging, filling, clock::now()));
        if let Some(text) = draft.and_then(|draft| draft.text()) {
            drafts::write(&text);
        }
    }
}
