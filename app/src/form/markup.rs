//! Elements, with their types erased.
//!
//! `view!` gives every element its own type, made of its attributes, closures and children, and
//! the code that builds and changes an element is compiled once per type. In this bundle, which
//! every citizen downloads, that was more than half of the code. Here what is added to an element
//! is erased at once, so Leptos' machinery is compiled once for each *sort* of part: a fixed and a
//! live attribute, a listener, a text, a slot. Parts that change are closures over signals, as in
//! `view!`; they alone run again.

use leptos::attr::any_attribute::{AnyAttribute, IntoAnyAttribute as _};
use leptos::attr::custom::custom_attribute;
use leptos::ev;
use leptos::html::{custom, inner_html};
use leptos::prelude::*;
use leptos::tachys::html::event::on;
use leptos::tachys::html::property::prop;
use web_sys::Event;

/// An element that is being put together.
#[must_use = "an element does nothing until it is added to another"]
pub(crate) struct Element {
    tag: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

/// A new element.
pub(crate) fn el(tag: &'static str) -> Element {
    Element { tag, attributes: Vec::new(), children: Vec::new() }
}

impl Element {
    /// A class, or several.
    pub(crate) fn class(self, class: &'static str) -> Self {
        self.attr("class", class)
    }

    /// How the browser tests find the element.
    pub(crate) fn test_id(self, id: impl Into<String>) -> Self {
        self.attr("data-testid", id)
    }

    /// An attribute.
    pub(crate) fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value: String = value.into();
        self.attributes.push(custom_attribute(name, value).into_any_attr());
        self
    }

    /// An attribute that is there or not.
    pub(crate) fn attr_if(self, name: &'static str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// An attribute that changes, comes and goes.
    pub(crate) fn live_attr(
        mut self,
        name: &'static str,
        value: impl Fn() -> Option<String> + Send + 'static,
    ) -> Self {
        let value: Box<dyn Fn() -> Option<String> + Send> = Box::new(value);
        self.attributes.push(custom_attribute(name, value).into_any_attr());
        self
    }

    /// The first value of an input, which is the respondent's from then on.
    pub(crate) fn value(mut self, value: String) -> Self {
        self.attributes.push(prop("value", value).into_any_attr());
        self
    }

    /// Whether a radio button or checkbox is chosen.
    pub(crate) fn checked(mut self, checked: impl Fn() -> bool + Send + 'static) -> Self {
        let checked: Box<dyn Fn() -> bool + Send> = Box::new(checked);
        self.attributes.push(prop("checked", checked).into_any_attr());
        self
    }

    /// A listener.
    pub(crate) fn on(mut self, event: &'static str, listener: impl Fn(Event) + 'static) -> Self {
        let listener: Box<dyn FnMut(Event)> = Box::new(listener);
        self.attributes.push(on(ev::Custom::<Event>::new(event), listener).into_any_attr());
        self
    }

    /// Content as markup; only ever a drawing of [`crate::icons`].
    pub(crate) fn drawing(mut self, markup: &'static str) -> Self {
        self.attributes.push(inner_html(markup).into_any_attr());
        self
    }

    /// Text.
    pub(crate) fn text(mut self, text: impl Into<String>) -> Self {
        let text: String = text.into();
        self.children.push(text.into_any());
        self
    }

    /// Text that changes.
    pub(crate) fn live_text(mut self, text: impl Fn() -> String + Send + 'static) -> Self {
        let text: Box<dyn Fn() -> String + Send> = Box::new(text);
        self.children.push(text.into_any());
        self
    }

    /// An element inside.
    pub(crate) fn child(mut self, child: Element) -> Self {
        self.children.push(child.into_view());
        self
    }

    /// Elements inside, in order; an `Option` is at most one.
    pub(crate) fn children(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children.into_iter().map(Element::into_view));
        self
    }

    /// A place for an element that comes, changes and goes.
    pub(crate) fn slot(mut self, content: impl Fn() -> Option<Element> + Send + 'static) -> Self {
        let content: Box<dyn Fn() -> AnyView + Send> =
            Box::new(move || content().map_or_else(|| ().into_any(), Element::into_view));
        self.children.push(content.into_any());
        self
    }

    /// The element as Leptos mounts it.
    pub(crate) fn into_view(self) -> AnyView {
        let Self { tag, attributes, children } = self;
        custom(tag).child(children).add_any_attr(attributes).into_any()
    }
}

/// A drawing in the size of the text around it.
pub(crate) fn icon(markup: &'static str) -> Element {
    el("span").class("icon").drawing(markup)
}
