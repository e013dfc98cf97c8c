//! The form on a citizen's own phone: what opens after a QR code was scanned.

#![expect(unreachable_pub, reason = "`#[component]` writes `pub` into what it expands to")]

mod page;

use app::form;
use app::platform;
use app::platform::outbox::Outbox;
use leptos::prelude::*;
use zeroizing_alloc::ZeroAlloc;

/// What is freed is overwritten: whoever is given the phone next finds no words of the person
/// before in the memory of the program.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

fn main() {
    platform::page::report_failure();
    platform::taps::watch();
    form::draft::forget_old(platform::clock::now());
    // Before anybody can start a form; a new release is then on the screen at once.
    platform::worker::update_if_waiting();
    if let Some(root) = platform::page::root() {
        let page = || view! { <page::PhonePage outbox=Outbox::start(None)/> };
        mount_to(root, page).forget();
    }
    platform::worker::register();
}
