//! Elements.
//!
//! An element is made at once, in the page's own terms. Parts that change are closures over
//! signals, as in Leptos' `view!`; they alone run again, and end when what they stand in is drawn
//! anew. `view!` itself gives every element a type of its own, made of its attributes, closures and
//! children, and the code that builds and changes it is compiled once per type: in this bundle,
//! which every citizen downloads, that was more than half of the code. Here all of it is compiled
//! once.

use web_sys::{Event, HtmlElement, Node};

use crate::platform::dom;
use crate::reactive::prelude::{RenderEffect, on_cleanup};
use crate::reactive::run;

/// An element that is being put together.
#[derive(Debug)]
#[must_use = "an element does nothing until it is added to another"]
pub struct Element {
    node: web_sys::Element,
}

/// A new element.
pub fn el(tag: &'static str) -> Element {
    Element { node: dom::create(tag) }
}

/// Shows an element in another, for as long as the page lives.
pub fn mount(root: &HtmlElement, content: impl FnOnce() -> Element) {
    run(|| dom::append(root, &content().node));
}

impl Element {
    /// A class, or several.
    pub fn class(self, class: &'static str) -> Self {
        self.attr("class", class)
    }

    /// How the browser tests find the element.
    pub fn test_id(self, id: impl Into<String>) -> Self {
        self.attr("data-testid", id)
    }

    /// An attribute.
    pub fn attr(self, name: &'static str, value: impl Into<String>) -> Self {
        self.attr_if(name, Some(value.into()))
    }

    /// An attribute that is there or not.
    pub fn attr_if(self, name: &'static str, value: Option<String>) -> Self {
        if let Some(value) = value {
            dom::set_attribute(&self.node, name, Some(&value));
        }
        self
    }

    /// An attribute that changes, comes and goes.
    pub fn live_attr(
        self,
        name: &'static str,
        value: impl Fn() -> Option<String> + 'static,
    ) -> Self {
        let node = self.node.clone();
        let change: Change = Box::new(move |value| dom::set_attribute(&node, name, value));
        show(None, Box::new(value), change);
        self
    }

    /// The first value of an input, which is the respondent's from then on.
    pub fn value(self, value: String) -> Self {
        dom::set_property(&self.node, "value", &value.into());
        self
    }

    /// Whether a radio button or checkbox is chosen.
    pub fn checked(self, checked: impl Fn() -> bool + 'static) -> Self {
        let node = self.node.clone();
        let checked: Box<dyn Fn() -> bool> = Box::new(checked);
        // The respondent changes it too, so it is set even if it is what was set before.
        live(Box::new(move || dom::set_property(&node, "checked", &checked().into())));
        self
    }

    /// A listener.
    pub fn on(self, event: &'static str, listener: impl Fn(Event) + 'static) -> Self {
        dom::listen(&self.node, event, Box::new(listener));
        self
    }

    /// Content as markup; only ever a drawing of [`crate::form::icons`].
    pub fn drawing(self, markup: &'static str) -> Self {
        self.node.set_inner_html(markup);
        self
    }

    /// Text.
    pub fn text(self, text: impl Into<String>) -> Self {
        dom::append(&self.node, &dom::text(&text.into()));
        self
    }

    /// Text that changes.
    pub fn live_text(self, text: impl Fn() -> String + 'static) -> Self {
        let node = dom::text("");
        dom::append(&self.node, &node);
        let text = Box::new(move || Some(text()));
        show(Some(String::new()), text, Box::new(move |text| node.set_node_value(text)));
        self
    }

    /// An element inside.
    pub fn child(self, child: Element) -> Self {
        let Self { node } = child;
        dom::append(&self.node, &node);
        self
    }

    /// Elements inside, in order; an `Option` is at most one.
    pub fn children(self, children: impl IntoIterator<Item = Element>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    /// A place for an element that comes, changes and goes. Whenever a signal changes that was read
    /// to make the element, it is made anew; what changes often is better a live text or attribute.
    pub fn slot(self, content: impl Fn() -> Option<Element> + 'static) -> Self {
        let content: Box<dyn Fn() -> Option<Element>> = Box::new(content);
        let mut shown = dom::text("");
        dom::append(&self.node, &shown);
        live(Box::new(move || {
            let next = content().map_or_else(|| dom::text(""), |element| Node::from(element.node));
            dom::replace(&shown, &next);
            shown = next;
        }));
        self
    }
}

/// A drawing in the size of the text around it.
pub fn icon(markup: &'static str) -> Element {
    el("span").class("icon").drawing(markup)
}

type Change = Box<dyn Fn(Option<&str>)>;

/// Hands over a text now and whenever it is another one.
fn show(mut shown: Option<String>, text: Box<dyn Fn() -> Option<String>>, change: Change) {
    live(Box::new(move || {
        let text = text();
        if shown != text {
            change(text.as_deref());
            shown = text;
        }
    }));
}

/// Runs now and whenever a signal changes that was read, until what it stands in is drawn anew.
fn live(mut change: Box<dyn FnMut()>) {
    let effect = RenderEffect::new(move |_: Option<()>| change());
    on_cleanup(move || drop(effect));
}
