//! The form on a device at a counter, where one person follows the other.

/// What is shown and when that changes by itself.
mod machine;
mod controller;
/// What it tells the server about itself, and what it is told.
mod heartbeat;
/// Which screen is open.
mod page;
/// The screens that a phone has not.
mod screens;
/// The on-screen keyboard.
mod keyboard;
/// What only a kiosk says.
mod strings;

use app::form::markup::mount;
use app::platform;
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
        mount(&root, page::page);
    }
    platform::worker::register();
}
