//! Uses IndexedDB: opening, transactions that are really complete, requests as futures.
//!
//! Written on web-sys and not on a wrapper, because the two things that matter here are options
//! that wrappers hide: strict durability, and waiting for `complete` instead of the last `success`.
//! A connection lives for one operation, so none is stale after the device slept and none blocks a
//! later version of the app. An operation has a deadline: see [`in_time`].

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbIndexParameters, IdbObjectStore, IdbObjectStoreParameters, IdbOpenDbRequest,
    IdbRequest, IdbTransaction,
};

mod schema;

use super::deadline::within;

pub(super) use self::schema::{
    DEVICE, IDENTITY, META, META_EXPIRED, META_LAST_SUCCESS, META_SEQUENCE, ORDER, OUTBOX, REFUSED,
    SESSIONS,
};
use self::schema::{Key, VERSION};

const NAME: &str = "thuocdo";

/// Why nothing was stored or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no room left.
    #[error("the browser's storage is full")]
    Full,
    /// The browser does not keep data: private browsing, storage switched off or damaged.
    #[error("the browser's storage does not work")]
    Broken,
    /// The browser does not answer. What was asked for is taken back, and may still have happened.
    #[error("the browser's storage does not answer")]
    Silent,
}

/// How long an operation may take before the program goes on without it.
pub(super) const DEADLINE_MS: u32 = 2_500;
/// The same for storing a form, which is worth some patience.
pub(super) const SEAL_DEADLINE_MS: u32 = 5_000;

/// An operation with its deadline.
pub(super) async fn in_time<T, E: From<Error>>(
    milliseconds: u32,
    operation: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    within(milliseconds, operation).await.unwrap_or_else(|| Err(Error::Silent.into()))
}

impl From<JsValue> for Error {
    fn from(failure: JsValue) -> Self {
        if name_of(&failure) == "QuotaExceededError" { Self::Full } else { Self::Broken }
    }
}

/// The name of an exception, or of the one that an event tells of.
fn name_of(failure: &JsValue) -> String {
    let told = field(&field(failure, "target"), "error");
    let exception = if told.is_truthy() { &told } else { failure };
    field(exception, "name").as_string().unwrap_or_default()
}

/// An open connection, closed when it is dropped.
pub(super) struct Connection(IdbDatabase);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.close();
    }
}

pub(super) async fn open() -> Result<Connection, Error> {
    let window = web_sys::window().ok_or(Error::Broken)?;
    let factory = window.indexed_db()?.ok_or(Error::Broken)?;
    let database = match connect(factory.open_with_u32(NAME, VERSION)?).await {
        // A later release was here, in another tab. It has all that this one knows.
        Err(failure) if name_of(&failure) == "VersionError" => connect(factory.open(NAME)?).await?,
        other => other?,
    };
    Ok(Connection(database))
}

async fn connect(request: IdbOpenDbRequest) -> Result<IdbDatabase, JsValue> {
    let mut opening = Opening::new(request);
    let answer = answered(&opening.request).await;
    opening.is_answered = true;
    answer.map(JsCast::unchecked_into)
}

/// A connection that is being opened. If nobody waits for it any more, what it needs goes on
/// existing, and it is closed as soon as it is there: it would stand in the way of other tabs.
struct Opening {
    request: IdbOpenDbRequest,
    upgrade: Option<Closure<dyn FnMut(JsValue)>>,
    is_answered: bool,
}

impl Opening {
    fn new(request: IdbOpenDbRequest) -> Self {
        let asked = request.clone();
        let upgrade = Closure::<dyn FnMut(JsValue)>::new(move |event| {
            let version = whole(&field(&event, "oldVersion"));
            // Without its stores the database is of no use and every operation will say so.
            let _ = asked.result().map(|database| upgrade(database.unchecked_ref(), version));
        });
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        Self { request, upgrade: Some(upgrade), is_answered: false }
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        if self.is_answered {
            return;
        }
        let late = self.request.clone();
        let close = Closure::once_into_js(move || {
            if let Ok(database) = late.result() {
                database.unchecked_into::<IdbDatabase>().close();
            }
        });
        self.request.set_onsuccess(Some(close.unchecked_ref()));
        if let Some(upgrade) = self.upgrade.take() {
            upgrade.forget();
        }
    }
}

fn upgrade(database: &IdbDatabase, from: u64) -> Result<(), JsValue> {
    for store in schema::missing(u32::try_from(from).unwrap_or(u32::MAX)) {
        let parameters = IdbObjectStoreParameters::new();
        if let Key::Field(name) | Key::OrderedField(name) = store.key {
            parameters.set_key_path(&name.into());
        }
        let created =
            database.create_object_store_with_optional_parameters(store.name, &parameters)?;
        if let Key::OrderedField(_) = store.key {
            let unique = IdbIndexParameters::new();
            unique.set_unique(true);
            created.create_index_with_str_and_optional_parameters(ORDER, ORDER, &unique)?;
        }
    }
    Ok(())
}

impl Connection {
    /// One value.
    pub(super) async fn value(&self, store: &str, key: &JsValue) -> Result<JsValue, Error> {
        let reading = self.read(&[store])?;
        settled(&reading.store(store)?.get(key)?).await
    }

    /// Several stores at one moment.
    pub(super) fn read(&self, stores: &[&str]) -> Result<Reading, Error> {
        Ok(Reading(self.0.transaction_with_str_sequence(&names(stores))?))
    }

    /// A transaction that writes, and that is reported complete only when the data is on disk,
    /// where the browser can tell. Others ignore the option.
    pub(super) fn write(&self, stores: &[&str]) -> Result<Transaction, Error> {
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        let transaction: IdbTransaction = Reflect::get(&self.0, &"transaction".into())?
            .unchecked_into::<Function>()
            .call3(&self.0, &names(stores), &"readwrite".into(), &options)?
            .unchecked_into();
        let complete = JsFuture::from(Promise::new(&mut |resolve, reject| {
            transaction.set_oncomplete(Some(&resolve));
            transaction.set_onabort(Some(&reject));
        }));
        Ok(Transaction { inner: transaction, complete, is_open: true })
    }
}

/// Reads that see one moment. Dropped, it is over: one that hangs would keep all writes waiting.
pub(super) struct Reading(IdbTransaction);

impl Drop for Reading {
    fn drop(&mut self) {
        // Mostly it is over by itself.
        let _ = self.0.abort();
    }
}

impl Reading {
    pub(super) fn store(&self, name: &str) -> Result<IdbObjectStore, Error> {
        Ok(self.0.object_store(name)?)
    }
}

/// Several writes, of which all happen or none. Dropped before it is complete, it takes them back,
/// unless the browser is about to store them already.
pub(super) struct Transaction {
    inner: IdbTransaction,
    complete: JsFuture,
    is_open: bool,
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.is_open {
            let _ = self.inner.abort();
        }
    }
}

impl Transaction {
    pub(super) fn store(&self, name: &str) -> Result<IdbObjectStore, Error> {
        Ok(self.inner.object_store(name)?)
    }

    /// Waits until everything is stored, or nothing.
    pub(super) async fn complete(mut self) -> Result<(), Error> {
        (&mut self.complete).await?;
        self.is_open = false;
        Ok(())
    }
}

fn names(stores: &[&str]) -> Array {
    stores.iter().map(|name| JsValue::from_str(name)).collect()
}

/// The result of a request.
pub(super) async fn settled(request: &IdbRequest) -> Result<JsValue, Error> {
    Ok(answered(request).await?)
}

/// The same, with the browser's own exception.
async fn answered(request: &IdbRequest) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    }))
    .await?;
    request.result()
}

/// A record as the database keeps it.
pub(super) fn record(fields: &[(&str, &JsValue)]) -> Result<JsValue, Error> {
    let record = Object::new();
    for (name, value) in fields {
        Reflect::set(&record, &JsValue::from_str(name), value)?;
    }
    Ok(record.into())
}

/// A field of a record; `undefined` if the record has none, or is itself `undefined`.
pub(super) fn field(record: &JsValue, name: &str) -> JsValue {
    Reflect::get(record, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A whole number that was stored; 0 if none was.
pub(super) fn whole(value: &JsValue) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "only counts are stored, and a count stays below 2^53"
    )]
    let number = value.as_f64().unwrap_or_default() as u64;
    number
}

/// A whole number as it is stored.
pub(super) fn number(whole: u64) -> JsValue {
    #[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
    let number = whole as f64;
    number.into()
}
