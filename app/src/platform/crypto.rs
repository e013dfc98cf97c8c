//! Uses web cryptography: keys that sign and cannot be read, random tokens, base64url.

use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// A pair of keys on P-256 whose private half stays in the browser.
pub(super) struct KeyPair {
    /// Signs, and can be stored but not read.
    pub(super) private: CryptoKey,
    /// The uncompressed point in base64url.
    pub(super) public: String,
}

/// Makes a pair of keys; none without web cryptography, which pages have only on secure addresses.
pub(super) async fn generate() -> Option<KeyPair> {
    let subtle = subtle()?;
    let algorithm = object(&[("name", "ECDSA"), ("namedCurve", "P-256")])?;
    let usages = Array::of1(&"sign".into());
    let made = subtle.generate_key_with_object(&algorithm, false, &usages).ok()?;
    let pair = JsFuture::from(made).await.ok()?;
    let half = |name: &str| Reflect::get(&pair, &name.into()).ok()?.dyn_into::<CryptoKey>().ok();
    // A public key can always be exported.
    let exported = subtle.export_key("raw", &half("publicKey")?).ok()?;
    let point: ArrayBuffer = JsFuture::from(exported).await.ok()?.dyn_into().ok()?;
    let public = base64url(&Uint8Array::new(&point).to_vec())?;
    Some(KeyPair { private: half("privateKey")?, public })
}

/// Signs with ECDSA and SHA-256: the two numbers after each other, in base64url.
pub(super) async fn sign(key: &CryptoKey, text: &str) -> Option<String> {
    let algorithm = object(&[("name", "ECDSA"), ("hash", "SHA-256")])?;
    let data = Uint8Array::from(text.as_bytes());
    let signing: Promise =
        subtle()?.sign_with_object_and_buffer_source(&algorithm, key, &data).ok()?;
    let signature: ArrayBuffer = JsFuture::from(signing).await.ok()?.dyn_into().ok()?;
    base64url(&Uint8Array::new(&signature).to_vec())
}

/// 32 random bytes in base64url.
pub(super) fn token() -> Option<String> {
    let mut random = [0; 32];
    if fill(&mut random) { base64url(&random) } else { None }
}

/// Fills all bytes with what nobody can guess; false if the browser does not.
pub(super) fn fill(bytes: &mut [u8]) -> bool {
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    crypto.is_some_and(|crypto| crypto.get_random_values_with_u8_array(bytes).is_ok())
}

fn subtle() -> Option<SubtleCrypto> {
    let crypto = web_sys::window()?.crypto().ok()?;
    // The declared type knows nothing of pages that are not served securely.
    Reflect::get(&crypto, &"subtle".into()).ok()?.dyn_into().ok()
}

fn object(fields: &[(&str, &str)]) -> Option<Object> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), &JsValue::from_str(value)).ok()?;
    }
    Some(object)
}

fn base64url(bytes: &[u8]) -> Option<String> {
    let binary: String = bytes.iter().copied().map(char::from).collect();
    let text = web_sys::window()?.btoa(&binary).ok()?;
    Some(text.trim_end_matches('=').replace('+', "-").replace('/', "_"))
}
