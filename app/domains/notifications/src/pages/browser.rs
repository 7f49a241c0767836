//! What the browser shows while no page is open: whether it may, and how it is turned on and off.

use js_sys::Object;
use leptos::prelude::{document, window};
use ui::js::{self, get, set, try_call, try_wait};
use wasm_bindgen::JsValue;

/// Where this browser stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// It cannot, or the page did not come over a safe connection.
    Unable,
    /// An iPhone or iPad can once the program is on its home screen.
    NotInstalled,
    /// The person has forbidden it in the browser.
    Blocked,
    /// It could.
    Off,
    /// It shows them: by this address.
    On(String),
}

/// What the server needs to tell this browser.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) endpoint: String,
    pub(super) public_key: String,
    pub(super) secret: String,
}

/// Looks where this browser stands.
pub(super) async fn standing() -> Standing {
    let window: JsValue = window().into();
    let navigator = get(&window, "navigator");
    let has = |object: &JsValue, name: &str| !get(object, name).is_undefined();
    if !has(&window, "PushManager") || !has(&window, "Notification") || !has(&navigator, "serviceWorker") {
        let agent = get(&navigator, "userAgent").as_string().unwrap_or_default();
        let is_apple =
            agent.contains("iPhone") || (agent.contains("Macintosh") && has(&document(), "ontouchend"));
        return if is_apple { Standing::NotInstalled } else { Standing::Unable };
    }
    match get(&get(&window, "Notification"), "permission").as_string().as_deref() {
        Some("denied") => return Standing::Blocked,
        Some("granted") => {}
        _ => return Standing::Off,
    }
    match subscription().await.and_then(|found| get(&found, "endpoint").as_string()) {
        Some(endpoint) => Standing::On(endpoint),
        None => Standing::Off,
    }
}

/// Asks the person and the browser. The words are for people.
pub(super) async fn turn_on(key: &str) -> Result<Given, String> {
    match ask().await {
        Ok(true) => {}
        Ok(false) => return Err("The browser was not allowed to show messages.".into()),
        Err(_) => return Err("The browser did not ask for leave.".into()),
    }
    let made = subscribe(key).await.map_err(|cause| {
        let why = get(&cause, "message").as_string();
        format!(
            "The browser cannot be told: {}",
            why.unwrap_or_else(|| "its push service does not answer.".into())
        )
    })?;
    given(&made).ok_or_else(|| "The browser gave no key.".into())
}

/// Lets the browser forget it: also when somebody has logged out, since what it shows is for them alone. The push service
/// tells the server with the next message.
pub async fn turn_off() {
    if let Some(found) = subscription().await
        && let Some(done) = js::call(&found, "unsubscribe", &[])
        && js::wait(done).await.is_none()
    {
        leptos::logging::warn!("the browser did not give up its subscription");
    }
}

async fn ask() -> Result<bool, JsValue> {
    let asked = try_call(&get(&window(), "Notification"), "requestPermission", &[])?;
    Ok(try_wait(asked).await?.as_string().as_deref() == Some("granted"))
}

fn workers() -> JsValue {
    get(&window().navigator(), "serviceWorker")
}

/// The subscription that this browser has.
async fn subscription() -> Option<JsValue> {
    let registration = js::wait(js::call(&workers(), "getRegistration", &[])?).await?;
    let manager = get(&registration, "pushManager");
    let found = js::wait(js::call(&manager, "getSubscription", &[])?).await?;
    found.is_object().then_some(found)
}

async fn subscribe(key: &str) -> Result<JsValue, JsValue> {
    let workers = workers();
    if try_wait(try_call(&workers, "getRegistration", &[])?).await?.is_undefined() {
        try_wait(try_call(&workers, "register", &[&"/sw.js".into()])?).await?;
    }
    let registration = try_wait(get(&workers, "ready")).await?;
    let options = Object::new();
    set(&options, "userVisibleOnly", &true.into());
    set(&options, "applicationServerKey", &key.into());
    try_wait(try_call(&get(&registration, "pushManager"), "subscribe", &[&options])?).await
}

fn given(made: &JsValue) -> Option<Given> {
    let written = js::call(made, "toJSON", &[])?;
    let keys = get(&written, "keys");
    Some(Given {
        endpoint: get(&written, "endpoint").as_string()?,
        public_key: get(&keys, "p256dh").as_string()?,
        secret: get(&keys, "auth").as_string()?,
    })
}
