//! IndexedDB: opening, transactions that are really complete, requests as futures.
//!
//! Written on web-sys and not on a wrapper, because the two things that matter here are options
//! that wrappers hide: strict durability, and waiting for `complete` instead of the last `success`.
//! A connection lives for one operation, so none is stale after the device slept and none blocks a
//! later version of the app.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbIndexParameters, IdbObjectStore, IdbObjectStoreParameters, IdbRequest,
    IdbTransaction,
};

const NAME: &str = "thuocdo";
/// Raised when [`create`] changes, which must then keep what older versions have stored.
const VERSION: u32 = 1;

/// Forms being filled in: `{place, id}` by place.
pub(super) const SESSIONS: &str = "sessions";
/// Completed forms to be sent: `{id, order, body}` by id.
pub(super) const OUTBOX: &str = "outbox";
/// Completed forms that the server has refused for good: `{id, body, status}` by id.
pub(super) const REFUSED: &str = "refused";
/// The order in which completed forms came into the outbox.
pub(super) const ORDER: &str = "order";

/// The browser does not keep data: private browsing, no space, storage switched off or damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the browser's storage does not work")]
pub struct Error;

impl From<JsValue> for Error {
    fn from(_: JsValue) -> Self {
        Self
    }
}

/// An open connection, closed when it is dropped.
pub(super) struct Connection(IdbDatabase);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.close();
    }
}

pub(super) async fn open() -> Result<Connection, Error> {
    let factory = web_sys::window().ok_or(Error)?.indexed_db()?.ok_or(Error)?;
    let request = factory.open_with_u32(NAME, VERSION)?;
    let opening = request.clone();
    let upgrade = Closure::<dyn FnMut()>::new(move || {
        // Without its stores the database is of no use and every operation will say so.
        let _ = opening.result().map(|database| create(database.unchecked_ref()));
    });
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    let database = settled(&request).await?;
    Ok(Connection(database.unchecked_into()))
}

fn create(database: &IdbDatabase) -> Result<(), JsValue> {
    let store = |name, key: &str| {
        let parameters = IdbObjectStoreParameters::new();
        parameters.set_key_path(&key.into());
        database.create_object_store_with_optional_parameters(name, &parameters)
    };
    store(SESSIONS, "place")?;
    let unique = IdbIndexParameters::new();
    unique.set_unique(true);
    store(OUTBOX, "id")?.create_index_with_str_and_optional_parameters(ORDER, ORDER, &unique)?;
    store(REFUSED, "id")?;
    Ok(())
}

impl Connection {
    pub(super) fn read(&self, store: &str) -> Result<IdbObjectStore, Error> {
        Ok(self.0.transaction_with_str(store)?.object_store(store)?)
    }

    /// A transaction that writes, and that is reported complete only when the data is on disk,
    /// where the browser can tell. Others ignore the option.
    pub(super) fn write(&self, stores: &[&str]) -> Result<Transaction, Error> {
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        let stores: Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
        let transaction: IdbTransaction = Reflect::get(&self.0, &"transaction".into())?
            .unchecked_into::<Function>()
            .call3(&self.0, &stores, &"readwrite".into(), &options)?
            .unchecked_into();
        let complete = JsFuture::from(Promise::new(&mut |resolve, reject| {
            transaction.set_oncomplete(Some(&resolve));
            transaction.set_onabort(Some(&reject));
        }));
        Ok(Transaction { transaction, complete })
    }
}

pub(super) struct Transaction {
    transaction: IdbTransaction,
    complete: JsFuture,
}

impl Transaction {
    pub(super) fn store(&self, name: &str) -> Result<IdbObjectStore, Error> {
        Ok(self.transaction.object_store(name)?)
    }

    /// Waits until everything is stored, or nothing.
    pub(super) async fn complete(self) -> Result<(), Error> {
        self.complete.await?;
        Ok(())
    }

    /// Takes everything back.
    pub(super) fn abort(self) {
        let _ = self.transaction.abort();
    }
}

/// The result of a request.
pub(super) async fn settled(request: &IdbRequest) -> Result<JsValue, Error> {
    JsFuture::from(Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    }))
    .await?;
    Ok(request.result()?)
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
