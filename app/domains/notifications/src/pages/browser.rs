//! What the browser shows while no page is open: whether it may, and how it is turned on and off.

use js_sys::{JsString, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Notification, NotificationPermission, PushSubscription, PushSubscriptionOptionsInit,
    ServiceWorkerRegistration,
};

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
    let window = window();
    let has =
        |object: &JsValue, name: &str| Reflect::has(object, &JsValue::from_str(name)).unwrap_or_default();
    let navigator = window.navigator();
    if !has(&window, "PushManager") || !has(&window, "Notification") || !has(&navigator, "serviceWorker") {
        let agent = navigator.user_agent().unwrap_or_default();
        let is_apple =
            agent.contains("iPhone") || (agent.contains("Macintosh") && has(&document(), "ontouchend"));
        return if is_apple { Standing::NotInstalled } else { Standing::Unable };
    }
    match Notification::permission() {
        NotificationPermission::Denied => return Standing::Blocked,
        NotificationPermission::Granted => {}
        _ => return Standing::Off,
    }
    match subscription().await {
        Ok(Some(found)) => Standing::On(found.endpoint()),
        _ => Standing::Off,
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
        let why = Reflect::get(&cause, &JsValue::from_str("message")).ok().and_then(|text| text.as_string());
        format!(
            "The browser cannot be told: {}",
            why.unwrap_or_else(|| "its push service does not answer.".into())
        )
    })?;
    given(&made).ok_or_else(|| "The browser gave no key.".into())
}

/// Lets the browser forget it.
pub(super) async fn turn_off() {
    if let Ok(Some(found)) = subscription().await
        && let Ok(done) = found.unsubscribe()
        && JsFuture::from(done).await.is_err()
    {
        leptos::logging::warn!("the browser did not give up its subscription");
    }
}

async fn ask() -> Result<bool, JsValue> {
    let answer = JsFuture::from(Notification::request_permission()?).await?;
    Ok(answer.as_string().as_deref() == Some("granted"))
}

async fn registration() -> Result<ServiceWorkerRegistration, JsValue> {
    let container = window().navigator().service_worker();
    let found = JsFuture::from(container.get_registration()).await?;
    if found.is_undefined() {
        JsFuture::from(container.register("/sw.js")).await?;
    }
    JsFuture::from(container.ready()?).await?.dyn_into()
}

async fn subscription() -> Result<Option<PushSubscription>, JsValue> {
    let container = window().navigator().service_worker();
    let found = JsFuture::from(container.get_registration()).await?;
    let Ok(registration) = found.dyn_into::<ServiceWorkerRegistration>() else { return Ok(None) };
    let found = JsFuture::from(registration.push_manager()?.get_subscription()?).await?;
    Ok(found.dyn_into().ok())
}

async fn subscribe(key: &str) -> Result<PushSubscription, JsValue> {
    let options = PushSubscriptionOptionsInit::new();
    options.set_user_visible_only(true);
    options.set_application_server_key(&JsString::from(key));
    let manager = registration().await?.push_manager()?;
    JsFuture::from(manager.subscribe_with_options(&options)?).await?.dyn_into()
}

fn given(made: &PushSubscription) -> Option<Given> {
    let written = made.to_json().ok()?;
    let keys = written.get_keys()?;
    Some(Given {
        endpoint: written.get_endpoint()?,
        public_key: keys.get_p256dh()?,
        secret: keys.get_auth()?,
    })
}
