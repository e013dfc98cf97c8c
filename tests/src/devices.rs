//! Enrols devices and signs their requests.

use std::sync::Mutex;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde::Serialize;
use survey_defs::api::{AddedDevice, DeviceConfig, DeviceView, Enrolment, NewDevice, paths};
use survey_defs::device::{
    Credential, DEVICE_HEADER, DeviceSettings, EnrolmentCode, Freshness, Heartbeat,
    SIGNATURE_HEADER, signed_text,
};
use survey_defs::generation::{Extra, Generation};
use survey_defs::ids::DeviceId;

use crate::app::{Reply, TestApp};
use crate::waves;

/// What a device proves itself with.
#[derive(Debug)]
pub enum Secret {
    /// A pair of keys.
    Pair(Box<EcdsaKeyPair>),
    /// A token.
    Token([u8; 32]),
}

impl Secret {
    /// A new pair of keys.
    pub fn pair() -> Self {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a pair");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random);
        Self::Pair(Box::new(pair.expect("a pair")))
    }

    /// What is handed over at the enrolment.
    pub fn credential(&self) -> Credential {
        match self {
            Self::Pair(pair) => {
                Credential::PublicKey(URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()))
            }
            Self::Token(token) => Credential::Token(URL_SAFE_NO_PAD.encode(token)),
        }
    }

    /// The signature of a request.
    pub fn signature(&self, path: &str, body: &str) -> String {
        match self {
            Self::Pair(pair) => {
                let signed = signed_text(path, body);
                let signature = pair.sign(&SystemRandom::new(), signed.as_bytes());
                URL_SAFE_NO_PAD.encode(signature.expect("a signature"))
            }
            Self::Token(token) => URL_SAFE_NO_PAD.encode(token),
        }
    }
}

/// An enrolled device.
#[derive(Debug)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// What it proves itself with.
    pub secret: Secret,
    /// What its next heartbeat must follow.
    last: Mutex<Option<Freshness>>,
}

impl Device {
    /// A device whose next heartbeat must follow something; none if it does not know what.
    pub fn new(id: DeviceId, secret: Secret, last: Option<Freshness>) -> Self {
        Self { id, secret, last: Mutex::new(last) }
    }

    /// What its next heartbeat must follow, as an answer says.
    pub fn learn(&self, last: Option<Freshness>) {
        *self.last.lock().expect("no test panics while holding it") = last;
    }

    /// What its next heartbeat carries.
    pub fn freshness(&self) -> Option<Freshness> {
        let mut last = self.last.lock().expect("no test panics while holding it");
        *last = last.map(Freshness::next);
        *last
    }

    /// A heartbeat, as the next one of this device.
    pub fn next(&self, heartbeat: &Heartbeat) -> Heartbeat {
        Heartbeat { freshness: self.freshness(), ..heartbeat.clone() }
    }

    /// Posts a heartbeat as the next one of this device.
    pub async fn beat(&self, app: &TestApp, heartbeat: &Heartbeat) -> Reply {
        self.post(app, &self.heartbeats(), &self.next(heartbeat)).await
    }

    /// Adds and enrols a device at the point `kiosk` of the wave `counter`.
    pub async fn enrolled(app: &TestApp, secret: Secret) -> Self {
        let added: AddedDevice = app.post_json(paths::DEVICES, &new()).await.json();
        let config: DeviceConfig = enrol(app, &added.code, &secret).await.json();
        assert_eq!(config.device, added.device.id);
        Self::new(config.device, secret, config.freshness)
    }

    /// Posts a value as this device.
    pub async fn post(&self, app: &TestApp, path: &str, value: &impl Serialize) -> Reply {
        app.send(self.request(path, value)).await
    }

    /// A post of a value as this device.
    pub fn request(&self, path: &str, value: &impl Serialize) -> Request<Body> {
        let body = serde_json::to_string(value).expect("the value is JSON");
        let signature = self.secret.signature(path, &body);
        request_with(
            path,
            &body,
            &[(DEVICE_HEADER, &self.id.to_string()), (SIGNATURE_HEADER, &signature)],
        )
    }

    /// The path of its heartbeats.
    pub fn heartbeats(&self) -> String {
        paths::fill(paths::HEARTBEATS, &[&self.id.to_string()])
    }

    /// Staff revoke it.
    pub async fn revoke(&self, app: &TestApp) -> Reply {
        let path = paths::fill(paths::REVOCATION, &[&self.id.to_string()]);
        app.post(&path, "application/json", "").await
    }
}

/// A device to be added at the point `kiosk` of the wave `counter`.
pub fn new() -> NewDevice {
    NewDevice {
        name: "Máy tại quầy 1".into(),
        wave: "counter".parse().expect("an id"),
        point: "kiosk".parse().expect("an id"),
        settings: DeviceSettings { idle_seconds: 30, ..DeviceSettings::default() },
    }
}

/// The code with another secret.
pub fn with_another_secret(code: &EnrolmentCode) -> EnrolmentCode {
    let last = if code.as_str().ends_with('0') { "1" } else { "0" };
    let text = &code.as_str()[..EnrolmentCode::LENGTH - 1];
    [text, last].concat().try_into().expect("a code")
}

/// Adds [`new`].
pub async fn added(app: &TestApp) -> AddedDevice {
    let reply = app.post_json(paths::DEVICES, &new()).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
    reply.json()
}

/// All devices, as staff see them.
pub async fn listed(app: &TestApp) -> Vec<DeviceView> {
    app.get(paths::DEVICES).await.json()
}

/// Tries a code.
pub async fn enrol(app: &TestApp, code: &EnrolmentCode, secret: &Secret) -> Reply {
    let enrolment = Enrolment { code: code.clone(), credential: secret.credential() };
    app.post_json(paths::ENROLMENTS, &enrolment).await
}

/// A heartbeat of the session with a number.
pub fn heartbeat(sequence: u64) -> Heartbeat {
    Heartbeat {
        app_version: "0.1.0".to_owned().try_into().expect("a version"),
        now: waves::now(),
        rendered_at: Some(waves::now()),
        queued: 2,
        refused: 0,
        last_success_at: None,
        storage_persisted: true,
        sequence,
        freshness: None,
        generation: Generation::THIS,
        extra: Extra::default(),
    }
}

/// Posts JSON with more headers.
pub async fn post_with(app: &TestApp, path: &str, body: &str, headers: &[(&str, &str)]) -> Reply {
    app.send(request_with(path, body, headers)).await
}

fn request_with(path: &str, body: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).expect("a valid request")
}
