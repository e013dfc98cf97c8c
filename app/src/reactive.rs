//! Leptos without its renderer: signals, memos, effects, owners, and tasks.
//!
//! What every citizen downloads must not link the crate `leptos` itself. That brings functions for
//! streams to a server, which are exported and so kept whether anything calls them or not, and a
//! renderer made for views whose types are known, where [`crate::form::markup`] needs ten small
//! operations on the page.

/// What `leptos::prelude` has of these.
pub mod prelude {
    pub use reactive_graph::callback::{Callable, Callback};
    pub use reactive_graph::computed::*;
    pub use reactive_graph::effect::*;
    pub use reactive_graph::graph::untrack;
    pub use reactive_graph::owner::*;
    pub use reactive_graph::prelude::*;
    pub use reactive_graph::signal::*;
    pub use wasm_bindgen_futures::spawn_local;
}

use self::prelude::Owner;

/// Runs what makes a program, whose signals then live as long as the page.
pub fn run(program: impl FnOnce()) {
    // It fails only if there is an executor, which is as well.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    owner.with(program);
    std::mem::forget(owner);
}
