//! What the browser does about passkeys: it makes them, asks for them, and says why not.

use js_sys::{Array, Function, JSON, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::text::{decode, encode};

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The browser knows no passkeys, or not on this page.
    Unsupported,
    /// The person closed the window, or let it stand too long.
    Cancelled,
    /// The device has a passkey of this account already.
    Known,
    /// The page is open at another address than the site's.
    Address,
    /// We took the question back ourselves.
    TakenBack,
    /// Anything else.
    Failed,
}

impl Refusal {
    /// What the person is told; nothing when it was our doing.
    pub(crate) fn words(self) -> Option<&'static str> {
        match self {
            Refusal::Unsupported => Some("This browser has no passkeys. Use another one, or another way in."),
            Refusal::Cancelled => Some("The passkey was cancelled, or took too long. Nothing has changed."),
            Refusal::Known => Some("This device has a passkey of your account already."),
            Refusal::Address => {
                Some("Passkeys work at the site's own address only, and this page is open at another one.")
            }
            Refusal::TakenBack => None,
            Refusal::Failed => Some("The device could not answer. Try it once more, or another way in."),
        }
    }

    fn from_js(error: &JsValue) -> Self {
        match get(error, "name").as_string().as_deref() {
            Some("NotAllowedError") => Refusal::Cancelled,
            Some("InvalidStateError") => Refusal::Known,
            Some("SecurityError") => Refusal::Address,
            Some("NotSupportedError") => Refusal::Unsupported,
            Some("AbortError") => Refusal::TakenBack,
            _ => Refusal::Failed,
        }
    }
}

/// Whether the browser offers passkeys among its suggestions for a field.
pub(crate) async fn suggests() -> bool {
    let class = get(&window(), "PublicKeyCredential");
    let Some(asked) = call(&class, "isConditionalMediationAvailable", &[]) else { return false };
    let Ok(answer) = asked.dyn_into::<Promise>() else { return false };
    JsFuture::from(answer).await.is_ok_and(|value| value.is_truthy())
}

/// Makes a passkey; the answer is JSON.
pub(crate) async fn make(options: &str) -> Result<String, Refusal> {
    ask(options, "parseCreationOptionsFromJSON", "create", None, false).await
}

/// Asks for a passkey, in a window of the browser or among the suggestions for a field. The answer is JSON.
pub(crate) async fn find(options: &str, signal: &AbortSignal, suggest: bool) -> Result<String, Refusal> {
    ask(options, "parseRequestOptionsFromJSON", "get", Some(signal), suggest).await
}

async fn ask(
    options: &str,
    reader: &str,
    verb: &str,
    signal: Option<&AbortSignal>,
    suggest: bool,
) -> Result<String, Refusal> {
    let class = get(&window(), "PublicKeyCredential");
    let credentials = get(&window().navigator(), "credentials");
    if class.is_falsy() || credentials.is_falsy() {
        return Err(Refusal::Unsupported);
    }
    let options = JSON::parse(options).map_err(|_| Refusal::Failed)?;
    // Newer browsers read the JSON form themselves.
    let public_key = match call(&class, reader, &[&options]) {
        Some(read) => read,
        None => with_bytes(options),
    };
    let wanted = Object::new();
    set(&wanted, "publicKey", &public_key);
    if let Some(signal) = signal {
        set(&wanted, "signal", signal);
    }
    if suggest {
        set(&wanted, "mediation", &"conditional".into());
    }
    let function: Function = get(&credentials, verb).dyn_into().map_err(|_| Refusal::Unsupported)?;
    let asked = function.call1(&credentials, &wanted).map_err(|error| Refusal::from_js(&error))?;
    let asked: Promise = asked.dyn_into().map_err(|_| Refusal::Failed)?;
    let credential = JsFuture::from(asked).await.map_err(|error| Refusal::from_js(&error))?;
    // Without the JSON form, what was made of bytes is written by hand.
    let answer = call(&credential, "toJSON", &[]).unwrap_or_else(|| with_texts(&credential).into());
    JSON::stringify(&answer).map(String::from).map_err(|_| Refusal::Failed)
}

/// The options with bytes where JSON has text.
fn with_bytes(options: JsValue) -> JsValue {
    to_bytes(&options, "challenge");
    to_bytes(&get(&options, "user"), "id");
    for list in ["excludeCredentials", "allowCredentials"] {
        if let Ok(list) = get(&options, list).dyn_into::<Array>() {
            list.iter().for_each(|entry| to_bytes(&entry, "id"));
        }
    }
    options
}

fn to_bytes(object: &JsValue, key: &str) {
    if let Some(bytes) = get(object, key).as_string().as_deref().and_then(decode) {
        set(object, key, &Uint8Array::from(bytes.as_slice()));
    }
}

/// A credential with text where it has bytes.
fn with_texts(credential: &JsValue) -> Object {
    let (answer, response) = (Object::new(), Object::new());
    for key in ["id", "type"] {
        set(&answer, key, &get(credential, key));
    }
    to_text(credential, &answer, "rawId");
    let given = get(credential, "response");
    for key in ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"] {
        to_text(&given, &response, key);
    }
    set(&answer, "response", &response);
    answer
}

fn to_text(from: &JsValue, to: &Object, key: &str) {
    let bytes = get(from, key);
    if bytes.is_truthy() {
        set(to, key, &encode(&Uint8Array::new(&bytes).to_vec()).into());
    }
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

fn set(object: &JsValue, key: &str, value: &JsValue) {
    // Writing into a plain object does not fail.
    Reflect::set(object, &key.into(), value).ok();
}

/// Calls a method, if the object has it and it succeeds.
fn call(object: &JsValue, method: &str, arguments: &[&JsValue]) -> Option<JsValue> {
    let function: Function = get(object, method).dyn_into().ok()?;
    let list: Array = arguments.iter().copied().collect();
    function.apply(object, &list).ok()
}
