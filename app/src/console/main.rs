//! The console: scores for the institute and the units.
//!
//! One [`selection::Selection`] in a signal says what the page shows. It is mirrored into the
//! address, so that a view can be shared and comes back after a reload. Everything else is derived
//! from it and from the server's answers ([`polled_resource::PolledResource`]): a score table
//! becomes a [`table_model::TableModel`] or a [`chart::Chart`], plain data whose texts are final,
//! and the components only draw it. No rule about scores stands here; what is suppressed never
//! arrives.

#![expect(unreachable_pub, reason = "`#[component]` writes `pub` into what it expands to")]

mod page;
mod state;
mod selection;
mod requests;
mod polled_resource;

mod table_model;
mod chart;

mod login;
mod layout;
mod controls;
mod devices;
mod table;
mod panel;
mod quality;

mod texts;
mod search_key;

use app::platform::location;

fn main() {
    let token = login::token_in_address();
    let selection = selection::Selection::from_query(location::parameter);
    leptos::mount::mount_to_body(move || page::page(selection, token));
    location::remove("boot");
}
