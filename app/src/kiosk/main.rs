//! The form on a device at a counter, where one person follows the other.

#![expect(unreachable_pub, reason = "`#[component]` writes `pub` into what it expands to")]

mod machine;
mod controller;
mod device_time;
mod heartbeat;
mod page;
mod screens;
mod keyboard;
mod texts;

use app::platform;
use leptos::prelude::*;
use zeroizing_alloc::ZeroAlloc;

/// What is freed is overwritten, so that the memory of the program has nothing of the person
/// before.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

fn main() {
    platform::page::report_failure();
    // Before anybody can begin; a new release is then on the screen at once.
    platform::worker::update_if_waiting();
    if let Some(root) = platform::page::root() {
        mount_to(root, || view! { <page::KioskPage/> }).forget();
    }
    platform::worker::register();
}
